import { describe, expect, it } from '@jest/globals';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import {
  type AwsCredentials,
  authorizedHeaders,
  type PlainRequest,
} from '../../client/src/authorize.ts';
import { NodeSha256 } from '../support/node-sha256.ts';

const HOST = 'abc123.execute-api.ap-east-1.amazonaws.com';
const REGION = 'ap-east-1';
const NOW = 1_795_366_303_415;

const id = fc.stringMatching(/^[A-Za-z0-9_-]{1,36}$/);
const request: fc.Arbitrary<PlainRequest> = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'),
  url: fc
    .tuple(id, id, fc.string({ unit: 'grapheme', maxLength: 20 }), id)
    .map(([account, order, cursor, limit]) => {
      const query = new URLSearchParams({ accountId: account, cursor, limit });
      return `https://${HOST}/v1/orders/${account}/${order}?${query.toString()}`;
    }),
  body: fc.option(fc.json(), { nil: undefined }),
});
const credentials: fc.Arbitrary<AwsCredentials> = fc.record({
  accessKeyId: fc.stringMatching(/^[A-Z0-9]{16}$/),
  secretAccessKey: fc.stringMatching(/^[A-Za-z0-9/+]{40}$/),
  sessionToken: fc.option(fc.stringMatching(/^[A-Za-z0-9/+=]{20}$/), { nil: undefined }),
});

describe('a request of an IAM caller', () => {
  it('is signed as AWS’s own library signs it', async () => {
    await fc.assert(
      fc.asyncProperty(request, credentials, async (plain, given) => {
        const auth = { kind: 'iam', region: REGION, credentials: async () => given } as const;
        const { authorization = '', ...headers } = await authorizedHeaders(auth, plain, NOW);
        const [, names = ''] = /SignedHeaders=([^,]*),/.exec(authorization) ?? [];
        expect(names.split(';')).toEqual(expect.arrayContaining(['host', 'x-amz-date']));
        const signed = Object.entries(headers).filter(([name]) => names.split(';').includes(name));
        expect(await signedByAws(plain, given, Object.fromEntries(signed))).toBe(authorization);
        expect(headers['x-amz-security-token']).toBe(given.sessionToken);
      }),
    );
  });
});

async function signedByAws(
  { method, url, body }: PlainRequest,
  { sessionToken, ...keys }: AwsCredentials,
  headers: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  const signer = new SignatureV4({
    service: 'execute-api',
    region: REGION,
    credentials: { ...keys, ...(sessionToken !== undefined && { sessionToken }) },
    sha256: NodeSha256,
    applyChecksum: false,
  });
  const { pathname, searchParams, hostname } = new URL(url);
  const signed = await signer.sign(
    {
      method,
      protocol: 'https:',
      hostname,
      path: pathname,
      query: Object.fromEntries(searchParams),
      headers: { ...headers, host: hostname },
      ...(body !== undefined && { body }),
    },
    { signingDate: new Date(NOW) },
  );
  return signed.headers.authorization;
}
