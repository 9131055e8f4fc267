import type { UnixMs } from '../../domain/time.ts';
import { type Account, routeOf } from '../account.ts';
import type { CancelManyAnswer } from '../exchange.ts';
import { noteUse } from '../note-use.ts';
import { followUp } from '../submit/follow-up.ts';
import type { KeyPool } from '../submit/key-pool.ts';
import { fateOf, waitForDeparture } from '../submit/send-attempt.ts';
import type { CancelDependencies } from './dependencies.ts';

/** Orders that one call cancels at most; editions of the documents say 200 and 1000. */
export const CANCEL_MANY_LIMIT = 200;

/** A call that was made, or when there is a point in trying again. */
export type CancelManyEnd =
  | { readonly kind: CancelManyAnswer['kind'] }
  | { readonly kind: 'not-sent'; readonly until: UnixMs };

/**
 * Makes one call that cancels up to `CANCEL_MANY_LIMIT` open orders of an account, ours or not,
 * within the rate budget, in a slot that has its weight.
 *
 * Needs no stored intent: whatever it cancels is wanted canceled, however often it arrives.
 *
 * @throws when the budget cannot be reached; nothing was sent then
 */
export async function cancelMany(
  dependencies: CancelDependencies,
  {
    account,
    pool,
    symbol,
  }: {
    readonly account: Account;
    readonly pool: KeyPool;
    readonly symbol?: string;
  },
): Promise<CancelManyEnd> {
  const { clock, exchange, settings } = dependencies;
  await exchange.prepare(account);
  const slot = await pool.earliest(settings.slotLeadMs);
  if (slot.kind === 'none') return { kind: 'not-sent', until: slot.until };
  const { at: slotAt, session, probe } = slot;
  // Without a second slot to fall back on: one that is missed is asked for anew.
  const start = { session, slotAt, gateLeadMs: settings.gateLeadMs, sendBy: slotAt };
  const departure = await waitForDeparture(dependencies, start);
  if (departure.kind === 'stay') {
    const until = departure.until === 'gate-opens' ? pool.opensAt() : departure.until;
    return { kind: 'not-sent', until: Math.max(until, clock.now()) };
  }
  const sentAt = clock.now();
  const note = (fate: Parameters<typeof noteUse>[1]['fate']) => {
    const { keyId } = session.key;
    noteUse(dependencies, { keyId, class: 'order', slotAt, route: routeOf(account), fate });
  };
  note({ kind: 'leaving', sentAt });
  const answer = await exchange.cancelMany({
    site: account,
    key: session.key,
    ...(symbol === undefined ? {} : { symbol }),
    limit: CANCEL_MANY_LIMIT,
    recvWindowMs: settings.recvWindowMs,
    sendBy: sentAt + settings.sendWithinMs,
    timeoutMs: settings.timeoutMs,
  });
  note(fateOf(answer));
  const kind = answer.kind === 'not-open' ? 'rejected' : answer.kind;
  const context = { account, pool, session, isFirst: true };
  await followUp(dependencies, { outcome: { kind, sentAt }, probe }, context);
  return { kind: answer.kind };
}
