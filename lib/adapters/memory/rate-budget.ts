import type { GateReason, RateBudget } from '../../application/rate-budget.ts';
import { viewGate, viewKey } from '../../application/view-budget.ts';
import { type EgressBudget, UNUSED_EGRESS } from '../../domain/egress-budget.ts';
import { bothGates, closeGate, type Gate, openAfterProbe, reopenGate } from '../../domain/gate.ts';
import { type KeyBudget, planReservation, UNUSED_KEY } from '../../domain/key-budget.ts';
import { closeKey } from '../../domain/key-closing.ts';
import { type LiveCalls, NO_CALLS, noteFate, noteReserved } from '../../domain/live-calls.ts';
import type { WindowSettings } from '../../domain/request-window.ts';

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
  const live = new Map<string, LiveCalls>();
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
      const calls = live.get(liveIdOf(request)) ?? NO_CALLS;
      const state = { budget: budgetOf(request.keyId), egress: shared.egress, live: calls };
      const plan = planReservation(state, request, settings);
      if (plan.budget !== undefined) shared.keys.set(request.keyId, plan.budget);
      shared.egress = plan.egress ?? shared.egress;
      if (plan.answer.kind === 'reserved') {
        live.set(liveIdOf(request), noteReserved(calls, plan.answer.slots));
      }
      return plan.answer;
    },
    async observe(use) {
      const id = liveIdOf(use);
      live.set(id, noteFate(live.get(id) ?? NO_CALLS, use.slotAt, use.fate));
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
      const calls = live.get(liveIdOf({ keyId, class: 'order' }));
      const closed = closeKey(budgetOf(keyId), closing, calls ?? NO_CALLS);
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

function liveIdOf(of: { readonly keyId: string; readonly class: string }): string {
  return `${of.keyId}#${of.class}`;
}
