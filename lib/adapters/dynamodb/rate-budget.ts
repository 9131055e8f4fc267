import type { Clock } from '../../application/ports.ts';
import type {
  BudgetClass,
  GateReason,
  RateBudget,
  Reservation,
  ReservationRequest,
} from '../../application/rate-budget.ts';
import {
  closeGate,
  type Gate,
  openAfterProbe,
  passageWithSlot,
  reopenGate,
} from '../../domain/gate.ts';
import { bothGates, planReservation } from '../../domain/key-budget.ts';
import type { WindowSettings } from '../../domain/request-window.ts';
import { budgetIdOf, EGRESS_ID, type StoredBudget } from './budget-item.ts';
import { type BudgetMemory, createBudgetMemory } from './budget-memory.ts';
import { type BudgetTable, readBudget, readBudgets, writeBudget } from './budget-table.ts';

/** Tries of one change while others change the same item; each loser reads again. */
const ATTEMPTS_MAX = 10;
/** The longest wait before the second try, in milliseconds; it grows with every try. */
const JITTER_MS = 10;
/** The same for closing a gate while DynamoDB refuses for load: in all about three seconds. */
const PATIENT_JITTER_MS = 120;
/** When closing a gate gives up: an invocation must still be able to say so. In milliseconds. */
const PATIENCE_MS = 8_000;

const CLASSES: readonly BudgetClass[] = ['order', 'query'];

/** What a rate budget stands on. */
export interface RateBudgetOptions extends BudgetTable {
  readonly clock: Pick<Clock, 'monotonicMs' | 'sleep'>;
  /** From 0 up to 1, for the waits between tries. */
  readonly random: () => number;
  readonly settings: WindowSettings;
}

/**
 * Keeps rate budgets and gates in a DynamoDB table: one item per key, one for the egress gate.
 *
 * ```
 *   process A   read key(v7), egress ── plan ── write v8 if v7 ✓ ──► slots
 *   process B   read key(v7), egress ── plan ── write v8 if v7 ✗ ── read key(v8) ── plan again
 *   process C   close the gate: write v9 if v8 ✓ ── from here on no write of a v8 reader passes
 * ```
 *
 * Every change of a gate is a new version of the same item that slots are taken from, so no
 * reservation passes a gate that it has not read.
 */
export function createRateBudget(options: RateBudgetOptions): RateBudget {
  const memory = createBudgetMemory();
  const change = (id: string, next: GateChange, patience: Patience) =>
    changeGate(options, memory, { id, next, patience });

  return {
    reserve: (request) =>
      memory.inTurn(budgetIdOf(request.keyId), () => reserve(options, memory, request)),

    async observe(use) {
      memory.note(use);
    },

    async gate(keyId, now) {
      const [key, egress] = await readBudgets(options, [budgetIdOf(keyId), EGRESS_ID]);
      return bothGates(key.budget.gate, egress.budget.gate, now);
    },

    closeGate: (closing) =>
      change(idOf(closing.gate), (gate) => closeGate(gate, closing), 'keep-trying'),

    async probeSucceeded(keyId) {
      const open: GateChange = (gate) => openAfterProbe(gate, keyId);
      await Promise.all([
        change(budgetIdOf(keyId), open, 'conflicts-only'),
        change(EGRESS_ID, open, 'conflicts-only'),
      ]);
    },

    openGate: (gate, now) =>
      change(idOf(gate), (stored) => reopenGate(stored, now), 'conflicts-only'),

    async view(keyId, now) {
      const { budget } = await readBudget(options, budgetIdOf(keyId));
      const budgets = CLASSES.map((name) => {
        const latestSlotAt = budget.windows[name].at(-1)?.slotAt;
        return latestSlotAt === undefined ? { class: name } : { class: name, latestSlotAt };
      });
      const gate = passageWithSlot(budget.gate, now);
      return { keyId, gate, closings: budget.gate.closings, budgets };
    },
  };
}

async function reserve(
  options: RateBudgetOptions,
  memory: BudgetMemory,
  request: ReservationRequest,
): Promise<Reservation> {
  const id = budgetIdOf(request.keyId);
  const startedMs = options.clock.monotonicMs();
  let remembered = memory.open(id, request.now);

  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    const [key, egress] = await readState(options, id, remembered);
    remembered = undefined;

    const now = request.now + Math.floor(options.clock.monotonicMs() - startedMs);
    const live = memory.callsOf(request);
    const state = { budget: key.budget, egress: egress.budget.gate, live };
    const plan = planReservation(state, { ...request, now }, options.settings);
    if (plan.budget === undefined) return plan.answer;

    // Slots taken here and not used, because the egress probe turns out to be somebody else's, are
    // lost. The other way round a crash between the writes would lose the probe.
    const stored = await writeBudget(options, key, plan.budget);
    if (stored === undefined) {
      memory.forget(id);
    } else {
      memory.remember(stored);
      if (plan.answer.kind === 'reserved') memory.own(request, plan.answer.slots);
      if (plan.egress === undefined) return plan.answer;
      const probing = { ...egress.budget, gate: plan.egress };
      if (await writeBudget(options, egress, probing)) return plan.answer;
    }
    await options.clock.sleep(options.random() * JITTER_MS * attempt);
  }
  throw contended(id);
}

/** Reads only the egress gate when the key's state is remembered. */
async function readState(
  table: BudgetTable,
  id: string,
  remembered: StoredBudget | undefined,
): Promise<readonly [StoredBudget, StoredBudget]> {
  if (remembered === undefined) return readBudgets(table, [id, EGRESS_ID]);
  return [remembered, await readBudget(table, EGRESS_ID)];
}

type GateChange = (gate: Gate<GateReason>) => Gate<GateReason>;

/**
 * A gate that does not close lets requests out, so closing one goes on trying through refusals and
 * lost answers. Opening one fails at the first.
 */
type Patience = 'conflicts-only' | 'keep-trying';

async function changeGate(
  options: RateBudgetOptions,
  memory: BudgetMemory,
  change: { readonly id: string; readonly next: GateChange; readonly patience: Patience },
): Promise<void> {
  const { id, next, patience } = change;
  const jitterMs = patience === 'keep-trying' ? PATIENT_JITTER_MS : JITTER_MS;
  const startedMs = options.clock.monotonicMs();
  let fault: unknown;

  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    try {
      const read = await readBudget(options, id);
      const gate = next(read.budget.gate);
      if (gate === read.budget.gate) return;
      memory.forget(id);
      if (await writeBudget(options, read, { ...read.budget, gate })) return;
      fault = undefined;
    } catch (error) {
      const waitedMs = options.clock.monotonicMs() - startedMs;
      if (patience === 'conflicts-only' || waitedMs > PATIENCE_MS) throw error;
      fault = error;
    }
    await options.clock.sleep(options.random() * jitterMs * attempt);
  }
  throw fault ?? contended(id);
}

function idOf(gate: { readonly keyId: string } | 'egress'): string {
  return gate === 'egress' ? EGRESS_ID : budgetIdOf(gate.keyId);
}

function contended(id: string): Error {
  return new Error(
    `The rate budget ${id} changed under ${ATTEMPTS_MAX} writes in a row; send nothing, ask again.`,
  );
}
