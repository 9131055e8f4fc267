import { METRICS } from './metrics.ts';
import type { Log, Metrics } from './ports.ts';

/** Says from which address requests leave, as somebody outside sees it. */
export interface EgressSource {
  /** @throws when nobody outside could be asked */
  seenAddress(): Promise<string>;
}

/** What the check needs. */
export interface EgressDependencies {
  readonly source: EgressSource;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** What a check saw. */
export interface EgressCheck {
  readonly seen: string;
  readonly isExpected: boolean;
}

/**
 * Compares the address from which requests leave with those that keys are bound to. An address that
 * no key knows means that the exchange refuses everything.
 *
 * @param expected - the fixed addresses
 * @throws when nobody outside could be asked; then no check is counted, which is an alarm too
 */
export async function checkEgress(
  { source, log, metrics }: EgressDependencies,
  expected: readonly string[],
): Promise<EgressCheck> {
  const seen = await source.seenAddress();
  const isExpected = expected.includes(seen);
  metrics.count(METRICS.egressChecked);
  if (!isExpected) {
    metrics.count(METRICS.egressUnexpected);
    log.error('requests leave from an address that no key is bound to', { seen, expected });
  }
  return { seen, isExpected };
}
