import type { Clock } from '../../application/ports.ts';
import type {
  GateReason,
  RateBudget,
  Reservation,
  ReservationRequest,
} from '../../application/rate-budget.ts';
import { viewGate, viewKey } from '../../application/view-budget.ts';
import { UNUSED_EGRESS } from '../../domain/egress-budget.ts';
import { bothGates, type Gate, openAfterProbe, reopenGate } from '../../domain/gate.ts';
import { type KeyBudget, planReservation, type ReservationPlan } from '../../domain/key-budget.ts';
import { closeKey } from '../../domain/key-closing.ts';
import type { WindowSettings } from '../../domain/request-window.ts';
import { isToldLater } from '../../domain/tell-calls.ts';
import { budgetIdOf, budgetOf, EGRESS_ID, egressOf, type StoredBudget } from './budget-item.ts';
import { type BudgetMemory, createBudgetMemory } from './budget-memory.ts';
import {
  type BudgetTable,
  readBudget,
  readBudgets,
  readGates,
  writeBudget,
} from './budget-table.ts';
import { tellBudget } from './tell-budget.ts';

/** Tries of one change while others change the same item; each loser reads again. */
const ATTEMPTS_MAX = 10;
/** The longest wait before the second try, in milliseconds; it grows with every try. */
const JITTER_MS = 10;
/** The same for closing a gate while DynamoDB refuses for load: in all about three seconds. */
const PATIENT_JITTER_MS = 120;
/** When closing a gate gives up: an invocation must still be able to say so. In milliseconds. */
const PATIENCE_MS = 8_000;

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
  const changeGate = (id: string, next: GateChange) => {
    const ofBudget: BudgetChange = (budget) => {
      const gate = next(budget.gate);
      return gate === budget.gate ? budget : { ...budget, gate };
    };
    return changeBudget(options, memory, { id, next: ofBudget, patience: 'conflicts-only' });
  };

  return {
    reserve: (request) =>
      memory.inTurn(budgetIdOf(request.keyId), () => reserve(options, memory, request)),

    async observe(use) {
      memory.note(use);
    },

    tell: (of, now) => tellBudget(options, memory, { ...of, now }),

    async gate(keyId, now) {
      const [key, egress] = await readGates(options, [budgetIdOf(keyId), EGRESS_ID]);
      return bothGates(key, egress, now);
    },

    async closeGate(closing) {
      const { gate } = closing;
      const keyId = gate === 'egress' ? gate : gate.keyId;
      const live = memory.callsOf({ keyId, class: 'order' });
      let isForeignUse = false;
      const next: BudgetChange = (budget) => {
        const closed = closeKey(budget, closing, live);
        isForeignUse ||= closed.isForeignUse;
        return closed.budget;
      };
      await changeBudget(options, memory, { id: idOf(gate), next, patience: 'keep-trying' });
      return { isForeignUse };
    },

    async probeSucceeded(keyId) {
      const open: GateChange = (gate) => openAfterProbe(gate, keyId);
      await Promise.all([changeGate(budgetIdOf(keyId), open), changeGate(EGRESS_ID, open)]);
    },

    openGate: (gate, now) => changeGate(idOf(gate), (stored) => reopenGate(stored, now)),

    async view(keyId, now) {
      const { budget } = await readBudget(options, budgetIdOf(keyId));
      return viewKey(keyId, budget, now);
    },

    async viewEgress(now) {
      const { budget } = await readBudget(options, EGRESS_ID);
      return viewGate(budget.gate, now);
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
  const noSpareUntil = memory.noSpareUntil(id);
  if (request.isSpare && request.now < noSpareUntil) return { kind: 'later', at: noSpareUntil };
  const quick = await reserveRemembered(options, memory, request);
  if (quick !== undefined) return quick;

  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    const [key, egress] = await readBudgets(options, [id, EGRESS_ID]);
    const now = request.now + Math.floor(options.clock.monotonicMs() - startedMs);
    const live = memory.callsOf(request);
    const state = { budget: key.budget, egress: egressOf(egress), live };
    const plan = planReservation(state, { ...request, now }, options.settings);
    if (request.isSpare && plan.answer.kind === 'later') memory.noSpare(id, plan.answer.at);
    if (plan.budget === undefined) return plan.answer;

    // Slots taken here and not used, because somebody else was faster with the egress item, are
    // lost. The other way round a crash between the writes would lose its probe.
    const isStored = await storePlan(options, memory, { request, read: key, plan });
    // What was told is not worth a second write; asking again at that time is right all the same.
    if (plan.answer.kind === 'later') return plan.answer;
    if (isStored) {
      if (plan.egress === undefined) return plan.answer;
      if (await writeBudget(options, egress, budgetOf(plan.egress))) return plan.answer;
    }
    await options.clock.sleep(options.random() * JITTER_MS * attempt);
  }
  throw contended(id);
}

/**
 * Reserves by what is remembered of the key, while the egress gate is read at the same time.
 *
 * @returns undefined when somebody else's state stands or the egress gate is not plainly open:
 *   slots taken then are lost
 */
async function reserveRemembered(
  options: RateBudgetOptions,
  memory: BudgetMemory,
  request: ReservationRequest,
): Promise<Reservation | undefined> {
  const read = memory.open(budgetIdOf(request.keyId), request.now);
  // The window of an address is never remembered: all keys change it.
  if (read === undefined || options.settings.addressPerSecond !== undefined) return undefined;
  const state = { budget: read.budget, egress: UNUSED_EGRESS, live: memory.callsOf(request) };
  const plan = planReservation(state, request, options.settings);
  if (plan.budget === undefined) {
    // What others have not told yet they may have stored since.
    return isToldLater(read.budget, state.live, request) ? undefined : plan.answer;
  }

  const [isStored, egress] = await Promise.all([
    storePlan(options, memory, { request, read, plan }),
    readBudget(options, EGRESS_ID),
  ]);
  return isStored && egress.budget.gate.closing === undefined ? plan.answer : undefined;
}

/** Stores a plan if nobody has changed the key since it was read; says whether it did. */
async function storePlan(
  options: RateBudgetOptions,
  memory: BudgetMemory,
  taken: {
    readonly request: ReservationRequest;
    readonly read: StoredBudget;
    readonly plan: ReservationPlan<GateReason>;
  },
): Promise<boolean> {
  const { request, read, plan } = taken;
  if (plan.budget === undefined) return true;
  const stored = await writeBudget(options, read, plan.budget);
  if (stored === undefined) {
    memory.forget(read.id);
    return false;
  }
  memory.remember(stored);
  if (plan.answer.kind === 'reserved') memory.own(request, plan.answer.slots);
  return true;
}

type GateChange = (gate: Gate<GateReason>) => Gate<GateReason>;
type BudgetChange = (budget: KeyBudget<GateReason>) => KeyBudget<GateReason>;

/**
 * A gate that does not close lets requests out, so closing one goes on trying through refusals and
 * lost answers. Opening one fails at the first.
 */
type Patience = 'conflicts-only' | 'keep-trying';

async function changeBudget(
  options: RateBudgetOptions,
  memory: BudgetMemory,
  change: { readonly id: string; readonly next: BudgetChange; readonly patience: Patience },
): Promise<void> {
  const { id, next, patience } = change;
  const jitterMs = patience === 'keep-trying' ? PATIENT_JITTER_MS : JITTER_MS;
  const startedMs = options.clock.monotonicMs();
  let fault: unknown;

  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    try {
      const read = await readBudget(options, id);
      const budget = next(read.budget);
      if (budget === read.budget) return;
      memory.forget(id);
      if (await writeBudget(options, read, budget)) return;
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
