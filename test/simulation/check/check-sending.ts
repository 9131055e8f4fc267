import type { HistoryIndex } from './history-index.ts';
import type { Violation } from './violation.ts';

/** I1: one order request makes at most one order at the exchange, one attempt one request. */
export function checkOnce(index: HistoryIndex): readonly Violation[] {
  const found: Violation[] = [];
  const kept = index.placed.filter(({ exchangeOrderId }) => !index.forgotten.has(exchangeOrderId));
  for (const [clientOrderId, placed] of Map.groupBy(kept, (one) => one.clientOrderId)) {
    const second = placed[1];
    if (second === undefined) continue;
    const text = `${clientOrderId} has ${placed.length} orders at the exchange`;
    found.push({ kind: 'duplicate', text, at: second.index, clientOrderId });
  }
  const attempts = new Set<string>();
  for (const departure of index.creates) {
    const attemptId = index.attemptOf(departure);
    if (attemptId === undefined) continue;
    const { clientOrderId } = departure;
    const text = `${attemptId} of ${clientOrderId} left twice`;
    if (attempts.has(attemptId)) {
      found.push({ kind: 'sent-twice', text, at: departure.index, clientOrderId });
    }
    attempts.add(attemptId);
  }
  return found;
}

/** I2: nothing leaves before its intent is stored, with the key and the deadline of that intent. */
export function checkIntentFirst(index: HistoryIndex): readonly Violation[] {
  return index.creates.flatMap((departure) => {
    const { clientOrderId, clockAt, keyId } = departure;
    const broken = (text: string): readonly Violation[] => [
      { kind: 'no-intent', text: `${clientOrderId} ${text}`, at: departure.index, clientOrderId },
    ];
    const attemptId = index.attemptOf(departure);
    if (attemptId === undefined) return broken('left without a stored intent');
    const stored = (index.writes.get(clientOrderId) ?? []).findLast(
      (write) => write.index < departure.index,
    )?.order;
    const latest = stored?.attempts.at(-1);
    if (latest?.attemptId !== attemptId) return broken(`left for ${attemptId}, which is over`);
    if (stored?.status !== 'SENDING' && stored?.status !== 'IN_DOUBT') {
      return broken(`left while it was ${stored?.status}`);
    }
    if (latest.keyId !== keyId) return broken(`left with ${keyId}, not ${latest.keyId}`);
    if (clockAt > latest.sendBy) return broken(`left ${clockAt - latest.sendBy} ms after its time`);
    return [];
  });
}

/** The kill switch: nothing is begun once an account has been halted for a moment. */
export function checkHalts(index: HistoryIndex): readonly Violation[] {
  const switches = index.of('halted');
  return [...index.writes.values()].flat().flatMap((write): readonly Violation[] => {
    const last = switches.findLast((one) => one.index < write.index);
    const isHalted = last?.halted === true && write.atMs - last.atMs > HALT_MAX_MS;
    if (!isHalted || !write.events.some(({ type }) => type === 'AttemptStarted')) return [];
    const { clientOrderId } = write.order;
    const text = `${clientOrderId} is begun while the account is halted`;
    return [{ kind: 'halted', text, at: write.index, clientOrderId }];
  });
}

/** Who has read the switch before begins at the latest so long after it. */
const HALT_MAX_MS = 5_000;

/** Whose clock is ahead by more takes a living consumer's attempt for a dead one's, and goes on. */
const STEADY_CLOCK_ERROR_MS = 1_000;

/**
 * An order leaves for the first time only when no other of its ordering key is on its way. What a
 * producer put on the queue itself has a message group of the producer's choice, and its order is
 * the producer's.
 */
export function checkOrdering(index: HistoryIndex): readonly Violation[] {
  if (index.history.facts.clockErrorMs > STEADY_CLOCK_ERROR_MS) return [];
  const direct = new Set(index.of('message').map(({ clientOrderId }) => clientOrderId));
  const orders = index.history.orders.filter(({ clientOrderId }) => !direct.has(clientOrderId));
  const firsts = [...Map.groupBy(index.creates, (one) => one.clientOrderId).values()].flatMap(
    ([first]) => (first === undefined ? [] : [first]),
  );
  return [...Map.groupBy(orders, ({ terms }) => terms.orderingKey).values()].flatMap((ofKey) => {
    const ids = ofKey.map(({ clientOrderId }) => clientOrderId);
    return firsts
      .filter(({ clientOrderId }) => ids.includes(clientOrderId))
      .flatMap((first) => {
        const other = ids.find(
          (id) => id !== first.clientOrderId && isSending(index, id, first.index),
        );
        if (other === undefined) return [];
        const { clientOrderId } = first;
        const text = `${clientOrderId} left while ${other} was being sent`;
        return [{ kind: 'order', text, at: first.index, clientOrderId } as const];
      });
  });
}

/** Whether a request for an order is on its way, somebody waits for its answer, and no doubt is stored. */
function isSending(index: HistoryIndex, clientOrderId: string, at: number): boolean {
  const stored = (index.writes.get(clientOrderId) ?? []).findLast((write) => write.index < at);
  if (stored?.order.status !== 'SENDING') return false;
  // What the exchange asked to defer has lost its place and its message: one that is delivered
  // twice may send it beside the next.
  if (stored.order.history.some(({ detail }) => detail.outcome === 'deferred')) return false;
  const departure = index.creates.findLast(
    (one) => one.index < at && one.clientOrderId === clientOrderId,
  );
  if (departure === undefined || departure.index < stored.index) return false;
  const isOver = [...index.of('heard'), ...index.of('unheard')].some(
    (end) => end.number === departure.number && end.index < at,
  );
  const isDead = index.of('death').some((death) => death.by === departure.by && death.index < at);
  return !isOver && !isDead;
}
