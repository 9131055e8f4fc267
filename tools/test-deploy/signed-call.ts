import { createHash, createHmac } from 'node:crypto';
import { request } from 'node:http';
import { SignatureV4 } from '@smithy/signature-v4';
import { ACCOUNT_ID, type Emulator, REGION } from './emulator.ts';

/** An answer of the deployed API. */
export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** One request to the deployed API. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Ways to the deployed API: as a caller with IAM, or as anybody. */
export interface Api {
  signed(call: Call): Promise<Answer>;
  unsigned(call: Call): Promise<Answer>;
}

const TIMEOUT_MS = 60_000;

/** Talks to the API behind the address that the deployment put out. */
export function apiAt(emulator: Emulator, apiUrl: string): Api {
  // A name before numbers, which URL does not parse.
  const host = apiUrl.replace(/^https?:\/\//, '');
  const signer = new SignatureV4({
    service: 'execute-api',
    region: REGION,
    credentials: { accessKeyId: ACCOUNT_ID, secretAccessKey: 'emulated' },
    sha256: Sha256,
  });
  // The name of the API is in the host, which no resolver here knows: it only goes into the header.
  const send = (call: Call, headers: Readonly<Record<string, string>>) =>
    sent(emulator.port, call, { ...headers, host });
  return {
    unsigned: (call) => send(call, { 'content-type': 'application/json', ...call.headers }),
    async signed(call) {
      const [path = '', query = ''] = call.path.split('?');
      const { headers } = await signer.sign({
        method: call.method,
        protocol: 'http:',
        hostname: host,
        path,
        query: Object.fromEntries(new URLSearchParams(query)),
        headers: { host, 'content-type': 'application/json' },
        ...(call.body === undefined ? {} : { body: call.body }),
      });
      return send(call, headers);
    },
  };
}

function sent(
  port: number,
  { method, path, body }: Call,
  headers: Readonly<Record<string, string>>,
): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const options = { host: '127.0.0.1', port, method, path, headers, timeout: TIMEOUT_MS };
  const call = request(options, (answer) => {
    let text = '';
    answer.setEncoding('utf8');
    answer.on('data', (chunk: string) => {
      text += chunk;
    });
    answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
    answer.on('error', reject);
  });
  call.on('timeout', () => call.destroy(new Error(`${method} ${path} had no answer in time.`)));
  call.on('error', reject);
  call.end(body);
  return promise;
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
