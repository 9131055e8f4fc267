import { isFinal, type Order } from '../../../lib/domain/order.ts';
import { areFillsComplete } from '../../../lib/domain/record-fills.ts';
import type { HistoryIndex } from './history-index.ts';
import type { Violation } from './violation.ts';

const NOT_PLACED: readonly string[] = ['NEVER_PLACED', 'REJECTED', 'DENIED', 'EXPIRED'];
/** Far more than eight orders need at four a second. */
const CALM_WAIT_MAX_MS = 15_000;
/** Receipts that say that the request is ours. */
const TAKEN: readonly string[] = ['accepted', 'repeated'];
const BUGS = /InvariantError|TypeError|RangeError|ReferenceError/;

/** I4: what was taken is kept, and ends as the exchange has it, or with a person who was called. */
export function checkEnds(index: HistoryIndex): readonly Violation[] {
  const { history } = index;
  const at = history.entries.length - 1;
  const broken = (text: string, clientOrderId?: string): Violation => ({
    kind: 'unresolved',
    text,
    at,
    ...(clientOrderId !== undefined && { clientOrderId }),
  });
  const rest = history.facts.isAtRest ? [] : [broken('the world did not come to rest')];
  const ends = history.orders.flatMap((order) => {
    const text = wrongEnd(index, order);
    return text === undefined
      ? []
      : [broken(`${order.clientOrderId} ${text}`, order.clientOrderId)];
  });
  const waiting = leftOver(index).map((body) => broken(`a message still waits: ${body}`));
  const others = index
    .of('receipt')
    .filter(({ isOther, receipt }) => isOther && TAKEN.includes(receipt))
    .map(({ clientOrderId, receipt }) => broken(`another ${clientOrderId} is ${receipt}`));
  return [
    ...rest,
    ...ends,
    ...others,
    ...tooSlow(index),
    ...lost(index),
    ...waiting,
    ...ownFaults(index),
  ];
}

/**
 * Messages that nobody took. A world is over when its queues are empty; a pass that has not ended
 * by then may still queue a cancel of an order that it read before the order ended, which does
 * nothing.
 */
function leftOver({ history }: HistoryIndex): readonly string[] {
  if (!history.facts.isAtRest) return history.waiting;
  const ended = history.orders.filter(({ status }) => isFinal(status));
  return history.waiting.filter(
    (body) =>
      !ended.some(({ clientOrderId }) => body.includes(`"clientOrderId":"${clientOrderId}"`)),
  );
}

function wrongEnd(index: HistoryIndex, order: Order): string | undefined {
  const { history } = index;
  const all = history.exchangeOrders.filter((one) => one.clientOrderId === order.clientOrderId);
  const view = all.find(({ isForgotten }) => !isForgotten);
  if (order.status === 'HELD') {
    const isCalled = index.of('counted').some(({ name }) => name === 'OrderHeld');
    if (!isCalled) return 'is held and nobody was called';
    const isForgotten = all.some((one) => one.isForgotten);
    return isForgotten ? undefined : `is held (${order.reason}) without need`;
  }
  if (!isFinal(order.status)) return `is ${order.status} at the end`;
  if (view === undefined) {
    if (all.length > 0 || NOT_PLACED.includes(order.status)) return undefined;
    // Canceled before it was sent, or after a proof of absence.
    if (order.status === 'CANCELED' && order.exchangeOrderId === undefined) return undefined;
    return `is ${order.status}, and the exchange has no such order`;
  }
  if (order.status !== view.status) return `is ${order.status}, but ${view.status} at the exchange`;
  if (Number(order.executedQuantity) === Number(view.executedQuantity)) {
    return areFillsComplete(order) ? undefined : 'lacks some of its trades';
  }
  return `has ${order.executedQuantity} executed, but ${view.executedQuantity} at the exchange`;
}

function lost(index: HistoryIndex): readonly Violation[] {
  const kept = new Set(index.history.orders.map(({ clientOrderId }) => clientOrderId));
  const taken = [
    ...index.of('receipt').filter(({ receipt }) => TAKEN.includes(receipt)),
    ...index.of('message').filter(({ isPoison }) => !isPoison),
  ].map(({ clientOrderId }) => clientOrderId);
  const missing = new Set(taken.filter((clientOrderId) => !kept.has(clientOrderId)));
  const at = index.history.entries.length - 1;
  return [...missing].map((clientOrderId): Violation => {
    return { kind: 'lost', text: `${clientOrderId} is lost`, at, clientOrderId };
  });
}

/** On a calm day an order waits for nothing but its turn. */
function tooSlow(index: HistoryIndex): readonly Violation[] {
  if (index.history.mood !== 'calm') return [];
  return [...index.writes].flatMap(([clientOrderId, [first, second]]): readonly Violation[] => {
    if (first === undefined || second === undefined) return [];
    const waitedMs = second.atMs - first.atMs;
    const isReplacement = first.order.terms.replaces !== undefined;
    if (isReplacement || waitedMs <= CALM_WAIT_MAX_MS) return [];
    const text = `${clientOrderId} waits ${waitedMs} ms on a calm day`;
    return [{ kind: 'unresolved', text, at: second.index, clientOrderId }];
  });
}

/** A bug of ours that shows itself, and a good message that was put aside. */
function ownFaults(index: HistoryIndex): readonly Violation[] {
  const threw = index.of('threw').filter(({ error }) => BUGS.test(error));
  const logged = index.of('logged').filter(({ fields }) => BUGS.test(fields));
  const aside = index.of('set-aside').filter(({ reason }) => {
    const isWrong = /is required|is not a field|must be|is taken by another order/.test(reason);
    return !isWrong;
  });
  return [
    ...threw.map((one) => ({ at: one.index, text: `a use case threw ${one.error}` })),
    ...logged.map((one) => ({ at: one.index, text: `${one.message}: ${one.fields}` })),
    ...aside.map((one) => ({ at: one.index, text: `a good message is put aside: ${one.reason}` })),
  ].map((one): Violation => ({ kind: 'bug', ...one }));
}
