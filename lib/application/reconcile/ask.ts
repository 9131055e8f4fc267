import { unreachable } from '../../domain/invariant.ts';
import type { UnixMs } from '../../domain/time.ts';
import { type Account, type ApiKey, isSameKey, routeOf } from '../account.ts';
import type { QueryContext, QueryFailure } from '../exchange.ts';
import { METRICS } from '../metrics.ts';
import { noteUse } from '../note-use.ts';
import { GATE_FRESH_MS, type Reservation } from '../rate-budget.ts';
import type { ReconcileDependencies } from './dependencies.ts';

/** What a signed read needs. */
export type AskDependencies = Pick<
  ReconcileDependencies,
  'accounts' | 'budget' | 'clock' | 'exchange' | 'log' | 'metrics' | 'settings'
>;

/** A read that could not be made now, and when there is a point in trying again. */
export interface NotAsked {
  readonly kind: 'not-asked';
  readonly until: UnixMs;
}

/** While only a person can open a gate, reads ask again this often. */
const OPERATOR_RECHECK_MS = 60_000;
/** The gate is read at least so long before the slot. */
const GATE_LEAD_MS = 25;
/** A slot is lost when the question could not leave within so long after it. */
const SLOT_TOLERANCE_MS = 15;
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
  return answer;
}

/** When a failed read of an account may be followed by another. */
export function afterFailedRead(now: UnixMs): UnixMs {
  return now + FAILED_READ_PAUSE_MS;
}

type TakenSlot = {
  readonly kind: 'slot';
  readonly at: UnixMs;
  readonly key: ApiKey;
  readonly probe: boolean;
  /** How long the budget takes to read. */
  readonly readMs: number;
};

/**
 * Waits for a slot and reads the gate right before it. A slot that was missed because the gate was
 * long in being read is not used late, for the window is planned around it.
 */
async function waitForSlot(
  dependencies: AskDependencies,
  account: Account,
  call: { readonly weight: number; readonly deadline: UnixMs; readonly turn?: number },
): Promise<TakenSlot | NotAsked> {
  const { budget, clock, metrics } = dependencies;
  const sleepUntil = (at: UnixMs) => clock.sleep(Math.max(0, at - clock.now()));
  const taken = await takeSlot(dependencies, account, call);
  if (taken.kind === 'not-asked') return taken;
  if (taken.at > call.deadline) return { kind: 'not-asked', until: taken.at };

  await sleepUntil(taken.at - Math.max(GATE_LEAD_MS, 2 * taken.readMs));
  const readMs = clock.monotonicMs();
  const gate = await budget.gate(taken.key.keyId, clock.now());
  if (gate.kind === 'closed') return { kind: 'not-asked', until: reopensAt(gate, clock.now()) };
  await sleepUntil(taken.at);
  const isFresh = clock.monotonicMs() - readMs <= GATE_FRESH_MS;
  if (isFresh && clock.now() - taken.at <= SLOT_TOLERANCE_MS) return taken;
  metrics.count(METRICS.slotMissed);
  return { kind: 'not-asked', until: clock.now() };
}

/**
 * Takes the first key that has a slot, beginning with that whose turn it is; an order may be asked about with any key of its account.
 *
 * The slot lies as far ahead as it takes to store the reservation and to read the gate once more.
 */
async function takeSlot(
  { budget, clock, settings }: AskDependencies,
  account: Account,
  { weight, turn = 0 }: { readonly weight: number; readonly turn?: number },
): Promise<TakenSlot | NotAsked> {
  let until = Number.POSITIVE_INFINITY;
  const first = turn % account.keys.length;
  for (const key of [...account.keys.slice(first), ...account.keys.slice(0, first)]) {
    const startedMs = clock.monotonicMs();
    const gate = await budget.gate(key.keyId, clock.now());
    const readMs = clock.monotonicMs() - startedMs;
    const now = clock.now() + Math.max(GATE_LEAD_MS, 4 * readMs);
    const reservation =
      gate.kind === 'closed'
        ? gate
        : await budget.reserve({
            keyId: key.keyId,
            class: 'query',
            weight,
            count: 1,
            limitPerSecond: account.limits.queriesPerSecond,
            now,
            reachMs: settings.reachMs,
          });
    const at = reservation.kind === 'reserved' ? reservation.slots[0] : undefined;
    if (reservation.kind === 'reserved' && at !== undefined) {
      return { kind: 'slot', at, key, probe: reservation.probe, readMs };
    }
    until = Math.min(until, reopensAt(reservation, now));
  }
  return { kind: 'not-asked', until };
}

function reopensAt(
  reservation: Reservation | { kind: 'closed'; until: UnixMs | 'operator' },
  now: UnixMs,
): UnixMs {
  switch (reservation.kind) {
    case 'reserved':
      return now;
    case 'later':
      return reservation.at;
    case 'closed':
      return reservation.until === 'operator' ? now + OPERATOR_RECHECK_MS : reservation.until;
    default:
      return unreachable(reservation);
  }
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
