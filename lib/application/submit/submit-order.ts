import { checkInstrument, type Denial } from '../../domain/check-instrument.ts';
import { decideHandling } from '../../domain/decide.ts';
import { unreachable } from '../../domain/invariant.ts';
import type { Order } from '../../domain/order.ts';
import { decideReplacement, isReplacement } from '../../domain/replacement.ts';
import type { SubmitOutcome } from '../../domain/submit-outcome.ts';
import type { Account } from '../account.ts';
import { storeChanges } from '../store-changes.ts';
import type { Handled, SubmitDependencies } from './dependencies.ts';
import { followUp } from './follow-up.ts';
import type { KeyPool } from './key-pool.ts';
import type { StoreRead } from './queue-record.ts';
import { sendAttempt } from './send-attempt.ts';
import { startAttempt } from './start-attempt.ts';
import { storeOutcome } from './store-outcome.ts';

/** One order's turn in a batch. */
export interface Turn {
  readonly account: Account;
  /** The account's keys with their slots. */
  readonly pool: KeyPool;
  /** What was read of the store together with the order. */
  readonly read: StoreRead;
  /** Milliseconds before the function is killed. */
  remainingMs(): number;
}

/** How often one turn may try again after an answer that proves that nothing was placed. */
const TRIES_MAX = 3;
/** What was read so long ago may be out of date: somebody may have pulled the kill switch. */
const READ_FRESH_MS = 250;
/** Pause before asking again where the cause is not a gate. */
const RETRY_MS = 2_000;

/**
 * Takes one order from the queue as far as it goes now: sent and its outcome stored, concluded
 * without sending, or given back.
 *
 * Safe to call any number of times, by any number of processes, for the same order: only the one
 * that stores the intent sends, and it sends once.
 *
 * @throws when the store or the budget cannot be reached before anything was sent
 */
export async function submitOrder(
  dependencies: SubmitDependencies,
  order: Order,
  turn: Turn,
): Promise<Handled> {
  let current = order;
  const seen = new Set<SubmitOutcome['kind']>();
  for (let attempt = 0; attempt < TRIES_MAX; attempt += 1) {
    const prepared = await prepare(dependencies, current, turn);
    if (prepared.kind !== 'send') return prepared;

    const { storeMs } = prepared;
    const started = await startAttempt(dependencies, current, { ...turn, storeMs });
    if (started.kind === 'changed') {
      current = started.order;
      continue;
    }
    if (started.kind !== 'started') return started;

    const sent = await sendAttempt(dependencies, started, turn.account);
    const isFirst = !seen.has(sent.outcome.kind);
    seen.add(sent.outcome.kind);
    // The key is protected at once: while an outcome is being stored others may want to send.
    const [stored, next] = await Promise.all([
      storeOutcome(dependencies, started.order, sent.outcome),
      followUp(dependencies, sent, { ...turn, session: started.session, isFirst }),
    ]);
    if (!stored.isStored) {
      // The message comes back after the sweep's time and then meets whatever is true.
      return { kind: 'return', at: dependencies.clock.now() + dependencies.rules.sendingSweepMs };
    }
    if (next.kind !== 'again') return next;
    current = stored.order;
  }
  return { kind: 'return', at: dependencies.clock.now() + RETRY_MS };
}

async function prepare(
  dependencies: SubmitDependencies,
  order: Order,
  turn: Turn,
): Promise<Handled | { readonly kind: 'send'; readonly storeMs: number }> {
  const { clock, exchange, settings } = dependencies;
  if (isReplacement(order) && !(await mayReplace(dependencies, order))) return { kind: 'done' };
  let denial: Denial | undefined;
  if (order.status === 'RECEIVED' && clock.now() < order.terms.validUntil) {
    const instruments = await exchange.instruments(turn.account);
    // Without the rules nothing is denied and nothing is sent: the exchange may be away.
    if (instruments === undefined) return { kind: 'return', at: clock.now() + RETRY_MS };
    denial = checkInstrument(order.terms, instruments.get(order.terms.symbol));
  }
  const { halt, tookMs } = await freshRead(dependencies, order, turn.read);
  const now = clock.now();
  const handling = decideHandling(order, {
    now,
    attemptMaxMs: settings.sendWithinMs + settings.timeoutMs + settings.recordMarginMs,
    halted: halt.halted,
    ...(denial === undefined ? {} : { denial }),
  });

  switch (handling.kind) {
    case 'acknowledge':
      return { kind: 'done' };
    case 'wait':
      return { kind: 'return', at: handling.until };
    case 'send':
      return { kind: 'send', storeMs: tookMs };
    case 'conclude': {
      const { events } = handling;
      const stored = await storeChanges(dependencies, order, { events, now });
      // When somebody else was faster the message comes back at once and meets the newer state.
      return stored.kind === 'stored' ? { kind: 'done' } : { kind: 'return', at: now };
    }
    default:
      return unreachable(handling);
  }
}

/** Until the order that it replaces is over, whoever sweeps it goes on with the replacement. */
async function mayReplace({ clock, orders }: SubmitDependencies, order: Order): Promise<boolean> {
  const { replaces = '' } = order.terms;
  const replaced = await orders.get({ accountId: order.accountId, clientOrderId: replaces });
  return decideReplacement(order, replaced, clock.now()).kind === 'send';
}

/** The halt of the order's account; a slot has to leave time for as slow a store as it took. */
async function freshRead(
  { clock, halts }: SubmitDependencies,
  { accountId }: Order,
  read: StoreRead,
): Promise<Omit<StoreRead, 'at'>> {
  if (clock.now() - read.at <= READ_FRESH_MS) return read;
  const askedMs = clock.monotonicMs();
  const halt = await halts.get(accountId);
  return { halt, tookMs: clock.monotonicMs() - askedMs };
}
