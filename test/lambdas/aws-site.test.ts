import { afterEach, describe, expect, it } from '@jest/globals';
import { readAwsSite } from '../../lambdas/edge/environment.ts';

const NAMES = [
  'AWS_REGION',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_ENDPOINT_URL',
  'AWS_ENDPOINT_URL_DYNAMODB',
];
const before = NAMES.map((name) => [name, process.env[name]] as const);

afterEach(() => {
  for (const [name, value] of before) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

function within(environment: Readonly<Record<string, string>>) {
  for (const name of NAMES) delete process.env[name];
  Object.assign(process.env, {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'id',
    AWS_SECRET_ACCESS_KEY: 'secret',
    ...environment,
  });
  return readAwsSite('DYNAMODB');
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

  it('prefers the address of DynamoDB alone', () => {
    const one = 'http://127.0.0.1:1';
    const other = 'http://127.0.0.1:2';
    const { endpoint } = within({ AWS_ENDPOINT_URL: one, AWS_ENDPOINT_URL_DYNAMODB: other });
    expect(endpoint).toBe(other);
  });

  it.each(['AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'])('needs %s', (name) => {
    expect(() => within({ [name]: '' })).toThrow(`Wrong environment of this function: ${name}`);
  });
});
