import {
  cancelRepeatAt,
  decideCancel,
  isCancelPending,
  settleCancelAnswer,
} from '../../domain/cancel.ts';
import { unreachable } from '../../domain/invariant.ts';
import { isOpen, type Order } from '../../domain/order.ts';
import type { UnixMs } from '../../domain/time.ts';
import type { Account } from '../account.ts';
import { METRICS } from '../metrics.ts';
import { decideAndStore, storeChanges } from '../store-changes.ts';
import type { Handled } from '../submit/dependencies.ts';
import { followUp } from '../submit/follow-up.ts';
import type { KeyPool } from '../submit/key-pool.ts';
import { confirmCancel } from './confirm-cancel.ts';
import { attemptMaxMs, type CancelDependencies } from './dependencies.ts';
import { type SentCancel, type StartedCancel, sendCancel } from './send-cancel.ts';

/** One cancel's turn in a batch. */
export interface CancelTurn {
  readonly account: Account;
  /** The account's keys, which take slots ahead of new orders. */
  readonly pool: KeyPool;
  /** How long reading the order took: a slot has to leave time for as slow a store. */
  readonly storeMs: number;
  /** Milliseconds before the function is killed. */
  remainingMs(): number;
}

/** Decisions of one turn; each but the last met a state that changed, or a call that may repeat. */
const STEPS_MAX = 6;
/** Pause before asking again where the cause is not a gate. */
const RETRY_MS = 1_000;
/** Repeats after an unknown end that the message itself waits for. */
const OWN_REPEATS_MAX = 4;
/** However slow the store is, a slot lies no further ahead for its sake. */
const SLOT_LEAD_MAX_MS = 800;
/** Waits between tries to store an answer; together well inside the record margin. */
const STORE_WAITS_MS: readonly number[] = [50, 200, 500, 1_000];

/**
 * Takes the cancel of one order as far as it goes now: carried out without a call, sent and the
 * truth fetched, left to whoever finds the order, or given back.
 *
 * Safe to call any number of times, by any number of processes, for the same order: a cancel call is
 * stored before it is sent and names the order by the exchange's own id, so that even one that is
 * repeated after an unknown end can only cancel what is wanted canceled.
 *
 * @throws when the store or the budget cannot be reached before anything was sent
 */
export async function cancelOrder(
  dependencies: CancelDependencies,
  order: Order,
  turn: CancelTurn,
): Promise<Handled> {
  const { clock, settings } = dependencies;
  let current = order;
  const seen = new Set<string>();
  for (let step = 0; step < STEPS_MAX; step += 1) {
    const now = clock.now();
    const decided = decideCancel(current, { now, attemptMaxMs: attemptMaxMs(settings) });
    if (decided.kind === 'leave') return { kind: 'done' };
    if (decided.kind === 'wait') return { kind: 'return', at: decided.until };
    if (decided.kind === 'conclude') {
      const { events } = decided;
      current = (await storeChanges(dependencies, current, { events, now })).order;
      continue;
    }
    const { exchangeOrderId } = decided;
    const started = await startCancel(dependencies, current, { ...turn, exchangeOrderId });
    if (started.kind === 'return') return started;
    current = started.order;
    if (started.kind === 'changed') continue;

    const sent = await sendCancel(dependencies, started.call, turn.account);
    const isFirst = !seen.has(sent.outcome.kind);
    seen.add(sent.outcome.kind);
    const context = { ...turn, session: started.call.session, isFirst };
    // The key is protected at once: while an answer is being stored others may want to send.
    const [stored, next] = await Promise.all([
      storeAnswer(dependencies, current, sent),
      followUp(dependencies, sent, context),
    ]);
    if (stored === undefined) {
      return { kind: 'return', at: clock.now() + attemptMaxMs(settings) };
    }
    current = stored;
    if (next.kind === 'return') return next;
    if (next.kind === 'done') return afterAnswer(dependencies, current, { ...turn, sent });
  }
  return { kind: 'return', at: clock.now() + RETRY_MS };
}

type Started =
  | { readonly kind: 'started'; readonly order: Order; readonly call: StartedCancel }
  | { readonly kind: 'changed'; readonly order: Order }
  | { readonly kind: 'return'; readonly at: UnixMs };

/** Takes the next slot and stores the intent to send in it. */
async function startCancel(
  dependencies: CancelDependencies,
  order: Order,
  turn: CancelTurn & { readonly exchangeOrderId: string },
): Promise<Started> {
  const { clock, exchange, ids, settings } = dependencies;
  // Whoever has just started would read the exchange's clock in its slot and leave after it.
  await exchange.prepare(turn.account);
  const leadMs = Math.min(Math.max(settings.slotLeadMs, 4 * turn.storeMs), SLOT_LEAD_MAX_MS);
  const needed = attemptMaxMs(settings);
  if (turn.remainingMs() < needed) return { kind: 'return', at: clock.now() };
  const slot = await turn.pool.earliest(leadMs);
  if (slot.kind === 'none') return { kind: 'return', at: slot.until };

  const now = clock.now();
  if (turn.remainingMs() < needed + Math.max(0, slot.at - now)) return { kind: 'return', at: now };
  const { keyId } = slot.session.key;
  const attemptId = ids.attemptId();
  const event = { type: 'CancelStarted', at: now, attemptId, keyId } as const;
  const stored = await storeChanges(dependencies, order, { events: [event], now });
  if (stored.kind === 'conflict') return { kind: 'changed', order: stored.order };
  const call: StartedCancel = {
    attemptId,
    exchangeOrderId: turn.exchangeOrderId,
    session: slot.session,
    clientOrderId: order.clientOrderId,
    requestedAt: order.cancel?.requestedAt ?? now,
    slotAt: slot.at,
    sendBy: Math.max(now, slot.at) + settings.sendWithinMs,
    gateLeadMs: Math.max(settings.gateLeadMs, 2 * turn.storeMs),
    probe: slot.probe,
  };
  return { kind: 'started', order: stored.order, call };
}

/** Gives the order as it is stored then; undefined when the answer could not be stored. */
async function storeAnswer(
  dependencies: CancelDependencies,
  order: Order,
  { answer }: SentCancel,
): Promise<Order | undefined> {
  const { clock, log } = dependencies;
  for (const waitMs of [...STORE_WAITS_MS, undefined]) {
    const now = clock.now();
    try {
      const decide = (known: Order) => settleCancelAnswer(known, answer, now);
      return await decideAndStore(dependencies, order, { decide, now });
    } catch (error) {
      log.error('the answer to a cancel could not be stored', {
        accountId: order.accountId,
        clientOrderId: order.clientOrderId,
        attemptId: answer.attemptId,
        outcome: answer.outcome,
        cause: error instanceof Error ? error.name : 'unknown',
      });
      if (waitMs === undefined) break;
      await clock.sleep(waitMs);
    }
  }
  return undefined;
}

async function afterAnswer(
  dependencies: CancelDependencies,
  order: Order,
  { account, sent }: { readonly account: Account; readonly sent: SentCancel },
): Promise<Handled> {
  const { clock, log, metrics } = dependencies;
  const { outcome, evidence } = sent.answer;
  switch (outcome) {
    case 'acknowledged':
    case 'not-open':
      await confirmCancel(dependencies, account, order);
      return { kind: 'done' };
    case 'unknown':
      return afterUnknown(await confirmCancel(dependencies, account, order));
    case 'refused': {
      metrics.count(METRICS.cancelRefused);
      const { accountId, clientOrderId } = order;
      log.error('the exchange refuses to cancel an order', {
        accountId,
        clientOrderId,
        code: evidence.code,
      });
      return { kind: 'done' };
    }
    case 'deferred':
    case 'throttled':
    case 'banned':
    case 'not-sent':
    case 'clock-skew':
    case 'bad-key':
      return { kind: 'return', at: clock.now() + RETRY_MS };
    default:
      return unreachable(outcome);
  }
}

/**
 * A cancel that may have been lost comes back for its repeat, a few times in a row, so that it waits
 * for no pass of the reconciler; where the exchange stays silent for longer the reconciler takes over.
 */
function afterUnknown(order: Order): Handled {
  const { cancel } = order;
  if (cancel === undefined || !isOpen(order.status) || !isCancelPending(order)) {
    return { kind: 'done' };
  }
  if (cancel.attempts > OWN_REPEATS_MAX) return { kind: 'done' };
  return { kind: 'return', at: cancelRepeatAt(cancel) };
}
