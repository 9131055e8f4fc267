import type { ReconcileSettings, SubmitSettings } from '../settings.ts';
import type { SubmitDependencies } from '../submit/dependencies.ts';

/**
 * What carrying out cancels needs: what sending orders needs, with the queue of cancels in the place
 * of the queue of orders. The kill switch is never asked: cancels pass it.
 */
export interface CancelDependencies extends SubmitDependencies {
  /** How the truth is asked for after a cancel. */
  readonly reconcile: ReconcileSettings;
}

/** A call that was started longer ago than this has lost its sender. */
export function attemptMaxMs(settings: SubmitSettings): number {
  return settings.sendWithinMs + settings.timeoutMs + settings.recordMarginMs;
}
