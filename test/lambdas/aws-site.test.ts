import { afterEach, describe, expect, it } from '@jest/globals';
import { readAwsSite } from '../../lambdas/edge/environment.ts';
import type { AwsServiceName } from '../../lib/adapters/aws/known-services.ts';

const NAMES = [
  'AWS_REGION',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_ENDPOINT_URL',
  'AWS_ENDPOINT_URL_DYNAMODB',
  'AWS_ENDPOINT_URL_EVENTBRIDGE',
  'AWS_ENDPOINT_URL_SECRETS_MANAGER',
  'AWS_ENDPOINT_URL_SQS',
];
const before = NAMES.map((name) => [name, process.env[name]] as const);

afterEach(() => {
  for (const [name, value] of before) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

function within(
  environment: Readonly<Record<string, string>>,
  service: AwsServiceName = 'DYNAMODB',
) {
  for (const name of NAMES) delete process.env[name];
  Object.assign(process.env, {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'id',
    AWS_SECRET_ACCESS_KEY: 'secret',
    ...environment,
  });
  return readAwsSite(service);
}

describe('where AWS is and who calls it', () => {
  it.each<[string, Record<string, string>]>([
    ['is not set', {}],
    ['is empty, as the tools of AWS leave it', { AWS_SESSION_TOKEN: '', AWS_ENDPOINT_URL: '' }],
  ])('is read where what is optional %s', (_, environment) => {
    const { credentials, endpoint } = within(environment);
    expect(credentials.sessionToken).toBeUndefined();
    expect(endpoint).toBeUndefined();
  });

  it('has the session that Lambda passes on', () => {
    const { credentials } = within({ AWS_SESSION_TOKEN: 'session' });
    expect(credentials.sessionToken?.reveal()).toBe('session');
  });

  it.each<AwsServiceName>(['DYNAMODB', 'EVENTBRIDGE', 'SECRETS_MANAGER', 'SQS'])(
    'prefers the address of %s alone, and only for it',
    (service) => {
      const all = 'http://127.0.0.1:1';
      const own = 'http://127.0.0.1:2';
      const addresses = { AWS_ENDPOINT_URL: all, [`AWS_ENDPOINT_URL_${service}`]: own };
      expect(within(addresses, service).endpoint).toBe(own);
      expect(within(addresses, service === 'SQS' ? 'DYNAMODB' : 'SQS').endpoint).toBe(all);
    },
  );

  it.each(['AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'])('needs %s', (name) => {
    expect(() => within({ [name]: '' })).toThrow(`Wrong environment of this function: ${name}`);
  });
});
