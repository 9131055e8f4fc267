import * as z from 'zod/mini';
import type { GateReason } from '../../application/rate-budget.ts';
import type { EgressBudget } from '../../domain/egress-budget.ts';
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
      notBefore: z.exactOptional(z.number()),
    }),
  ),
  probe: z.exactOptional(z.object({ until: z.number(), keyId: z.string() })),
});

/** Arrivals in the first format are not known; every guard it was planned with was smaller. */
const FIRST_FORMAT_GUARD_MS = 100;

const entries = z.array(
  z.union([
    z.object({
      slotAt: z.number(),
      arrivesBy: z.number(),
      stampedAt: z.exactOptional(z.number()),
      heldMs: z.exactOptional(z.number()),
    }),
    z.pipe(
      z.number(),
      z.transform((slotAt) => ({ slotAt, arrivesBy: slotAt + FIRST_FORMAT_GUARD_MS })),
    ),
  ]),
);

/** The first format held plain slot times. */
const formatVersion = z.union([z.literal(1), z.literal(2)]);

const budgetSchema = z.object({
  id: z.string(),
  formatVersion,
  version: z.number(),
  windows: z.object({ order: entries, query: entries }),
  gate: gateSchema,
  spreadMs: z.exactOptional(z.number()),
  contendedAt: z.exactOptional(z.number()),
  slowed: z.exactOptional(
    z.object({ toPerSecond: z.number(), ofPerSecond: z.number(), at: z.number() }),
  ),
});

/** Gives the name of a key's budget. */
export function budgetIdOf(keyId: string): string {
  return `key#${keyId}`;
}

/** Gives what a write stores besides the id. */
export function budgetAttributes(budget: KeyBudget<GateReason>, version: number): Item {
  const { windows, spreadMs, contendedAt, slowed } = budget;
  const gate: Gate<GateReason> = budget.gate;
  return {
    formatVersion: 2,
    version,
    windows,
    gate,
    ...(spreadMs !== undefined && { spreadMs }),
    ...(contendedAt !== undefined && { contendedAt }),
    ...(slowed !== undefined && { slowed }),
  };
}

/** The attributes that `parseGate` reads. */
export const GATE_ATTRIBUTES: readonly string[] = ['formatVersion', 'gate'];

const gateItemSchema = z.object({ formatVersion, gate: gateSchema });

/**
 * Reads the gate alone, as it is done before every request.
 *
 * @param item - undefined when nothing is stored yet
 * @throws DamagedItemError naming the budget: then nothing may be sent
 */
export function parseGate(id: string, item: unknown): Gate<GateReason> {
  if (item === undefined) return UNUSED_KEY.gate;
  const parsed = gateItemSchema.safeParse(item);
  if (parsed.success) return parsed.data.gate;
  throw new DamagedItemError(`The stored gate of the rate budget ${id} cannot be read.`);
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
    const { version, id: _id, formatVersion: _format, ...budget } = parsed.data;
    return { id, version, budget };
  }
  const faults = parsed.error.issues.map((issue) => issue.path.join('.') || 'the whole item');
  throw new DamagedItemError(
    `The stored rate budget ${id} cannot be read: wrong or missing ${faults.join(', ')}.`,
  );
}

/** The egress item has the form of a key's; its window is that of class `order`. */
export function egressOf({ budget }: StoredBudget): EgressBudget<GateReason> {
  return { gate: budget.gate, window: budget.windows.order };
}

/** Gives the form in which the egress item is stored. */
export function budgetOf({ gate, window }: EgressBudget<GateReason>): KeyBudget<GateReason> {
  return { ...UNUSED_KEY, gate, windows: { order: window, query: [] } };
}
