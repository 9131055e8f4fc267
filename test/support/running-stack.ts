import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { signWebhook } from '../../lib/adapters/webhook/standard-webhooks.ts';
import { Secret } from '../../lib/application/secret.ts';
import { PRODUCER_SECRET, type SimulatedDesk, startDesk } from './simulated-desk.ts';
import { type StackProcess, startStackProcess } from './stack-process.ts';

/** A stack with an exchange of its own, and the ways to talk to it. */
export interface RunningStack {
  readonly desk: SimulatedDesk;
  readonly stack: StackProcess;
  /** Where its state and logs lie. */
  readonly dataDirectory: string;
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  put(path: string, body: unknown): Promise<Answer>;
  get(path: string): Promise<Answer>;
  delete(path: string): Promise<Answer>;
  /** Posts a signed webhook of the producer `demo`; the text is signed as it is. */
  webhook(text: string, changes?: WebhookChanges): Promise<Answer>;
  /** Waits until an order has one of the statuses; fails with what it has instead. */
  until(accountId: string, clientOrderId: string, statuses: readonly string[]): Promise<Body>;
  stop(): Promise<void>;
}

/** What a webhook says that it should not. */
export interface WebhookChanges {
  readonly id?: string;
  readonly timestamp?: number;
  readonly signature?: string;
  readonly sentText?: string;
  readonly secret?: string;
}

/** An answer with its JSON body. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Body;
}

/** A JSON object as a test reads it. */
export interface Body {
  readonly [field: string]: unknown;
  readonly status?: unknown;
  readonly errors?: readonly { readonly field: string; readonly message: string }[];
}

/**
 * Nothing here closes a gate unless its test says so. The longest way is then a repeat that the
 * reconciler has to find: eight seconds between two passes, and a few looks, on a busy machine.
 */
const WAIT_MAX_MS = 30_000;

/** Starts an exchange and a stack in a process of its own. */
export async function startRunningStack(options: {
  readonly accounts: number;
  readonly lanes?: number;
  readonly latencyMs?: number;
  readonly jitterMs?: number;
  readonly streams?: boolean;
  readonly shards?: string;
  readonly subAccountOf?: readonly string[];
  readonly ordersPerSecond?: number;
  readonly queriesPerSecond?: number;
  readonly seed?: number;
  /** How long silence must last before it may prove absence. */
  readonly horizonMs?: number;
  readonly spacingMs?: number;
  readonly producers?: Readonly<Record<string, unknown>>;
  /** Settings of the functions, in place of those that are deployed. */
  readonly environment?: Readonly<Record<string, string>>;
}): Promise<RunningStack> {
  const { environment, shards, horizonMs = 3_000, spacingMs = 1_500, ...ofDesk } = options;
  const desk = await startDesk(ofDesk);
  const dataDirectory = mkdtempSync(join(tmpdir(), 'order-service-stack-'));
  const stack = await startStackProcess({
    dataDirectory,
    port: 0,
    awsPort: 0,
    exchangePort: 0,
    shards,
    configuration: desk.configuration,
    exchangeUrl: desk.simulator.url,
    environment: {
      ABSENCE_HORIZON_MS: String(horizonMs),
      ABSENCE_SPACING_MS: String(spacingMs),
      ...environment,
    },
  });
  const call = (method: string, path: string, init: RequestInit = {}) =>
    request(`${stack.apiUrl}${path}`, { method, ...init });
  const json = { 'content-type': 'application/json' };
  const get = (path: string) => call('GET', path);
  return {
    desk,
    stack,
    dataDirectory,
    get,
    delete: (path) => call('DELETE', path),
    post: (path, body, headers = json) => call('POST', path, { headers, body: textOf(body) }),
    put: (path, body) => call('PUT', path, { headers: json, body: textOf(body) }),
    webhook: (text, changes = {}) =>
      call('POST', '/v1/webhooks/demo', {
        headers: { ...json, ...webhookHeaders(text, changes) },
        body: changes.sentText ?? text,
      }),
    async until(accountId, clientOrderId, statuses) {
      const order = await waitFor(() => get(`/v1/orders/${accountId}/${clientOrderId}`), statuses);
      if (statuses.includes(String(order.status))) return order;
      const account = await get(`/v1/accounts/${accountId}`);
      throw new Error(`still ${JSON.stringify(order)} of ${JSON.stringify(account.body)}`);
    },
    async stop() {
      await stack.kill();
      await desk.simulator.stop();
    },
  };
}

function webhookHeaders(text: string, changes: WebhookChanges): Record<string, string> {
  const id = changes.id ?? 'msg-1';
  const timestamp = changes.timestamp ?? Math.floor(Date.now() / 1_000);
  const secret = new Secret(changes.secret ?? PRODUCER_SECRET);
  const signature = changes.signature ?? signWebhook({ secret, id, timestamp, body: text });
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signature,
  };
}

async function request(url: string, init: RequestInit): Promise<Answer> {
  const answer = await fetch(url, init);
  const text = await answer.text();
  const contentType = answer.headers.get('content-type') ?? '';
  return { status: answer.status, contentType, body: JSON.parse(text === '' ? '{}' : text) };
}

async function waitFor(look: () => Promise<Answer>, statuses: readonly string[]): Promise<Body> {
  const giveUpAt = Date.now() + WAIT_MAX_MS;
  for (;;) {
    const { body } = await look();
    if (statuses.includes(String(body.status)) || Date.now() > giveUpAt) return body;
    await sleep(100);
  }
}

function textOf(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}
