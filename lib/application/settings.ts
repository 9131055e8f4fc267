import { ABSENCE_RULES } from '../domain/absence.ts';
import type { WindowSettings } from '../domain/request-window.ts';
import { type ReviewRules, SWEEPS } from '../domain/review-schedule.ts';
import { MINUTE_MS, SECOND_MS } from '../domain/time.ts';
import type { ReadStageSettings } from './stage-settings.ts';

/** How orders are sent. */
export interface SubmitSettings {
  /** How old the exchange may find a request: short, because the fence waits for it. */
  readonly recvWindowMs: number;
  /** Time limit of one create call. */
  readonly timeoutMs: number;
  /** How far our idea of the exchange's clock may be off; added to the fence. */
  readonly clockErrorMs: number;
  /** An attempt may still leave so long after its intent was stored. */
  readonly sendWithinMs: number;
  /** A slot is lost when the request could not leave within so long after it. */
  readonly slotToleranceMs: number;
  /** The gate is read so long before the slot: about the time of one read. */
  readonly gateLeadMs: number;
  /** A slot is taken at least so far ahead: the time of two writes, less the tolerance. */
  readonly slotLeadMs: number;
  /** Kept free after a call for storing what it proved. */
  readonly recordMarginMs: number;
  /** Reservations reach at most so far ahead, so that cancels never wait long. */
  readonly reachMs: number;
  /** How long a 429 closes the key's gate: the exchange's minute and a margin. */
  readonly suspensionMs: number;
  /** First pause when the exchange does not answer; doubled while that lasts, up to a minute. */
  readonly unavailablePauseMs: number;
  readonly unavailablePauseMaxMs: number;
  /** So many unanswered calls in a row count as the exchange being away. */
  readonly unavailableAfter: number;
}

/** How doubt is ended and open orders are followed. */
export interface ReconcileSettings extends ReviewRules {
  readonly recvWindowMs: number;
  readonly timeoutMs: number;
  /** A pass starts no new round after this; the schedule starts the next one. */
  readonly passMs: number;
  /** Whether a pass stays until its end to see what falls due meanwhile; costs its own time. */
  readonly watches: boolean;
  /** Orders looked at in one round. */
  readonly roundMax: number;
  /** Pages read of one list before it counts as unreadable. */
  readonly pagesMax: number;
  /** History is read from so long before the oldest attempt in doubt. */
  readonly historyMarginMs: number;
  readonly suspensionMs: number;
  /** Reservations of queries reach at most so far ahead. */
  readonly reachMs: number;
  /** Pause between rounds while nothing can be done yet. */
  readonly idleMs: number;
}

/** Everything that a stage may set. Times in milliseconds. */
export interface Settings {
  /** How requests are metered. */
  readonly metering: WindowSettings;
  readonly submit: SubmitSettings;
  /** How cancels are sent: as orders are, but with a longer reach, which gives them the next slot. */
  readonly cancel: SubmitSettings;
  readonly reconcile: ReconcileSettings;
  /** Default and greatest distance of `validUntil`. */
  readonly validForMaxMs: number;
}

/** A margin on the documented minute: the suspension begins when the exchange sees the call. */
const SUSPENSION_MS = MINUTE_MS + 2 * SECOND_MS;

const SUBMIT: SubmitSettings = {
  recvWindowMs: 5 * SECOND_MS,
  timeoutMs: 5 * SECOND_MS,
  clockErrorMs: SECOND_MS,
  sendWithinMs: 2 * SECOND_MS,
  slotToleranceMs: 15,
  gateLeadMs: 8,
  slotLeadMs: 4,
  recordMarginMs: 3 * SECOND_MS,
  reachMs: 1_100,
  suspensionMs: SUSPENSION_MS,
  unavailablePauseMs: 5 * SECOND_MS,
  unavailablePauseMaxMs: MINUTE_MS,
  unavailableAfter: 3,
};

/** New orders reach about a second ahead, so the next free slot is always well within this. */
const CANCEL_REACH_MS = 4 * SECOND_MS;

/** The settings for real money. */
export const DEFAULT_SETTINGS: Settings = {
  metering: {
    // Until delays are learned: their jitter, hosts' clocks, and leaving a little late.
    guardMs: 50,
    // The jitter of a quiet route with a late timer: spreads seen smaller than this are luck.
    guardLeastMs: 25,
    // Requests closer together than this could overtake one another on the way.
    minGapMs: 25,
    // A probe whose process died gives way to another: longer than any call may take.
    probeAnswerMs: 10 * SECOND_MS,
  },
  submit: SUBMIT,
  cancel: { ...SUBMIT, reachMs: CANCEL_REACH_MS },
  reconcile: {
    ...ABSENCE_RULES,
    ...SWEEPS,
    recvWindowMs: 5 * SECOND_MS,
    timeoutMs: 5 * SECOND_MS,
    passMs: 52 * SECOND_MS,
    watches: false,
    roundMax: 1_000,
    pagesMax: 10,
    historyMarginMs: MINUTE_MS,
    suspensionMs: SUSPENSION_MS,
    reachMs: 4 * SECOND_MS,
    idleMs: 500,
  },
  validForMaxMs: 24 * 60 * MINUTE_MS,
};

/** Gives the settings for real money with what a stage has set. */
export function settingsOf(stage: ReadStageSettings): Settings {
  const { metering, submit, cancel, reconcile } = DEFAULT_SETTINGS;
  const sending = {
    suspensionMs: stage.SUSPENSION_MS,
    unavailableAfter: stage.UNAVAILABLE_AFTER,
    unavailablePauseMs: stage.UNAVAILABLE_PAUSE_MS,
    unavailablePauseMaxMs: stage.UNAVAILABLE_PAUSE_MAX_MS,
  };
  const addressPerSecond = stage.ADDRESS_REQUESTS_PER_SECOND;
  return {
    ...DEFAULT_SETTINGS,
    metering: {
      ...metering,
      guardMs: stage.BUDGET_GUARD_MS,
      minGapMs: stage.SLOT_GAP_MS,
      probeAnswerMs: stage.PROBE_ANSWER_MS,
      ...(addressPerSecond !== undefined && { addressPerSecond }),
    },
    submit: { ...submit, ...sending },
    cancel: { ...cancel, ...sending },
    reconcile: {
      ...reconcile,
      suspensionMs: stage.SUSPENSION_MS,
      horizonMs: stage.ABSENCE_HORIZON_MS,
      spacingMs: stage.ABSENCE_SPACING_MS,
    },
  };
}
