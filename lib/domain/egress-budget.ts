import { type Gate, OPEN_GATE } from './gate.ts';
import type { AddressWindow, WindowEntry, WindowSettings } from './request-window.ts';

/** What belongs to the address behind which all keys are. */
export interface EgressBudget<Reason extends string = string> {
  readonly gate: Gate<Reason>;
  /** Empty unless the address has a limit of its own. */
  readonly window: readonly WindowEntry[];
}

/** An address that nothing was ever sent from. */
export const UNUSED_EGRESS: EgressBudget<never> = { gate: OPEN_GATE, window: [] };

/** The window that every request of the address has to fit into, where it has a limit. */
export function addressOf(
  { window }: EgressBudget,
  { addressPerSecond, guardMs }: WindowSettings,
): AddressWindow | undefined {
  if (addressPerSecond === undefined) return undefined;
  return { window, limitPerSecond: addressPerSecond, guardMs };
}
