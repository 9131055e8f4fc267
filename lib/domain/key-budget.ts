import {
  type Gate,
  type GatePassage,
  longerClosed,
  OPEN_GATE,
  passage,
  passageWithSlot,
  takeProbe,
} from './gate.ts';
import { planSlots, type SlotRequest, type WindowSettings } from './request-window.ts';
import type { UnixMs } from './time.ts';

/** Windows and gate of one API key: what is stored, and changed by one write at a time. */
export interface KeyBudget<Reason extends string = string> {
  readonly windows: { readonly order: readonly UnixMs[]; readonly query: readonly UnixMs[] };
  readonly gate: Gate<Reason>;
}

/** A key that nothing was ever sent with. */
export const UNUSED_KEY: KeyBudget<never> = {
  windows: { order: [], query: [] },
  gate: OPEN_GATE,
};

/** What one reservation asks. */
export interface KeyRequest extends SlotRequest {
  readonly keyId: string;
  readonly class: keyof KeyBudget['windows'];
}

/** What one reservation is answered, and what has to be stored before the answer holds. */
export interface ReservationPlan<Reason extends string> {
  readonly answer:
    | { readonly kind: 'reserved'; readonly slots: readonly UnixMs[]; readonly probe: boolean }
    | { readonly kind: 'later'; readonly at: UnixMs }
    | Extract<GatePassage<Reason>, { kind: 'closed' }>;
  /** Absent when the key's state stays. */
  readonly budget?: KeyBudget<Reason>;
  /** Absent when the egress gate stays. */
  readonly egress?: Gate<Reason>;
}

/**
 * Plans a reservation against a key's windows, its gate and the egress gate.
 *
 * A gate that has reopened gives one slot, as its probe; both gates may want it at once.
 */
export function planReservation<Reason extends string>(
  state: { readonly budget: KeyBudget<Reason>; readonly egress: Gate<Reason> },
  request: KeyRequest,
  settings: WindowSettings,
): ReservationPlan<Reason> {
  const { budget, egress } = state;
  const atKey = passage(budget.gate, request.now);
  const atEgress = passage(egress, request.now);
  const closed = closedOf(atKey, atEgress);
  if (closed !== undefined) return { answer: closed };

  const probe = atKey.kind === 'probe' || atEgress.kind === 'probe';
  const wanted = { ...request, count: probe ? 1 : request.count };
  const plan = planSlots(budget.windows[request.class], wanted, settings);
  if ('laterAt' in plan) return { answer: { kind: 'later', at: plan.laterAt } };

  const probing = (gate: Gate<Reason>) => takeProbe(gate, request.keyId, request.now);
  return {
    answer: { kind: 'reserved', slots: plan.slots, probe },
    budget: {
      windows: { ...budget.windows, [request.class]: plan.window },
      gate: atKey.kind === 'probe' ? probing(budget.gate) : budget.gate,
    },
    ...(atEgress.kind === 'probe' && { egress: probing(egress) }),
  };
}

/** Says what a request with a slot meets at both gates; the closing that lasts longer wins. */
export function bothGates<Reason extends string>(
  key: Gate<Reason>,
  egress: Gate<Reason>,
  now: UnixMs,
): Exclude<GatePassage<Reason>, { kind: 'probe' }> {
  const closed = closedOf(passageWithSlot(key, now), passageWithSlot(egress, now));
  return closed ?? { kind: 'open' };
}

function closedOf<Reason extends string>(
  one: GatePassage<Reason>,
  other: GatePassage<Reason>,
): Extract<GatePassage<Reason>, { kind: 'closed' }> | undefined {
  if (one.kind !== 'closed') return other.kind === 'closed' ? other : undefined;
  return other.kind === 'closed' ? longerClosed(one, other) : one;
}
