import type { UnixMs } from '../../domain/time.ts';
import type { Log } from '../ports.ts';
import type { GateClosing, RateBudget } from '../rate-budget.ts';

/** What working gates needs. */
export interface GateDependencies {
  readonly budget: RateBudget;
  readonly log: Log;
}

/** Names of gates as people type them: `egress`, or the id of a key, as `GET /v1/accounts` shows it. */
export function gateNamed(name: string): GateClosing['gate'] {
  return name === 'egress' ? 'egress' : { keyId: name.replace(/^key#/, '') };
}

/**
 * Stops all sending at once, for every account and from every process: the gate that every request
 * passes, cancels and questions included, stays closed until a person opens it.
 */
export async function stopSending({ budget, log }: GateDependencies, now: UnixMs): Promise<void> {
  await budget.closeGate({ gate: 'egress', until: 'operator', reason: 'halted-by-operator', now });
  log.warn('a person stopped all sending', {});
}

/** Opens a gate, whatever closed it; the next request is a single probe. */
export async function openGate(
  { budget, log }: GateDependencies,
  name: string,
  now: UnixMs,
): Promise<void> {
  await budget.openGate(gateNamed(name), now);
  log.warn('a person opened a gate', { gate: name });
}
