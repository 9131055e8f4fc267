import { createCallMemory } from '../../application/call-memory.ts';
import type { GateReason, RateBudget } from '../../application/rate-budget.ts';
import { viewGate, viewKey } from '../../application/view-budget.ts';
import { type EgressBudget, UNUSED_EGRESS } from '../../domain/egress-budget.ts';
import { bothGates, closeGate, type Gate, openAfterProbe, reopenGate } from '../../domain/gate.ts';
import { type KeyBudget, planReservation, UNUSED_KEY } from '../../domain/key-budget.ts';
import { closeKey } from '../../domain/key-closing.ts';
import type { WindowSettings } from '../../domain/request-window.ts';
import { tellCalls } from '../../domain/tell-calls.ts';

/** What several rate budgets in memory share, as processes share a table. */
export interface SharedBudgets {
  readonly keys: Map<string, KeyBudget<GateReason>>;
  egress: EgressBudget<GateReason>;
}

/** Makes budgets of which nothing is spent. */
export function createSharedBudgets(): SharedBudgets {
  return { keys: new Map(), egress: UNUSED_EGRESS };
}

/** Keeps rate budgets and gates in memory. */
export function createMemoryRateBudget(
  settings: WindowSettings,
  shared: SharedBudgets = createSharedBudgets(),
): RateBudget {
  const calls = createCallMemory();
  const budgetOf = (keyId: string) => shared.keys.get(keyId) ?? UNUSED_KEY;
  const change = (
    target: { readonly keyId: string } | 'egress',
    next: (gate: Gate<GateReason>) => Gate<GateReason>,
  ) => {
    if (target === 'egress') {
      shared.egress = { ...shared.egress, gate: next(shared.egress.gate) };
      return;
    }
    const budget = budgetOf(target.keyId);
    shared.keys.set(target.keyId, { ...budget, gate: next(budget.gate) });
  };

  return {
    async reserve(request) {
      const live = calls.of(request);
      const state = { budget: budgetOf(request.keyId), egress: shared.egress, live };
      const plan = planReservation(state, request, settings);
      if (plan.budget !== undefined) shared.keys.set(request.keyId, plan.budget);
      shared.egress = plan.egress ?? shared.egress;
      if (plan.answer.kind === 'reserved') calls.own(request, plan.answer.slots);
      return plan.answer;
    },
    async observe(use) {
      calls.note(use);
    },
    async tell(of, now) {
      const { keyId } = of;
      const told = tellCalls(budgetOf(keyId), calls.of(of), { class: of.class, now });
      shared.keys.set(keyId, told);
    },
    async gate(keyId, now) {
      return bothGates(budgetOf(keyId).gate, shared.egress.gate, now);
    },
    async closeGate(closing) {
      if (closing.gate === 'egress') {
        change('egress', (gate) => closeGate(gate, closing));
        return { isForeignUse: false };
      }
      const { keyId } = closing.gate;
      const closed = closeKey(budgetOf(keyId), closing, calls.of({ keyId, class: 'order' }));
      shared.keys.set(keyId, closed.budget);
      return { isForeignUse: closed.isForeignUse };
    },
    async probeSucceeded(keyId) {
      change({ keyId }, (gate) => openAfterProbe(gate, keyId));
      change('egress', (gate) => openAfterProbe(gate, keyId));
    },
    async openGate(target, now) {
      change(target, (gate) => reopenGate(gate, now));
    },
    async view(keyId, now) {
      return viewKey(keyId, budgetOf(keyId), now);
    },
    async viewEgress(now) {
      return viewGate(shared.egress.gate, now);
    },
  };
}
