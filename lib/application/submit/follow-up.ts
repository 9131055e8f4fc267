import { unreachable } from '../../domain/invariant.ts';
import type { UnixMs } from '../../domain/time.ts';
import { isSameKey } from '../account.ts';
import { METRICS } from '../metrics.ts';
import { noteForeignUse } from '../note-foreign-use.ts';
import type { GateClosing } from '../rate-budget.ts';
import type { Handled, SubmitDependencies } from './dependencies.ts';
import type { KeySession } from './key-session.ts';
import type { SentAttempt } from './send-attempt.ts';
import type { Turn } from './submit-order.ts';

/** What a call came to, as far as its key is concerned; calls of all kinds are followed up alike. */
export interface FollowedCall extends Pick<SentAttempt, 'probe' | 'withheldUntil'> {
  readonly outcome: Pick<SentAttempt['outcome'], 'kind' | 'sentAt'>;
}

/** Where an attempt ended. */
export interface FollowUpContext extends Pick<Turn, 'account' | 'pool'> {
  /** The key that the attempt was for. */
  readonly session: KeySession;
  /** Whether no earlier attempt of this turn ended the same way. */
  readonly isFirst: boolean;
}

/** What comes after an attempt; `again` at once. */
export type Next = Handled | { readonly kind: 'again' };

/** An order that could not leave is tried again after so long. */
const NOT_SENT_RETRY_MS = 2_000;
/** While only a person can open a gate, messages ask again this often. */
const OPERATOR_RECHECK_MS = 60_000;

/**
 * Protects the key after an answer, and says what happens to the message.
 *
 * Never throws, and does not wait for the outcome to be stored: the key matters to all orders.
 */
export async function followUp(
  dependencies: SubmitDependencies,
  sent: FollowedCall,
  context: FollowUpContext,
): Promise<Next> {
  const now = dependencies.clock.now();
  const { outcome } = sent;
  switch (outcome.kind) {
    case 'accepted':
    case 'rejected':
    case 'duplicate':
    case 'deferred':
      await reopened(dependencies, sent, context);
      return { kind: 'done' };
    case 'unknown':
      await noteUnanswered(dependencies, sent, context);
      return { kind: 'done' };
    case 'throttled': {
      dependencies.metrics.count(METRICS.throttled);
      const until = now + dependencies.settings.suspensionMs;
      await close(dependencies, context, {
        until,
        reason: 'throttled',
        ...refusedOf(sent, context),
      });
      return { kind: 'return', at: opensAt(context, now) };
    }
    case 'banned':
      dependencies.metrics.count(METRICS.banned);
      await close(dependencies, context, { until: 'operator', reason: 'banned' });
      return { kind: 'return', at: now + OPERATOR_RECHECK_MS };
    case 'not-sent': {
      const { withheldUntil } = sent;
      if (withheldUntil === 'gate-opens') return { kind: 'return', at: opensAt(context, now) };
      if (withheldUntil !== undefined) return { kind: 'return', at: withheldUntil };
      await noteUnanswered(dependencies, sent, context);
      return { kind: 'return', at: now + NOT_SENT_RETRY_MS };
    }
    case 'clock-skew':
      await reopened(dependencies, sent, context);
      await resynchronise(dependencies, context);
      if (context.isFirst) return { kind: 'again' };
      return { kind: 'return', at: now + NOT_SENT_RETRY_MS };
    case 'bad-key':
      return afterBadKey(dependencies, context, now);
    default:
      return unreachable(outcome.kind);
  }
}

async function afterBadKey(
  dependencies: SubmitDependencies,
  context: FollowUpContext,
  now: UnixMs,
): Promise<Next> {
  if (context.isFirst && (await isReplaced(dependencies, context))) return { kind: 'again' };
  dependencies.metrics.count(METRICS.keyRefused);
  await close(dependencies, context, { until: 'operator', reason: 'bad-key' });
  return { kind: 'return', at: opensAt(context, now) };
}

/** Takes the keys from the secret as it is now; says whether the refused one is gone from it. */
async function isReplaced(
  { accounts }: SubmitDependencies,
  { account, pool, session: { key } }: FollowUpContext,
): Promise<boolean> {
  const fresh = await accounts.get(account.accountId, { fresh: true }).catch(() => undefined);
  if (fresh === undefined || fresh.keys.some((candidate) => isSameKey(candidate, key))) {
    return false;
  }
  pool.renew(fresh);
  return true;
}

/** When the order may go on: at once where another key of the account is open. */
function opensAt({ pool }: FollowUpContext, now: UnixMs): UnixMs {
  return Math.max(now, pool.opensAt());
}

async function close(
  dependencies: SubmitDependencies,
  context: FollowUpContext,
  closing: Pick<GateClosing, 'until' | 'reason' | 'refused'>,
): Promise<void> {
  const { budget, clock, log, metrics } = dependencies;
  const isBan = closing.reason === 'banned';
  const gate = isBan ? 'egress' : { keyId: context.session.key.keyId };
  const stopUntil =
    closing.until === 'operator' ? clock.now() + OPERATOR_RECHECK_MS : closing.until;
  context.session.close(stopUntil, isBan ? 'all' : 'key');
  metrics.count(METRICS.gateClosed, 1, { reason: closing.reason });
  const { keyId } = context.session.key;
  log.error('a gate is closed', { keyId, until: closing.until, reason: closing.reason });
  try {
    const { isForeignUse } = await budget.closeGate({ gate, ...closing, now: clock.now() });
    if (isForeignUse) noteForeignUse(dependencies, keyId);
  } catch (error) {
    // This process sends nothing more with it, and the message waits out the same time.
    log.error('a gate could not be closed', {
      keyId,
      cause: error instanceof Error ? error.name : 'unknown',
    });
  }
}

/** The refused call, by which the budget tells our own doing from somebody else's. */
function refusedOf(
  { outcome }: FollowedCall,
  { account }: FollowUpContext,
): Pick<GateClosing, 'refused'> {
  if (outcome.sentAt === undefined) return {};
  const limitPerSecond = account.limits.ordersPerSecond;
  return { refused: { limitPerSecond, sentAt: outcome.sentAt } };
}

/** The exchange answered: it is there, and a probe has done its work. */
async function reopened(
  { budget, log }: SubmitDependencies,
  sent: FollowedCall,
  context: FollowUpContext,
): Promise<void> {
  context.session.answered();
  if (!sent.probe) return;
  try {
    await budget.probeSucceeded(context.session.key.keyId);
  } catch (error) {
    // The probe's time runs out and the next one asks again: slower, never wrong.
    log.warn('a gate could not be opened after its probe', {
      keyId: context.session.key.keyId,
      cause: error instanceof Error ? error.name : 'unknown',
    });
  }
}

/**
 * Counts calls that the exchange did not answer. After some in a row it is away: going on would
 * only put more orders in doubt, so the key pauses, longer each time.
 */
async function noteUnanswered(
  dependencies: SubmitDependencies,
  sent: FollowedCall,
  context: FollowUpContext,
): Promise<void> {
  const { clock, settings } = dependencies;
  const inARow = context.session.unanswered();
  if (inARow < settings.unavailableAfter && !sent.probe) return;
  const closings = await closingsOf(dependencies, context);
  const pauseMs = Math.min(
    settings.unavailablePauseMs * 2 ** Math.min(closings, 10),
    settings.unavailablePauseMaxMs,
  );
  await close(dependencies, context, { until: clock.now() + pauseMs, reason: 'unavailable' });
}

/** The first pause when the budget cannot be reached: then nothing leaves anyway. */
async function closingsOf(
  { budget, clock }: SubmitDependencies,
  { session }: FollowUpContext,
): Promise<number> {
  const view = await budget.view(session.key.keyId, clock.now()).catch(() => undefined);
  return view?.closings ?? 0;
}

async function resynchronise(
  { exchange, log }: SubmitDependencies,
  { account }: FollowUpContext,
): Promise<void> {
  try {
    await exchange.resynchronise(account);
  } catch (error) {
    // The next attempt is refused in the same way and asks again.
    log.warn('the clock of the exchange could not be read', {
      cause: error instanceof Error ? error.name : 'unknown',
    });
  }
}
