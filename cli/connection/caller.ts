import type { Stage } from '../../infra/stages.ts';
import type { AwsServiceName } from '../../lib/adapters/aws/known-services.ts';
import { systemClock } from '../../lib/adapters/system/clock.ts';
import { systemRandom } from '../../lib/adapters/system/ids.ts';
import { Secret } from '../../lib/application/secret.ts';
import { CommandFailure, EXIT } from '../command-line/exit-codes.ts';

/** Where the local stack has its AWS services when nobody says otherwise. */
export const LOCAL_AWS_URL = 'http://127.0.0.1:4566';

/** Credentials as the SDK has them. */
export interface PlainCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Who calls AWS, and where. */
export interface Caller {
  readonly region: string;
  /** The address of all services, or of one, when it is not the region's own. */
  endpointOf(service?: AwsServiceName): string | undefined;
  credentials(): Promise<PlainCredentials>;
}

/** What decides who calls: the stage, and what was typed. */
export interface CallerOptions {
  readonly stage: Stage;
  readonly awsEndpoint: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Finds who calls: for the local stack anybody, otherwise whoever the SDK finds in the environment,
 * a profile, a role.
 *
 * @throws CommandFailure when there are no credentials or no region
 */
export async function findCaller(options: CallerOptions): Promise<Caller> {
  const { stage, environment } = options;
  // The local stage never reaches AWS, whatever credentials the shell has.
  if (stage.name === 'local') {
    const endpoint = options.awsEndpoint ?? environment.AWS_ENDPOINT_URL ?? LOCAL_AWS_URL;
    return {
      region: 'us-east-1',
      endpointOf: () => endpoint,
      credentials: async () => ({ accessKeyId: 'local', secretAccessKey: 'local' }),
    };
  }
  const endpointOf = (service?: AwsServiceName) =>
    options.awsEndpoint ??
    (service && environment[`AWS_ENDPOINT_URL_${service}`]) ??
    environment.AWS_ENDPOINT_URL;
  // Loaded late: it takes longer than everything else, and the local stage needs none of it.
  const { SQSClient } = await import('@aws-sdk/client-sqs');
  const { config } = new SQSClient();
  const region = await found(config.region(), 'region: set AWS_REGION or choose an AWS_PROFILE');
  await found(config.credentials(), 'credentials: sign in, or choose an AWS_PROFILE');
  return { region, endpointOf, credentials: () => config.credentials() };
}

/** Gives what the light clients of the service are made with. */
export async function awsSiteOf(caller: Caller, service: AwsServiceName) {
  const { accessKeyId, secretAccessKey, sessionToken } = await caller.credentials();
  return {
    region: caller.region,
    endpoint: caller.endpointOf(service),
    credentials: {
      accessKeyId,
      secretAccessKey: new Secret(secretAccessKey),
      sessionToken: sessionToken === undefined ? undefined : new Secret(sessionToken),
    },
    clock: systemClock,
    random: systemRandom,
  };
}

async function found<Value>(value: Promise<Value>, what: string): Promise<Value> {
  try {
    return await value;
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new CommandFailure(EXIT.failed, `The AWS SDK finds no ${what} (${why}).`);
  }
}
