import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';

/** Who signs; temporary credentials are asked for anew when they grow old. */
export type Credentials = () => Promise<{
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}>;

/** One call to the service. */
export interface ServiceCall {
  readonly method: 'GET' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Gives the headers that a call has to carry. */
export type Sign = (call: ServiceCall, url: URL) => Promise<Record<string, string>>;

/** Leaves calls as they are: for an API on this machine. */
export const unsigned: Sign = async ({ body }) =>
  body === undefined ? {} : { 'content-type': 'application/json' };

/** Signs calls of an API behind AWS IAM (Signature Version 4). */
export function signerOf(region: string, credentials: Credentials): Sign {
  const signer = new SignatureV4({
    service: 'execute-api',
    region,
    credentials: async () => {
      const { sessionToken, ...key } = await credentials();
      return sessionToken === undefined ? key : { ...key, sessionToken };
    },
    sha256: Sha256,
  });
  return async ({ method, body, query }, url) => {
    const { headers } = await signer.sign({
      method,
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      query: { ...query },
      headers: {
        host: url.host,
        ...(await unsigned({ method, path: '', ...(body !== undefined && { body }) }, url)),
      },
      ...(body === undefined ? {} : { body }),
    });
    // The one header that fetch sets by itself.
    const { host: _host, ...rest } = headers;
    return rest;
  };
}

/** The hash that the signer asks for, by Node's own means. */
class Sha256 {
  readonly #hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytes(secret));
  }
  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytes(data));
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
  reset(): void {
    throw new Error('The signer makes a new hash each time.');
  }
}

function bytes(data: string | ArrayBuffer | ArrayBufferView): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data, 'utf8');
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}
