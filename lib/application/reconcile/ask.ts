import type { UnixMs } from '../../domain/time.ts';
import { type Account, type ApiKey, isSameKey, routeOf } from '../account.ts';
import type { QueryContext, QueryFailure } from '../exchange.ts';
import { METRICS } from '../metrics.ts';
import { noteUse } from '../note-use.ts';
import { hearRefusal } from './heard-refusals.ts';
import { type AskDependencies, type NotAsked, tellOthers, waitForSlot } from './query-slot.ts';

/** After a read that failed the same account is not asked for so long. */
const FAILED_READ_PAUSE_MS = 2_000;

/**
 * Makes one signed read of an account within the query budget: takes a slot with any key whose
 * gate is open, reads the gate right before it, asks in it, and protects the key after the answer.
 *
 * @param deadline - a slot after this is not waited for
 * @throws when the budget cannot be reached; then nothing was asked
 */
export async function ask<Answer extends { readonly kind: string }>(
  dependencies: AskDependencies,
  account: Account,
  call: {
    readonly weight: number;
    readonly deadline: UnixMs;
    /** Of several keys, the one to begin with: callers at work at once take turns. */
    readonly turn?: number;
    readonly read: (context: QueryContext) => Promise<Answer | QueryFailure>;
  },
): Promise<Answer | QueryFailure | NotAsked> {
  const { clock, exchange, settings } = dependencies;
  await exchange.prepare(account);
  const taken = await waitForSlot(dependencies, account, call);
  if (taken.kind === 'not-asked') return taken;
  const { key, probe } = taken;
  const route = routeOf(account);
  const slot = { keyId: key.keyId, class: 'query', slotAt: taken.at, route } as const;
  const sentAt = clock.now();
  noteUse(dependencies, { ...slot, fate: { kind: 'leaving', sentAt } });
  const answer = await call.read({
    site: account,
    key,
    recvWindowMs: settings.recvWindowMs,
    timeoutMs: settings.timeoutMs,
  });
  // A read tells nothing of when it arrived but that it did before its answer.
  const kind = answer.kind === 'unavailable' ? 'unanswered' : 'answered';
  noteUse(dependencies, { ...slot, fate: { kind, sentAt, answeredAt: clock.now() } });
  await protect(dependencies, account, key, { answer, probe });
  await tellOthers(dependencies, key.keyId);
  return answer;
}

/** When a failed read of an account may be followed by another. */
export function afterFailedRead(now: UnixMs): UnixMs {
  return now + FAILED_READ_PAUSE_MS;
}

async function protect(
  dependencies: AskDependencies,
  account: Account,
  key: ApiKey,
  { answer, probe }: { readonly answer: { readonly kind: string }; readonly probe: boolean },
): Promise<void> {
  const { accounts, budget, clock, exchange, log, metrics, settings } = dependencies;
  const now = clock.now();
  const closed = (reason: 'throttled' | 'banned' | 'bad-key') => {
    metrics.count(METRICS.gateClosed, 1, { reason });
    log.error('a gate is closed', { keyId: key.keyId, reason });
  };
  if (['throttled', 'banned', 'bad-key'].includes(answer.kind)) {
    hearRefusal(budget, answer.kind === 'banned' ? 'egress' : key.keyId, clock.monotonicMs());
  }
  if (answer.kind === 'throttled') {
    metrics.count(METRICS.throttled);
    closed('throttled');
    const until = now + settings.suspensionMs;
    await budget.closeGate({ gate: { keyId: key.keyId }, until, reason: 'throttled', now });
  } else if (answer.kind === 'banned') {
    metrics.count(METRICS.banned);
    closed('banned');
    await budget.closeGate({ gate: 'egress', until: 'operator', reason: 'banned', now });
  } else if (answer.kind === 'bad-key') {
    const fresh = await accounts.get(account.accountId, { fresh: true });
    const isStillOurs = fresh?.keys.some((candidate) => isSameKey(candidate, key)) ?? true;
    if (!isStillOurs) return;
    metrics.count(METRICS.keyRefused);
    closed('bad-key');
    await budget.closeGate({
      gate: { keyId: key.keyId },
      until: 'operator',
      reason: 'bad-key',
      now,
    });
  } else if (answer.kind === 'clock-skew') {
    await exchange.resynchronise(account);
  } else if (answer.kind !== 'unavailable' && probe) {
    await budget.probeSucceeded(key.keyId);
  }
}
