import * as z from 'zod/mini';
import type { GateReason } from '../../application/rate-budget.ts';
import type { Gate } from '../../domain/gate.ts';
import { type KeyBudget, UNUSED_KEY } from '../../domain/key-budget.ts';
import { DamagedItemError, type Item } from './order-item.ts';

/** A key's budget, or the egress gate (whose windows stay empty), as it is stored. */
export interface StoredBudget {
  readonly id: string;
  /** Zero when nothing is stored yet; every write raises it. */
  readonly version: number;
  readonly budget: KeyBudget<GateReason>;
}

/** Name of the gate of all keys behind one address. */
export const EGRESS_ID = 'egress';

const GATE_REASONS: { readonly [Reason in GateReason]: Reason } = {
  throttled: 'throttled',
  banned: 'banned',
  'bad-key': 'bad-key',
  unavailable: 'unavailable',
  'halted-by-operator': 'halted-by-operator',
};

const gateSchema = z.object({
  closings: z.number(),
  closing: z.exactOptional(
    z.object({
      until: z.union([z.number(), z.literal('operator')]),
      reason: z.enum(GATE_REASONS),
    }),
  ),
  probe: z.exactOptional(z.object({ until: z.number(), keyId: z.string() })),
});

const slotTimes = z.array(z.number());

const budgetSchema = z.object({
  id: z.string(),
  formatVersion: z.literal(1),
  version: z.number(),
  windows: z.object({ order: slotTimes, query: slotTimes }),
  gate: gateSchema,
});

/** Gives the name of a key's budget. */
export function budgetIdOf(keyId: string): string {
  return `key#${keyId}`;
}

/** Gives what a write stores besides the id. */
export function budgetAttributes(budget: KeyBudget<GateReason>, version: number): Item {
  const gate: Gate<GateReason> = budget.gate;
  return { formatVersion: 1, version, windows: budget.windows, gate };
}

/**
 * Reads a budget from its item.
 *
 * @param item - undefined when nothing is stored yet
 * @throws DamagedItemError naming the budget and the attribute: then nothing may be sent
 */
export function parseBudgetItem(id: string, item: unknown): StoredBudget {
  if (item === undefined) return { id, version: 0, budget: UNUSED_KEY };
  const parsed = budgetSchema.safeParse(item);
  if (parsed.success) {
    const { version, windows, gate } = parsed.data;
    return { id, version, budget: { windows, gate } };
  }
  const faults = parsed.error.issues.map((issue) => issue.path.join('.') || 'the whole item');
  throw new DamagedItemError(
    `The stored rate budget ${id} cannot be read: wrong or missing ${faults.join(', ')}.`,
  );
}
