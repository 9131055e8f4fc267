import type { SubmitAnswer } from '../../../lib/application/exchange.ts';
import { parseOrderRequest, termsOf } from '../../../lib/application/order-request.ts';
import type { QueueRecord } from '../../../lib/application/submit/queue-record.ts';
import type { Process } from '../core/process.ts';

/** What a rule believes of an order. */
export type Belief = 'sent' | 'failed';

/** What a rule remembers of all orders, as its own table would. */
export interface Notebook {
  readonly beliefs: Map<string, Belief>;
  /** Until when an id is locked, by true time. */
  readonly locks: Map<string, number>;
}

/** A rule of other designs, created anew to see what these worlds do to it. */
export interface Baseline {
  readonly name: string;
  readonly rule: string;
  /** Whether the message may go; true once it was sent or given up. */
  readonly handle: (turn: BaselineTurn) => Promise<boolean>;
}

/** One order's message at one consumer. */
export interface BaselineTurn {
  readonly clientOrderId: string;
  readonly notebook: Notebook;
  /** True time, as a table's expiry would have it. */
  readonly nowMs: number;
  /** Sends the order, without asking any budget. */
  readonly send: () => Promise<SubmitAnswer>;
}

const LOCK_MS = 30_000;
const SILENCE_MS = 5_000;

const isClear = ({ kind }: SubmitAnswer) => kind === 'accepted' || kind === 'duplicate';

/** The rules; none of them is anybody's code. */
export const BASELINES: readonly Baseline[] = [
  {
    name: 'blind retry',
    rule: 'whatever is not a success is sent again when the message comes back',
    async handle({ clientOrderId, notebook, send }) {
      if (notebook.beliefs.has(clientOrderId)) return true;
      const answer = await send();
      if (isClear(answer)) notebook.beliefs.set(clientOrderId, 'sent');
      if (answer.kind === 'rejected') notebook.beliefs.set(clientOrderId, 'failed');
      return notebook.beliefs.has(clientOrderId);
    },
  },
  {
    name: 'expiring lock',
    rule: 'an idempotency key is locked while it is handled, and free again 30 s later',
    async handle({ clientOrderId, notebook, nowMs, send }) {
      if (notebook.beliefs.has(clientOrderId)) return true;
      if ((notebook.locks.get(clientOrderId) ?? 0) > nowMs) return false;
      notebook.locks.set(clientOrderId, nowMs + LOCK_MS);
      const answer = await send();
      if (isClear(answer)) notebook.beliefs.set(clientOrderId, 'sent');
      if (answer.kind === 'rejected') notebook.beliefs.set(clientOrderId, 'failed');
      return notebook.beliefs.has(clientOrderId);
    },
  },
  {
    name: 'error means failed',
    rule: 'every answer but a success is final: the order has failed',
    async handle({ clientOrderId, notebook, send }) {
      if (notebook.beliefs.has(clientOrderId)) return true;
      notebook.beliefs.set(clientOrderId, 'failed');
      if (isClear(await send())) notebook.beliefs.set(clientOrderId, 'sent');
      return true;
    },
  },
  {
    name: 'silence means rejected',
    rule: 'an order that nobody has answered within 5 s is rejected',
    async handle({ clientOrderId, notebook, send }) {
      if (notebook.beliefs.has(clientOrderId)) return true;
      notebook.beliefs.set(clientOrderId, 'failed');
      const answer = await send();
      const isSilent = answer.timing.answeredAt - answer.timing.sentAt >= SILENCE_MS;
      if (isClear(answer) && !isSilent) notebook.beliefs.set(clientOrderId, 'sent');
      if (answer.kind === 'unknown' && !isSilent) notebook.beliefs.set(clientOrderId, 'sent');
      return true;
    },
  },
];

/** Handles a batch by a baseline's rule, behind the interface that our own consumer has. */
export async function consumeBy(
  { handle }: Baseline,
  notebook: Notebook,
  { clock, dependencies }: Process,
  batch: { readonly records: readonly QueueRecord[]; readonly nowMs: () => number },
): Promise<readonly string[]> {
  const returned: string[] = [];
  for (const record of batch.records) {
    const parsed = parseOrderRequest(jsonOf(record.body));
    if (parsed.kind === 'invalid') continue;
    const { request } = parsed;
    const account = await dependencies.accounts.get(request.accountId);
    const key = account?.keys[0];
    if (account === undefined || key === undefined) continue;
    const { clientOrderId } = request;
    const terms = termsOf(request, { at: record.enqueuedAt, validForMs: account.validForMs });
    const send = () =>
      dependencies.exchange.submit({
        ...{ site: account, key, clientOrderId, terms, recvWindowMs: 5_000, timeoutMs: 5_000 },
        sendBy: clock.now() + 2_000,
      });
    const isDone = await handle({ clientOrderId, notebook, nowMs: batch.nowMs(), send });
    if (!isDone) returned.push(record.messageId);
  }
  if (returned.length > 0) {
    const back = batch.records.filter(({ messageId }) => returned.includes(messageId));
    await dependencies.queue.postpone(
      back.map(({ receiptHandle }) => receiptHandle),
      5_000,
    );
  }
  return returned;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
