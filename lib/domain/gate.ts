import type { UnixMs } from './time.ts';

/** How long a probe may stay unanswered where nothing else is set, in milliseconds. */
export const PROBE_ANSWER_MS = 10_000;
/** Others ask so often whether the probe was answered, which mostly takes no longer. */
const PROBE_RECHECK_MS = 250;

/**
 * Whether requests may leave, for one key or for all behind one address.
 *
 * ```
 *            closeGate                until passes             takeProbe
 *   open ───────────────► closed ───────────────► reopening ───────────► probing
 *    ▲                      ▲ ▲                        ▲                   │ │ │
 *    │                      │ └──────── closeGate ─────┼───────────────────┘ │ │
 *    │                      └── closeGate (reopening)  └── no answer in time ┘ │
 *    └────────────────────────────── openAfterProbe ───────────────────────────┘
 * ```
 */
export interface Gate<Reason extends string = string> {
  /** Absent while the gate is open. */
  readonly closing?: {
    readonly until: UnixMs | 'operator';
    readonly reason: Reason;
    /** The exchange's own suspension, heard of while a person is waited for, ends then. */
    readonly notBefore?: UnixMs;
  };
  /** How often it was closed since it last stayed open. */
  readonly closings: number;
  /** The probe that is on its way, while one is. */
  readonly probe?: { readonly until: UnixMs; readonly keyId: string };
}

/** What a request meets at a gate. */
export type GatePassage<Reason extends string> =
  | { readonly kind: 'open' }
  /** Has just reopened: one request may leave, as the probe. */
  | { readonly kind: 'probe' }
  | { readonly kind: 'closed'; readonly until: UnixMs | 'operator'; readonly reason: Reason };

/** A gate that was never closed. */
export const OPEN_GATE: Gate<never> = { closings: 0 };

/** Orders are not answered: a reason to send none, and none to ask no questions. */
export const PASSED_BY_QUESTIONS = 'unavailable';

/** Gives the gate as a question meets it, which a silence of the exchange does not hold back. */
export function gateOfQuestion<Reason extends string>(gate: Gate<Reason>): Gate<Reason> {
  return gate.closing?.reason === PASSED_BY_QUESTIONS ? { closings: gate.closings } : gate;
}

/** Says what a new request meets. */
export function passage<Reason extends string>(
  gate: Gate<Reason>,
  now: UnixMs,
): GatePassage<Reason> {
  const { closing, probe } = gate;
  if (closing === undefined) return { kind: 'open' };
  if (isShut(closing.until, now)) return { kind: 'closed', ...closing };
  if (probe !== undefined && now < probe.until) {
    const until = Math.min(probe.until, now + PROBE_RECHECK_MS);
    return { kind: 'closed', until, reason: closing.reason };
  }
  return { kind: 'probe' };
}

/**
 * Says what a request meets that already has its slot.
 *
 * A reopened gate lets it through: the only slot that anybody can hold there is the probe's, for
 * slots reach a second or so ahead and closings last longer.
 */
export function passageWithSlot<Reason extends string>(
  gate: Gate<Reason>,
  now: UnixMs,
): Exclude<GatePassage<Reason>, { kind: 'probe' }> {
  const { closing } = gate;
  if (closing === undefined || !isShut(closing.until, now)) return { kind: 'open' };
  return { kind: 'closed', ...closing };
}

/**
 * Makes the next request of this key the single probe.
 *
 * @param answerMs - how long it may stay unanswered before another request may try
 */
export function takeProbe<Reason extends string>(
  gate: Gate<Reason>,
  keyId: string,
  now: UnixMs,
  answerMs: number = PROBE_ANSWER_MS,
): Gate<Reason> {
  return { ...gate, probe: { until: now + answerMs, keyId } };
}

/**
 * Closes a gate, or keeps it closed for longer; never shortens.
 *
 * Complaints while it is closed already are stragglers of one incident and do not count; a
 * complaint after it reopened does.
 *
 * @returns the same gate when it lasts at least as long already
 */
export function closeGate<Reason extends string>(
  gate: Gate<Reason>,
  closing: { readonly until: UnixMs | 'operator'; readonly reason: Reason; readonly now: UnixMs },
): Gate<Reason> {
  const known = gate.closing;
  const shut = known !== undefined && isShut(known.until, closing.now);
  // What lets questions through must not take the place of what does not, also before its probe.
  const isWeaker = closing.reason === PASSED_BY_QUESTIONS;
  if (shut && !lastsLonger(closing.until, known.until)) {
    if (known.until !== 'operator' || closing.until === 'operator' || isWeaker) return gate;
    if (closing.until <= (known.notBefore ?? 0)) return gate;
    return { ...gate, closing: { ...known, notBefore: closing.until } };
  }
  const notBefore = shut && known.reason !== PASSED_BY_QUESTIONS ? known.until : 'operator';
  const isHeard = closing.until === 'operator' && notBefore !== 'operator';
  return {
    closing: {
      until: closing.until,
      reason: known !== undefined && isWeaker ? known.reason : closing.reason,
      ...(isHeard && { notBefore }),
    },
    closings: shut ? gate.closings : gate.closings + 1,
  };
}

/**
 * Reopens a gate, whatever closed it; the next request is a probe. A suspension that was heard of
 * while it waited for a person still runs out first.
 *
 * @returns the same gate when it is not closed
 */
export function reopenGate<Reason extends string>(gate: Gate<Reason>, now: UnixMs): Gate<Reason> {
  if (gate.closing === undefined || !isShut(gate.closing.until, now)) return gate;
  const { notBefore = now, reason } = gate.closing;
  return { closing: { until: Math.max(now, notBefore), reason }, closings: gate.closings };
}

/**
 * Opens a gate fully because its probe was answered without a complaint.
 *
 * @returns the same gate when no probe of this key is on its way; also when it was closed again
 */
export function openAfterProbe<Reason extends string>(
  gate: Gate<Reason>,
  keyId: string,
): Gate<Reason> {
  return gate.probe?.keyId === keyId ? OPEN_GATE : gate;
}

/** Says what a request with a slot meets at both gates; the closing that lasts longer wins. */
export function bothGates<Reason extends string>(
  key: Gate<Reason>,
  egress: Gate<Reason>,
  now: UnixMs,
): Exclude<GatePassage<Reason>, { kind: 'probe' }> {
  const closed = closedOf(passageWithSlot(key, now), passageWithSlot(egress, now));
  return closed ?? { kind: 'open' };
}

/** The closing that a new request meets at one of two gates; the one that lasts longer. */
export function closedOf<Reason extends string>(
  one: GatePassage<Reason>,
  other: GatePassage<Reason>,
): Extract<GatePassage<Reason>, { kind: 'closed' }> | undefined {
  if (one.kind !== 'closed') return other.kind === 'closed' ? other : undefined;
  return other.kind === 'closed' ? longerClosed(one, other) : one;
}

function longerClosed<Passage extends { readonly until: UnixMs | 'operator' }>(
  one: Passage,
  other: Passage,
): Passage {
  return lastsLonger(other.until, one.until) ? other : one;
}

function isShut(until: UnixMs | 'operator', now: UnixMs): boolean {
  return until === 'operator' || now < until;
}

function lastsLonger(one: UnixMs | 'operator', other: UnixMs | 'operator'): boolean {
  if (other === 'operator') return false;
  return one === 'operator' || one > other;
}
