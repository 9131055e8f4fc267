import { fromStampMs } from './delay-estimate.ts';
import { isForeignUse, type RefusedCall, slowDown } from './foreign-use.ts';
import { closeGate } from './gate.ts';
import type { KeyBudget } from './key-budget.ts';
import type { LiveCalls } from './live-calls.ts';
import type { UnixMs } from './time.ts';

/** What a closing of one key's gate changes. */
export interface KeyClosing<Reason extends string> {
  readonly until: UnixMs | 'operator';
  readonly reason: Reason;
  readonly now: UnixMs;
  /** The call of class `order` that was refused because the key had used up its second. */
  readonly refused?: RefusedCall;
}

/**
 * Closes a key's gate. A refusal that was not our doing also slows the key down: somebody else
 * takes a part of it. Further refusals while the gate is shut belong to the same incident.
 *
 * Queries carry no stamp and documents disagree about their weights, so of them nothing is proven.
 *
 * @param live - this process's calls of class `order`
 * @returns the same budget when the gate is shut for as long already
 */
export function closeKey<Reason extends string>(
  budget: KeyBudget<Reason>,
  closing: KeyClosing<Reason>,
  live: LiveCalls,
): { readonly budget: KeyBudget<Reason>; readonly isForeignUse: boolean } {
  const gate = closeGate(budget.gate, closing);
  if (gate === budget.gate) return { budget, isForeignUse: false };

  const { now, refused } = closing;
  const isNew = gate.closings > budget.gate.closings;
  const fromStamp = fromStampMs(live.delays, now);
  const isForeign =
    refused !== undefined &&
    isNew &&
    isForeignUse(budget.windows.order, live, { refused, fromStampMs: fromStamp });
  if (!isForeign) return { budget: { ...budget, gate }, isForeignUse: false };
  const slowed = slowDown(refused.limitPerSecond, budget.slowed, now);
  return { budget: { ...budget, gate, slowed }, isForeignUse: true };
}
