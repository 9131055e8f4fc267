import { describe, expect, it } from '@jest/globals';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { createAwsSigner } from '../../../lib/adapters/aws/aws-signature.ts';
import { Secret } from '../../../lib/application/secret.ts';
import { NodeSha256 } from '../../support/node-sha256.ts';
import '../../support/seed-properties.ts';

const word = fc.stringMatching(/^[A-Za-z0-9/+=]{1,60}$/);

describe('a signature', () => {
  it('is the one that the signer of the SDK makes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          accessKeyId: fc.stringMatching(/^[A-Z0-9]{16,20}$/),
          secret: word,
          token: fc.option(word, { nil: undefined }),
          region: fc.constantFrom('us-east-1', 'ap-east-1', 'cn-north-1'),
          service: fc.constantFrom('dynamodb', 'sqs'),
          host: fc.constantFrom('dynamodb.ap-east-1.amazonaws.com', '127.0.0.1:4566'),
          body: fc.string({ unit: 'grapheme' }),
          times: fc.array(fc.integer({ min: 0, max: 4e12 }), { minLength: 1, maxLength: 3 }),
        }),
        async ({ accessKeyId, secret, token, region, service, host, body, times }) => {
          const ours = createAwsSigner({
            credentials: {
              accessKeyId,
              secretAccessKey: new Secret(secret),
              sessionToken: token === undefined ? undefined : new Secret(token),
            },
            region,
            service,
          });
          const theirs = new SignatureV4({
            credentials: {
              accessKeyId,
              secretAccessKey: secret,
              ...(token !== undefined && { sessionToken: token }),
            },
            region,
            service,
            sha256: NodeSha256,
            applyChecksum: false,
          });
          const call = { host, contentType: 'application/x-amz-json-1.0', target: 'A.B', body };

          // Several moments by one signer: what it keeps of a day must not serve another.
          for (const now of times) {
            const expected = await theirs.sign(
              {
                method: 'POST',
                protocol: 'https:',
                hostname: host,
                path: '/',
                headers: { host, 'content-type': call.contentType, 'x-amz-target': call.target },
                body,
              },
              { signingDate: new Date(now) },
            );
            expect(pairsOf(ours.headers(call, now))).toEqual(expected.headers);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

function pairsOf(headers: readonly string[]): Record<string, string> {
  const names = headers.filter((_, index) => index % 2 === 0);
  return Object.fromEntries(names.map((name, index) => [name, headers[2 * index + 1] ?? '']));
}
