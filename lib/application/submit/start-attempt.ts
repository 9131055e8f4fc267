import type { AttemptStarted } from '../../domain/events.ts';
import type { Order } from '../../domain/order.ts';
import type { UnixMs } from '../../domain/time.ts';
import type { GateState } from '../rate-budget.ts';
import { storeChanges } from '../store-changes.ts';
import type { Handled, SubmitDependencies } from './dependencies.ts';
import type { PoolAnswer } from './key-pool.ts';
import type { KeySession } from './key-session.ts';
import type { Turn } from './submit-order.ts';

/** An intent that is stored and may be sent by this process alone. */
export interface StartedAttempt {
  readonly kind: 'started';
  readonly order: Order;
  readonly attemptId: string;
  /** The key that sends. */
  readonly session: KeySession;
  readonly slotAt: UnixMs;
  readonly sendBy: UnixMs;
  /** How long before the slot the gate is read. */
  readonly gateLeadMs: number;
  /** The gate as it is being read already, for a slot that comes at once. */
  readonly gate?: Promise<GateState | undefined>;
  /** This is the single request that asks whether a reopened gate holds. */
  readonly probe: boolean;
}

/** A turn that is about to send. */
export interface StartingTurn extends Turn {
  /** How long one call of the store takes now. */
  readonly storeMs: number;
}

/** However slow the store is, a slot lies no further ahead for its sake. */
const SLOT_LEAD_MAX_MS = 800;

/**
 * Takes a slot and stores the intent to send in it.
 *
 * @returns `changed` when somebody else was faster: the order has to be looked at again
 * @throws when the budget or the store cannot be reached; nothing was sent then
 */
export async function startAttempt(
  dependencies: SubmitDependencies,
  order: Order,
  turn: StartingTurn,
): Promise<StartedAttempt | { readonly kind: 'changed'; readonly order: Order } | Handled> {
  const slot = await waitForSlot(dependencies, order, turn);
  if (slot.kind === 'none') return { kind: 'return', at: slot.until };

  const { clock, halts, ids, settings } = dependencies;
  // Somebody may have pulled the kill switch while this waited.
  if (slot.waited && (await halts.get(order.accountId)).halted) return { kind: 'changed', order };
  const now = clock.now();
  // Slots lie between milliseconds; what is stored and shown of an order does not. Later is safer.
  const latest = Math.ceil(Math.max(now, slot.at) + settings.sendWithinMs);
  const sendBy = Math.min(latest, order.terms.validUntil);
  // The order would be sent late, or the function killed before its outcome is stored.
  if (sendBy <= Math.max(now, slot.at)) return { kind: 'return', at: order.terms.validUntil };
  if (turn.remainingMs() < neededMs(dependencies, slot.at - now))
    return { kind: 'return', at: now };

  const started: AttemptStarted = {
    type: 'AttemptStarted',
    at: now,
    attemptId: ids.attemptId(),
    keyId: slot.session.key.keyId,
    sendBy,
    recvWindowMs: settings.recvWindowMs,
    fenceAt: sendBy + settings.recvWindowMs + settings.clockErrorMs,
  };
  const gateLeadMs = Math.max(settings.gateLeadMs, 2 * turn.storeMs);
  // A slot that comes at once leaves no time to read the gate after the intent is stored.
  const isImminent = slot.at - now < gateLeadMs + turn.storeMs;
  const gate = isImminent ? readGate(dependencies, slot.session) : undefined;
  const stored = await storeChanges(dependencies, order, { events: [started], now });
  if (stored.kind === 'conflict') return { kind: 'changed', order: stored.order };
  return {
    kind: 'started',
    order: stored.order,
    attemptId: started.attemptId,
    session: slot.session,
    slotAt: slot.at,
    sendBy,
    gateLeadMs,
    ...(gate !== undefined && { gate }),
    probe: slot.probe,
  };
}

/** Waits for a slot as long as the function lives long enough to use it. */
async function waitForSlot(
  dependencies: SubmitDependencies,
  { terms }: Order,
  turn: StartingTurn,
): Promise<PoolAnswer & { readonly waited: boolean }> {
  // The slot is stored, then the intent while the gate is read: about two calls of the store. A
  // little less is enough, for a slot may be used a little late, which the guard covers.
  const leadMs = Math.min(
    Math.max(dependencies.settings.slotLeadMs, 1.5 * turn.storeMs),
    SLOT_LEAD_MAX_MS,
  );
  for (let waited = false; ; waited = true) {
    const now = dependencies.clock.now();
    if (turn.remainingMs() < neededMs(dependencies, 0)) return { kind: 'none', until: now, waited };
    const slot = await turn.pool.next(terms.orderingKey, leadMs);
    if (slot.kind === 'slot') return { ...slot, waited };
    const waitMs = slot.until - dependencies.clock.now();
    if (turn.remainingMs() < neededMs(dependencies, waitMs)) return { ...slot, waited };
    await dependencies.clock.sleep(Math.max(1, waitMs));
  }
}

function neededMs({ settings }: SubmitDependencies, waitMs: number): number {
  return Math.max(0, waitMs) + settings.sendWithinMs + settings.timeoutMs + settings.recordMarginMs;
}

/**
 * Reads whether requests of a key may leave now.
 *
 * @returns undefined when the budget cannot be reached: then nothing may be sent
 */
export async function readGate(
  { budget, clock }: SubmitDependencies,
  { key }: KeySession,
): Promise<GateState | undefined> {
  return budget.gate(key.keyId, clock.now()).catch(() => undefined);
}
