import { fromStampMs, spreadMs } from './delay-estimate.ts';
import { addressOf, type EgressBudget } from './egress-budget.ts';
import { allowedPerSecond, type Slowed } from './foreign-use.ts';
import {
  closedOf,
  type Gate,
  type GatePassage,
  gateOfQuestion,
  OPEN_GATE,
  passage,
  takeProbe,
} from './gate.ts';
import { boundWindow, type LiveCalls, NO_CALLS, refineWindow } from './live-calls.ts';
import {
  planSlots,
  type SlotPace,
  type SlotRequest,
  type WindowEntry,
  type WindowSettings,
} from './request-window.ts';
import { slotGapMs } from './slot-gap.ts';
import { SECOND_MS, type UnixMs } from './time.ts';
import { asKnown, byAnswersAlone, UNTOLD_MS } from './told-window.ts';

/** Windows and gate of one API key: what is stored, and changed by one write at a time. */
export interface KeyBudget<Reason extends string = string> {
  readonly windows: {
    readonly order: readonly WindowEntry[];
    readonly query: readonly WindowEntry[];
  };
  readonly gate: Gate<Reason>;
  /** The spread of delays that a process of the key has learned, for those that have none. */
  readonly spreadMs?: number;
  /** When a process last met slots in the window that were not its own. */
  readonly contendedAt?: UnixMs;
  /** Present after somebody else used a part of the key; for orders alone. */
  readonly slowed?: Slowed;
}

/** A key that nothing was ever sent with. */
export const UNUSED_KEY: KeyBudget<never> = {
  windows: { order: [], query: [] },
  gate: OPEN_GATE,
};

/** What one reservation asks. */
export interface KeyRequest extends SlotRequest {
  readonly keyId: string;
  readonly class: keyof KeyBudget['windows'];
  /** Takes only what other processes leave. */
  readonly isSpare?: boolean;
  /** Keeps its reach also while the key is shared. */
  readonly isUrgent?: boolean;
}

/** What one reservation is answered, and what has to be stored before the answer holds. */
export interface ReservationPlan<Reason extends string> {
  readonly answer:
    | { readonly kind: 'reserved'; readonly slots: readonly UnixMs[]; readonly probe: boolean }
    | { readonly kind: 'later'; readonly at: UnixMs }
    | Extract<GatePassage<Reason>, { kind: 'closed' }>;
  /** Absent when the key's state stays. */
  readonly budget?: KeyBudget<Reason>;
  /** Absent when what belongs to the address stays. */
  readonly egress?: EgressBudget<Reason>;
}

/** Added to a learned spread: what its quantile leaves out, and clocks of several hosts. */
const SPREAD_ALLOWANCE_MS = 4;
/** So long after slots of others were met the key counts as shared. */
const CONTENDED_MS = 5_000;
/**
 * Slots of a shared key are taken no further ahead: by then whoever sent what they wait for has
 * told when that arrived, so that a plan seldom has to go by bounds.
 */
const CONTENDED_REACH_MS = { least: 450, most: 650 } as const;
/** Arrivals are stored without a reservation when more than this share of them is new. */
const NEWS_SHARE = 0.5;
/**
 * Who reserves so soon tells nothing before: it is stored with the slots. Waiting longer with it saves
 * more writes, and others then plan by bounds, which a heavy tail punishes (decision 77).
 */
const TOLD_WITH_SLOTS_MS = 100;
/** A turn ago makes the reach longer by so much per second: who waits longest comes first. */
const REACH_PER_SECOND_MS = 25;
/** While others took more than this share of a key's newest second, nothing of it is spare. */
const SPARE_SHARE = 0.3;
/** Whether something is spare is asked again after so long. */
const SPARE_RECHECK_MS = 2_000;

/**
 * Plans a reservation against a key's windows, its gate and the egress gate.
 *
 * A gate that has reopened gives one slot, as its probe; both gates may want it at once. What this
 * process knows of its own calls of the class refines the window, and is stored with it.
 */
export function planReservation<Reason extends string>(
  state: {
    readonly budget: KeyBudget<Reason>;
    readonly egress: EgressBudget<Reason>;
    readonly live?: LiveCalls;
  },
  request: KeyRequest,
  settings: WindowSettings,
): ReservationPlan<Reason> {
  const { budget, egress, live = NO_CALLS } = state;
  const isQuestion = request.class === 'query';
  const keyGate = isQuestion ? gateOfQuestion(budget.gate) : budget.gate;
  const atKey = passage(keyGate, request.now);
  const atEgress = passage(egress.gate, request.now);
  const closed = closedOf(atKey, atEgress);
  if (closed !== undefined) return { answer: closed };

  const probe = atKey.kind === 'probe' || atEgress.kind === 'probe';
  if (request.isSpare === true && isBusy(budget, live, request)) {
    return { answer: { kind: 'later', at: request.now + SPARE_RECHECK_MS } };
  }
  const { known, window, pace, reachMs, learned, isTold } = knownOf(
    budget,
    live,
    request,
    settings,
  );
  const limitPerSecond = allowedOf(budget, request);
  const wanted = { ...request, limitPerSecond, reachMs, count: probe ? 1 : request.count };
  const address = addressOf(egress, settings);
  const plan = planSlots(window, wanted, address === undefined ? pace : { ...pace, address });
  if ('laterAt' in plan) {
    const isSoon = plan.laterAt - request.now < TOLD_WITH_SLOTS_MS;
    const tells = isTold && !isSoon;
    return { answer: { kind: 'later', at: plan.laterAt }, ...(tells && { budget: learned }) };
  }

  const after = bounded(asKnown(plan.window, known), request.now, pace);
  const probing = (gate: Gate<Reason>) =>
    takeProbe(gate, request.keyId, request.now, settings.probeAnswerMs);
  return {
    answer: { kind: 'reserved', slots: plan.slots, probe },
    budget: {
      ...learned,
      windows: { ...budget.windows, [request.class]: after },
      gate: atKey.kind === 'probe' ? probing(budget.gate) : budget.gate,
    },
    ...((atEgress.kind === 'probe' || plan.address !== undefined) && {
      egress: {
        gate: atEgress.kind === 'probe' ? probing(egress.gate) : egress.gate,
        window: plan.address ?? egress.window,
      },
    }),
  };
}

/**
 * Puts together what is stored and what this process knows itself.
 *
 * Only orders are stamped, so only for them there is a spread to learn and something to wait for
 * when others use the key as well. Questions are few and go by answers alone.
 */
function knownOf<Reason extends string>(
  budget: KeyBudget<Reason>,
  live: LiveCalls,
  request: KeyRequest,
  settings: WindowSettings,
) {
  const { now } = request;
  const stored = budget.windows[request.class];
  const isStamped = request.class === 'order';
  const learnedMs = isStamped ? spreadMs(live.delays) : undefined;
  const guardMs = isStamped ? guardOf(learnedMs ?? budget.spreadMs, settings) : UNTOLD_MS;
  const known = refineWindow(stored, live, { now, boundMs: guardMs });
  const clockErrorMs = settings.guardMs;
  const window = isStamped ? known : byAnswersAlone(known, live, { now, clockErrorMs });

  const isForeign = isStamped && hasForeign(stored, live, now);
  const metAt = isForeign ? now : budget.contendedAt;
  const isContended = isStamped && metAt !== undefined && now - metAt < CONTENDED_MS;
  const sendFromMs = fromStampMs(live.delays, now);
  const { limitPerSecond } = request;
  const pacing = {
    allowed: allowedOf(budget, request),
    limitPerSecond,
    minGapMs: settings.minGapMs,
  };
  const minGapMs = isStamped ? slotGapMs(live, pacing) : settings.minGapMs;
  const takesTurns = isContended && request.isUrgent !== true;
  const pace = { ...settings, minGapMs, guardMs, fromStampMs: sendFromMs, gathers: takesTurns };
  const isNewlyMet = isForeign && now - (budget.contendedAt ?? 0) > CONTENDED_MS / 2;
  return {
    known,
    window,
    pace,
    reachMs: takesTurns ? Math.min(request.reachMs, turnReachMs(live, now)) : request.reachMs,
    /** Whether what is known is worth a write though no slot was taken. */
    isTold: isContended && (isNewlyMet || hasNews(known, stored)),
    learned: {
      ...budget,
      windows: { ...budget.windows, [request.class]: bounded(known, now, pace) },
      ...(learnedMs !== undefined && { spreadMs: learnedMs }),
      ...(metAt !== undefined && { contendedAt: metAt }),
    },
  };
}

function allowedOf({ slowed }: KeyBudget, request: KeyRequest): number {
  if (request.class !== 'order') return request.limitPerSecond;
  return allowedPerSecond(request.limitPerSecond, slowed, request.now);
}

/** Whether others use so much of the key that nothing is spare. */
function isBusy({ windows }: KeyBudget, live: LiveCalls, request: KeyRequest): boolean {
  const others = windows[request.class].filter(
    ({ slotAt }) => slotAt > request.now - SECOND_MS && !live.fates.has(slotAt),
  );
  return others.length > request.limitPerSecond * SPARE_SHARE;
}

function bounded(window: readonly WindowEntry[], now: UnixMs, { guardMs }: SlotPace) {
  return boundWindow(window, now + guardMs);
}

/** Whether others take slots of the key as well; what is long over does not count. */
function hasForeign(window: readonly WindowEntry[], live: LiveCalls, now: UnixMs): boolean {
  return window.some(({ slotAt }) => slotAt > now - CONTENDED_MS && !live.fates.has(slotAt));
}

/** Whether the key counts as shared with other processes: then what one remembers is old. */
export function isShared({ contendedAt }: KeyBudget, now: UnixMs): boolean {
  return contendedAt !== undefined && now - contendedAt < CONTENDED_MS;
}

function turnReachMs(live: LiveCalls, now: UnixMs): number {
  const { least, most } = CONTENDED_REACH_MS;
  const waitedMs = Math.max(0, now - Math.max(...live.fates.keys()));
  return Math.min(most, least + Math.floor((waitedMs / SECOND_MS) * REACH_PER_SECOND_MS));
}

/** Whether enough was learned for a write of its own: half of a window. */
function hasNews(window: readonly WindowEntry[], stored: readonly WindowEntry[]): boolean {
  const news = window.filter(({ stampedAt }, index) => stampedAt !== stored[index]?.stampedAt);
  return news.length > window.length * NEWS_SHARE;
}

function guardOf(spread: number | undefined, settings: WindowSettings): number {
  const { guardMs, guardLeastMs = guardMs } = settings;
  if (spread === undefined) return guardMs;
  return Math.max(guardLeastMs, Math.ceil(spread + SPREAD_ALLOWANCE_MS));
}
