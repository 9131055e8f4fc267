import type { IncomingMessage } from 'node:http';
import { AwsError } from './aws-service.ts';

/** Largest request; the largest item is 400 KiB and the largest batch of messages or events 1 MiB. */
export const REQUEST_BYTES_MAX = 2 * 1024 * 1024;

/** Reads a request's body as text, or refuses it as soon as it is known to be too large. */
export function readRequestBody(request: IncomingMessage): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const chunks: Buffer[] = [];
  let bytes = 0;

  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= REQUEST_BYTES_MAX) chunks.push(chunk);
    else reject(tooLarge());
  });
  request.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
  request.on('error', reject);
  return promise;
}

function tooLarge(): AwsError {
  return new AwsError(
    'RequestEntityTooLarge',
    `The request body is over ${REQUEST_BYTES_MAX} bytes; the local stack takes no more.`,
    { status: 413 },
  );
}
