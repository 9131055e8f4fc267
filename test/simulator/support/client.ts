import { createHmac } from 'node:crypto';
import * as z from 'zod/mini';

export const HK_ACCOUNTS = {
  'desk-1': {
    site: 'HK',
    keys: [
      { apiKey: 'key-one', apiSecret: 'secret-one' },
      { apiKey: 'key-two', apiSecret: 'secret-two' },
    ],
  },
  'desk-2': { site: 'HK', keys: [{ apiKey: 'key-three', apiSecret: 'secret-three' }] },
} as const;

export const GLOBAL_ACCOUNTS = {
  'desk-1': { site: 'GLOBAL', keys: [{ apiKey: 'key-one', apiSecret: 'secret-one' }] },
} as const;

const SECRETS = new Map([
  ['key-one', 'secret-one'],
  ['key-two', 'secret-two'],
  ['key-three', 'secret-three'],
  ['demo-key', 'demo-secret'],
]);

/** A clock which only moves when a test says so. */
export function standingClock(startMs = 1_767_225_600_000) {
  let now = startMs;
  return {
    now: () => now,
    advance: (ms: number): void => {
      now += ms;
    },
  };
}

export type Reply = {
  readonly status: number;
  readonly text: string;
  /** The parsed body; `undefined` when it is no JSON. */
  readonly body: unknown;
  /** A field of an object body as text, `''` when absent. */
  readonly field: (name: string) => string;
  /** The items of a list body, each as a record. */
  readonly list: () => readonly { readonly [name: string]: unknown }[];
};

type Fields = { readonly [name: string]: string };

export type Client = {
  readonly get: (path: string, fields?: Fields) => Promise<Reply>;
  readonly post: (path: string, fields?: Fields) => Promise<Reply>;
  readonly put: (path: string, fields?: Fields) => Promise<Reply>;
  readonly delete: (path: string, fields?: Fields) => Promise<Reply>;
  /** Creates an order through v1.1; what is not given is a far limit buy. */
  readonly create: (fields?: Fields) => Promise<Reply>;
  readonly open: (path: string) => Promise<Reply>;
};

const RECORD = z.record(z.string(), z.unknown());

/** Signs and sends as a careful client does, with code of its own. */
export function client(url: string, now: () => number, apiKey = 'key-one'): Client {
  const signed =
    (method: string) =>
    async (path: string, fields: Fields = {}) => {
      const text = parameterText({ ...fields, timestamp: String(now()) });
      const target = `${url}${path}?${text}&signature=${sign(text, SECRETS.get(apiKey) ?? '')}`;
      return reply(await fetch(target, { method, headers: { 'X-HK-APIKEY': apiKey } }));
    };
  const post = signed('POST');
  let created = 0;
  return {
    get: signed('GET'),
    post,
    put: signed('PUT'),
    delete: signed('DELETE'),
    create: (fields = {}) => {
      created += 1;
      return post('/api/v1.1/spot/order', {
        symbol: 'BTCUSD',
        side: 'BUY',
        type: 'LIMIT',
        quantity: '0.01',
        price: '80000',
        newClientOrderId: `${apiKey}-${created}`,
        ...fields,
      });
    },
    open: async (path) => reply(await fetch(`${url}${path}`)),
  };
}

export const sign = (text: string, secret: string): string =>
  createHmac('sha256', secret).update(text).digest('hex');

export function parameterText(fields: Fields): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

export async function reply(response: Response): Promise<Reply> {
  const text = await response.text();
  const body = parsed(text);
  const record = z.safeParse(RECORD, body);
  return {
    status: response.status,
    text,
    body,
    field: (name) => {
      const value = record.success ? record.data[name] : undefined;
      return typeof value === 'string' ? value : JSON.stringify(value ?? '').replaceAll('"', '');
    },
    list: () => z.parse(z.array(RECORD), body),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
