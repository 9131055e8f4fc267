import { PASSED_BY_QUESTIONS } from '../../domain/gate.ts';
import { unreachable } from '../../domain/invariant.ts';
import { SECOND_MS, type UnixMs } from '../../domain/time.ts';
import { type Account, type ApiKey, routeOf } from '../account.ts';
import { METRICS } from '../metrics.ts';
import { noteUse } from '../note-use.ts';
import { GATE_FRESH_MS, type GateState, type Reservation } from '../rate-budget.ts';
import type { ReconcileDependencies } from './dependencies.ts';
import { wasRefused } from './heard-refusals.ts';

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

/** A slot that has come, with a key whose gate was just read. */
export interface QuerySlot {
  readonly kind: 'slot';
  readonly at: UnixMs;
  readonly key: ApiKey;
  readonly probe: boolean;
}

/** What is asked of the query budget. */
export interface SlotWish {
  readonly weight: number;
  /** A slot after this is not waited for. */
  readonly deadline: UnixMs;
  /** Of several keys, the one to begin with: callers at work at once take turns. */
  readonly turn?: number;
}

type ClosedGate = Extract<GateState, { readonly kind: 'closed' }>;

/** While only a person can open a gate, reads ask again this often. */
const OPERATOR_RECHECK_MS = 60_000;
/** The gate is read at least so long before the slot. */
const GATE_LEAD_MS = 25;
/** A slot is lost when the question could not leave within so long after it. */
const SLOT_TOLERANCE_MS = 15;
/** Pauses between looks for a slot grow by so much, so that a long wait costs few reads. */
const RECHECK_STEP_MS = 5;
const RECHECK_MAX_MS = 200;

/**
 * Waits for a slot and reads the gate right before it. Slots are few, and the next one is known
 * when an answer comes: so it is waited for here, as long as a reservation reaches. A slot that was
 * missed is not used late, for the window is planned around it; the next one is taken.
 */
export async function waitForSlot(
  dependencies: AskDependencies,
  account: Account,
  wish: SlotWish,
): Promise<QuerySlot | NotAsked> {
  const { clock, metrics, settings } = dependencies;
  const endsAt = Math.min(wish.deadline, clock.now() + settings.reachMs);
  for (let turn = 1; ; turn += 1) {
    const taken = await takeSlot(dependencies, account, wish);
    if (taken.kind === 'slot') {
      const departure = await whenItComes(dependencies, account, { ...taken, endsAt });
      if (departure.kind !== 'missed') return departure;
      metrics.count(METRICS.slotMissed);
      if (clock.now() >= endsAt) return { kind: 'not-asked', until: clock.now() };
      continue;
    }
    if (taken.isClosed || taken.until > endsAt) return { kind: 'not-asked', until: taken.until };
    const pauseMs = Math.min(turn * RECHECK_STEP_MS, RECHECK_MAX_MS);
    await clock.sleep(Math.max(taken.until - clock.now(), pauseMs));
    if (clock.now() > endsAt) return { kind: 'not-asked', until: clock.now() };
  }
}

/** Tells other processes what became of a question. Never throws: not telling is safe, only slower. */
export async function tellOthers(
  { budget, clock, log }: AskDependencies,
  keyId: string,
): Promise<void> {
  try {
    await budget.tell({ keyId, class: 'query' }, clock.now());
  } catch (error) {
    log.warn('other processes are not told of an answer', {
      keyId,
      cause: error instanceof Error ? error.name : 'unknown',
    });
  }
}

type TakenSlot = QuerySlot & {
  /** How long the budget takes to read. */
  readonly readMs: number;
};

async function whenItComes(
  dependencies: AskDependencies,
  account: Account,
  taken: TakenSlot & { readonly endsAt: UnixMs },
): Promise<QuerySlot | NotAsked | { readonly kind: 'missed' }> {
  const { budget, clock } = dependencies;
  const { at, endsAt, key, readMs: leadMs } = taken;
  const sleepUntil = (time: UnixMs) => clock.sleep(Math.max(0, time - clock.now()));
  const unused = async () => {
    const route = routeOf(account);
    const slot = { keyId: key.keyId, class: 'query', slotAt: at, route } as const;
    noteUse(dependencies, { ...slot, fate: { kind: 'not-sent' } });
    await tellOthers(dependencies, key.keyId);
  };
  if (at > endsAt) {
    await unused();
    return { kind: 'not-asked', until: at };
  }

  await sleepUntil(at - Math.max(GATE_LEAD_MS, 2 * leadMs));
  const readMs = clock.monotonicMs();
  const gate = await budget.gate(key.keyId, clock.now());
  await sleepUntil(at);
  const isRefused = wasRefused(budget, key.keyId, clock.monotonicMs());
  if (isShut(gate) || isRefused) {
    await unused();
    const closed = isShut(gate) ? gate : refusedGate(clock.now());
    return { kind: 'not-asked', until: reopensAt(closed, clock.now()) };
  }
  const isFresh = clock.monotonicMs() - readMs <= GATE_FRESH_MS;
  if (isFresh && clock.now() - at <= SLOT_TOLERANCE_MS) return taken;
  await unused();
  return { kind: 'missed' };
}

/**
 * Takes the first key that has a slot, beginning with that whose turn it is; an order may be asked
 * about with any key of its account.
 *
 * The slot lies as far ahead as it takes to store the reservation and to read the gate once more.
 */
async function takeSlot(
  { budget, clock, settings }: AskDependencies,
  account: Account,
  { weight, turn = 0 }: SlotWish,
): Promise<TakenSlot | (NotAsked & { readonly isClosed: boolean })> {
  let until = Number.POSITIVE_INFINITY;
  let isClosed = true;
  const first = turn % account.keys.length;
  for (const key of [...account.keys.slice(first), ...account.keys.slice(0, first)]) {
    const startedMs = clock.monotonicMs();
    const isRefused = wasRefused(budget, key.keyId, startedMs);
    const gate = isRefused ? refusedGate(clock.now()) : await budget.gate(key.keyId, clock.now());
    const readMs = clock.monotonicMs() - startedMs;
    const now = clock.now() + Math.max(GATE_LEAD_MS, 4 * readMs);
    const reservation = isShut(gate)
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
    isClosed &&= reservation.kind === 'closed';
    until = Math.min(until, reopensAt(reservation, now));
  }
  return { kind: 'not-asked', until, isClosed };
}

/**
 * A gate that is closed because orders are not answered does not hold back questions: they leave
 * nothing in doubt, and what is in doubt ends as soon as the exchange is back, not a minute later.
 */
function isShut(gate: GateState): gate is ClosedGate {
  return gate.kind === 'closed' && gate.reason !== PASSED_BY_QUESTIONS;
}

/** The gate of a key whose refusal was heard, before it is stored; then the stored one tells more. */
function refusedGate(now: UnixMs): ClosedGate {
  return { kind: 'closed', until: now + SECOND_MS, reason: 'throttled' };
}

function reopensAt(reservation: Reservation | ClosedGate, now: UnixMs): UnixMs {
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
