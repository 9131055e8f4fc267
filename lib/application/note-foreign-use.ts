import { METRICS } from './metrics.ts';
import type { Log, Metrics } from './ports.ts';

/** Tells people that somebody else uses a key of ours: the desk's own keys are for us alone. */
export function noteForeignUse(
  { log, metrics }: { readonly log: Log; readonly metrics: Metrics },
  keyId: string,
): void {
  metrics.count(METRICS.foreignUse);
  log.error('somebody else uses this API key; it is used more slowly from now on', { keyId });
}
