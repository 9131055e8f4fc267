import { slowedTo } from '../domain/foreign-use.ts';
import { type Gate, passageWithSlot } from '../domain/gate.ts';
import type { KeyBudget } from '../domain/key-budget.ts';
import { SECOND_MS, type UnixMs } from '../domain/time.ts';
import type { BudgetClass, BudgetView, EgressView, GateReason, KeyView } from './rate-budget.ts';

const CLASSES: readonly BudgetClass[] = ['order', 'query'];

/** Gives a key's budget as people see it. */
export function viewKey(keyId: string, budget: KeyBudget<GateReason>, now: UnixMs): KeyView {
  const budgets = CLASSES.map((name) => viewClass(name, budget, now));
  return { keyId, ...viewGate(budget.gate, now), budgets };
}

/** Gives a gate as people see it. */
export function viewGate(gate: Gate<GateReason>, now: UnixMs): EgressView {
  return { gate: passageWithSlot(gate, now), closings: gate.closings };
}

function viewClass(
  name: BudgetClass,
  { windows, slowed }: KeyBudget<GateReason>,
  now: UnixMs,
): BudgetView {
  const latestSlotAt = windows[name].at(-1)?.slotAt;
  const taken = windows[name].filter(({ slotAt }) => slotAt > now - SECOND_MS).length;
  const slowedToNow = name === 'order' ? slowedTo(slowed, now) : undefined;
  return {
    class: name,
    taken,
    ...(latestSlotAt !== undefined && { latestSlotAt }),
    ...(slowedToNow !== undefined && { slowedTo: slowedToNow }),
  };
}
