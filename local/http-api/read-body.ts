import type { IncomingMessage } from 'node:http';

/**
 * Reads a request's body; undefined when it is larger than allowed.
 *
 * A body that is too large by its own statement is not read at all.
 *
 * @throws Error when the caller goes away in the middle
 */
export async function readBody(
  request: IncomingMessage,
  bytesMax: number,
): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > bytesMax) return undefined;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    const part = Buffer.from(chunk);
    bytes += part.length;
    if (bytes > bytesMax) return undefined;
    chunks.push(part);
  }
  return Buffer.concat(chunks);
}
