import type { AwsService } from './aws-service.ts';

/** The services behind the endpoint; one that is left out is answered as not running. */
export interface AwsServices {
  readonly sqs?: AwsService;
  readonly dynamodb?: AwsService;
  readonly secretsManager?: AwsService;
  readonly eventBridge?: AwsService;
}

const SERVICE_OF_PREFIX: ReadonlyMap<string, keyof AwsServices> = new Map([
  ['AmazonSQS', 'sqs'],
  ['DynamoDB_20120810', 'dynamodb'],
  ['secretsmanager', 'secretsManager'],
  ['AWSEvents', 'eventBridge'],
]);

/** Where a call goes. */
export type Route =
  | { readonly kind: 'service'; readonly service: AwsService; readonly operation: string }
  | { readonly kind: 'unknown'; readonly message: string };

/** Finds the service that an `x-amz-target` header names. */
export function routeTarget(services: AwsServices, target: string): Route {
  const [prefix = '', operation = ''] = target.split('.');
  const name = SERVICE_OF_PREFIX.get(prefix);
  if (name === undefined || operation === '') {
    const known = [...SERVICE_OF_PREFIX.keys()].map((one) => `${one}.*`).join(', ');
    const message = `The local stack does not know x-amz-target "${target}": it serves ${known}.`;
    return { kind: 'unknown', message };
  }
  const service = services[name];
  if (service !== undefined) return { kind: 'service', service, operation };
  return { kind: 'unknown', message: `The local stack runs without ${name} (${target}).` };
}

/** Says whether a Host header names this machine; a web page that rebinds its own name to it does not. */
export function isLoopbackHost(host: string | undefined): boolean {
  const name = (host ?? '').replace(/:\d+$/, '').toLowerCase();
  return name === '127.0.0.1' || name === '[::1]' || /^([a-z0-9-]+\.)*localhost$/.test(name);
}
