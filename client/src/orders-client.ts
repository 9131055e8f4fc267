import { randomUUID } from 'node:crypto';
import type { Account, HaltRequest } from './account.ts';
import type { Auth, PlainRequest } from './authorize.ts';
import { OrdersUnreachableError, OrdersUsageError } from './errors.ts';
import type { Order, OrderPage, OrderQuery, OrderRequest } from './order.ts';
import { isAccount, isHealth, isOrder, isOrderPage } from './read-answer.ts';
import { DEFAULT_RETRIES, type RetrySettings } from './retry.ts';
import { type Sender, type Success, sendRequest } from './send-request.ts';
import { SYSTEM_TIMING, type Timing } from './timing.ts';
import { type WaitOptions, waitForStatus } from './wait-for-status.ts';

/** What a client is made of. */
export interface OrdersClientOptions {
  /** Of the API: `http://127.0.0.1:8080`, or what the deployment put out. */
  readonly baseUrl: string;
  readonly auth: Auth;
  readonly fetch?: typeof globalThis.fetch;
  /** For one attempt. Default 10 s. */
  readonly timeoutMs?: number;
  /** Repeats after the first attempt, or the waits between them too. Default 5. */
  readonly retries?: number | RetrySettings;
  /** Time and chance, for tests. */
  readonly timing?: Timing;
}

/** What every call takes beside its own arguments. */
export interface CallOptions {
  readonly signal?: AbortSignal;
}

/** How an order is submitted. */
export interface SubmitOptions extends CallOptions {
  /** Of a webhook: the id of the delivery. The same id is the same order, for ever. */
  readonly webhookId?: string;
}

const TIMEOUT_DEFAULT_MS = 10_000;
const WEBHOOK_ID = /^[!-\-/-~]{1,256}$/;

/**
 * Talks to the order service.
 *
 * Every call may be repeated, by this client (bounded, with growing waits) and by its caller: an
 * order has an id of the caller's, and the same id is never placed twice.
 */
export class OrdersClient {
  readonly #sender: Sender;
  readonly #baseUrl: string;

  constructor(options: OrdersClientOptions) {
    const { retries = DEFAULT_RETRIES.retries } = options;
    this.#baseUrl = options.baseUrl.replace(/\/+$/, '');
    if (!URL.canParse(this.#baseUrl)) {
      throw new OrdersUsageError(
        `baseUrl ${options.baseUrl} is no URL; give http://… or https://…`,
      );
    }
    this.#sender = {
      auth: options.auth,
      fetch: options.fetch ?? globalThis.fetch,
      timing: options.timing ?? SYSTEM_TIMING,
      timeoutMs: options.timeoutMs ?? TIMEOUT_DEFAULT_MS,
      retries: typeof retries === 'number' ? { ...DEFAULT_RETRIES, retries } : retries,
    };
  }

  /**
   * Has an order placed. It is the service's once this resolves, and `repeated` when it was before.
   *
   * @throws OrdersUsageError when nothing would tell a repeat from another order
   */
  async submit(
    request: OrderRequest,
    options: SubmitOptions = {},
  ): Promise<{ readonly order: Order; readonly repeated: boolean }> {
    const { auth } = this.#sender;
    if (request.clientOrderId === undefined && !(auth.kind === 'webhook' && options.webhookId)) {
      throw new OrdersUsageError(
        'Give the order a clientOrderId of your own (a webhook: or a webhookId): without one, ' +
          'a repeat could not be told from another order.',
      );
    }
    const success = await this.#post('/v1/orders', request, options);
    return { order: checked(success, isOrder), repeated: success.status === 200 };
  }

  /** Gives one order. */
  async get(accountId: string, clientOrderId: string, options: CallOptions = {}): Promise<Order> {
    return checked(await this.#read(orderPath(accountId, clientOrderId), options), isOrder);
  }

  /** Gives a page of an account's orders, newest first. */
  async list(query: OrderQuery, options: CallOptions = {}): Promise<OrderPage> {
    const parameters = Object.entries(query).flatMap(([name, value]): [string, string][] =>
      value === undefined ? [] : [[name, String(value)]],
    );
    const path = `/v1/orders?${new URLSearchParams(parameters).toString()}`;
    return checked(await this.#read(path, options), isOrderPage);
  }

  /** Gives an account's orders, newest first, page by page as they are asked for. */
  async *all(
    { cursor: from, ...query }: OrderQuery,
    options: CallOptions = {},
  ): AsyncGenerator<Order, void, undefined> {
    let cursor = from;
    do {
      const page = await this.list({ ...query, ...(cursor !== undefined && { cursor }) }, options);
      yield* page.orders;
      cursor = page.cursor;
    } while (cursor !== undefined);
  }

  /** Has an order canceled; the answer shows the wish, not its end. */
  async cancel(
    accountId: string,
    clientOrderId: string,
    { signal }: CallOptions = {},
  ): Promise<Order> {
    if (this.#sender.auth.kind === 'webhook') {
      const body = { action: 'cancel', accountId, clientOrderId };
      return checked(await this.#post('', body, signal === undefined ? {} : { signal }), isOrder);
    }
    const url = this.#url(orderPath(accountId, clientOrderId));
    return checked(await sendRequest(this.#sender, { method: 'DELETE', url }, signal), isOrder);
  }

  /** Gives an account: its kill switch, gates and budgets. */
  async account(accountId: string, options: CallOptions = {}): Promise<Account> {
    return checked(await this.#read(`/v1/accounts/${segment(accountId)}`, options), isAccount);
  }

  /** Works the kill switch of an account: while it is halted, new orders are denied. */
  async halt(accountId: string, halt: HaltRequest, { signal }: CallOptions = {}): Promise<Account> {
    this.#assertNoWebhook();
    const url = this.#url(`/v1/accounts/${segment(accountId)}/halt`);
    const request: PlainRequest = { method: 'PUT', url, body: JSON.stringify(halt) };
    return checked(await sendRequest(this.#sender, request, signal), isAccount);
  }

  /**
   * Waits until an order has one of the statuses, or nothing more comes by itself.
   *
   * @throws OrdersWaitError with the order as it was seen last
   */
  waitFor(accountId: string, clientOrderId: string, options: WaitOptions = {}): Promise<Order> {
    const look = () => this.get(accountId, clientOrderId, options);
    return waitForStatus(look, this.#sender.timing, options);
  }

  /** Says that the service answers. */
  async health(options: CallOptions = {}): Promise<{ readonly status: string }> {
    const request: PlainRequest = { method: 'GET', url: this.#url('/health') };
    const open: Sender = { ...this.#sender, auth: { kind: 'none' } };
    return checked(await sendRequest(open, request, options.signal), isHealth);
  }

  async #read(path: string, { signal }: CallOptions): Promise<Success> {
    this.#assertNoWebhook();
    return sendRequest(this.#sender, { method: 'GET', url: this.#url(path) }, signal);
  }

  /** Posts to the path, or as a webhook, of which all attempts have the same id. */
  #post(
    path: string,
    value: unknown,
    { webhookId = randomUUID(), signal }: SubmitOptions,
  ): Promise<Success> {
    const { auth } = this.#sender;
    const body = JSON.stringify(value);
    if (auth.kind !== 'webhook') {
      return sendRequest(this.#sender, { method: 'POST', url: this.#url(path), body }, signal);
    }
    if (!WEBHOOK_ID.test(webhookId)) {
      throw new OrdersUsageError(
        'webhookId must be 1 to 256 printable characters without spaces and dots.',
      );
    }
    const url = this.#url(`/v1/webhooks/${segment(auth.producerId)}`);
    return sendRequest(this.#sender, { method: 'POST', url, body, webhookId }, signal);
  }

  #url(path: string): string {
    return `${this.#baseUrl}${path}`;
  }

  #assertNoWebhook(): void {
    if (this.#sender.auth.kind !== 'webhook') return;
    throw new OrdersUsageError(
      'A producer of webhooks can submit and cancel only. Use a client with auth of kind "iam" to read.',
    );
  }
}

function orderPath(accountId: string, clientOrderId: string): string {
  return `/v1/orders/${segment(accountId)}/${segment(clientOrderId)}`;
}

/** An empty or dotted segment would be the path of something else. */
function segment(text: string): string {
  if (/^[A-Za-z0-9_-]{1,64}$/.test(text)) return text;
  throw new OrdersUsageError(`"${text.slice(0, 64)}" is no id: use A-Z, a-z, 0-9, "_" and "-".`);
}

function checked<Value>({ value }: Success, is: (one: unknown) => one is Value): Value {
  if (is(value)) return value;
  const why = new Error('its answer is not what this service answers; check baseUrl');
  throw new OrdersUnreachableError('The call', 1, why);
}
