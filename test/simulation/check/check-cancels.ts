import { isCancelPending } from '../../../lib/domain/cancel.ts';
import type { CancelOutcome, Order } from '../../../lib/domain/order.ts';
import type { HistoryIndex, Placed } from './history-index.ts';
import type { Violation } from './violation.ts';

/** What the exchange has to have said for a cancel call to count as that. */
const PROOF: Partial<Record<CancelOutcome, RegExp>> = {
  acknowledged: /^200 .*"orderId"/,
  'not-open': /^400 .*"(?:-2013|-1139|-1142)"/,
  refused: /^400 .*"-1145"/,
  throttled: /^429 |^400 .*"0003"/,
  banned: /^418 /,
  deferred: /^400 .*"-1144"/,
  'clock-skew': /^400 .*"-1021"/,
  'bad-key': /^401 .*"0102"|^400 .*"0002"|^403 .*"0202"/,
};
/** Receipts after which a caller need not repeat itself, or that say that the wish is stored. */
const RECORDED: readonly string[] = ['recorded', 'not-queued'];
/** On a calm day a cancel of an open order leaves within this; a lost message waits longer. */
const CALM_MAX_MS = 12_000;

/** Cancels: intent first, sent once, for whom it is wanted, never a verdict, never lost. */
export function checkCancels(index: HistoryIndex): readonly Violation[] {
  return [...unwanted(index), ...unproven(index), ...lost(index), ...slow(index)];
}

type Write = Placed<'write'>;

/** Each call stands on an intent that its own process has stored, and each intent leaves once. */
function unwanted(index: HistoryIndex): readonly Violation[] {
  const left = new Set<string>();
  const cancels = [...index.departures.values()].filter(({ call }) => call === 'cancel');
  return cancels.flatMap((departure): readonly Violation[] => {
    const { by, clientOrderId, exchangeOrderId, index: at } = departure;
    const broken = (kind: 'no-intent' | 'sent-twice', text: string): readonly Violation[] => [
      { kind, text: `the cancel of ${clientOrderId} ${text}`, at, clientOrderId },
    ];
    const before = (index.writes.get(clientOrderId) ?? []).filter((write) => write.index < at);
    const intent = before.findLast((write) => write.by === by && startOf(write) !== undefined);
    const attemptId = intent && startOf(intent)?.attemptId;
    if (intent === undefined || attemptId === undefined) {
      return broken('no-intent', 'left without a stored intent');
    }
    if (intent.order.exchangeOrderId !== exchangeOrderId) {
      return broken('no-intent', `names ${exchangeOrderId}`);
    }
    if (left.has(attemptId)) return broken('sent-twice', `left twice as ${attemptId}`);
    left.add(attemptId);
    return [];
  });
}

/** What is stored of an answer was heard by whoever stored it. */
function unproven(index: HistoryIndex): readonly Violation[] {
  return [...index.writes.values()].flat().flatMap((write) =>
    write.events.flatMap((event): readonly Violation[] => {
      if (event.type !== 'CancelAnswered') return [];
      const isEnded = write.order.cancel?.status === 'REFUSED';
      if (isEnded && event.outcome !== 'refused') return [givenUp(write, event.outcome)];
      const answers = answersTo(index, write, event.attemptId);
      const proof = PROOF[event.outcome];
      const isProven = proof === undefined || answers.some((answer) => proof.test(answer));
      const isTold = event.outcome !== 'not-sent' || answers.length === 0;
      // A call that was withheld, for what the exchange said to a read before, is not heard of.
      if ((isProven && isTold) || event.evidence.code === 'TIME_REFUSED') return [];
      const { clientOrderId } = write.order;
      const text = `the cancel of ${clientOrderId} is ${event.outcome} on "${answers.join()}"`;
      return [{ kind: 'wrong-verdict', text, at: write.index, clientOrderId }];
    }),
  );
}

function givenUp({ index: at, order: { clientOrderId } }: Write, outcome: string): Violation {
  const text = `the cancel of ${clientOrderId} is given up as refused, but is ${outcome}`;
  return { kind: 'cancel-lost', text, at, clientOrderId };
}

function answersTo(index: HistoryIndex, { order, index: at }: Write, attemptId: string) {
  const intent = (index.writes.get(order.clientOrderId) ?? []).findLast(
    (write) => write.index < at && startOf(write)?.attemptId === attemptId,
  );
  if (intent === undefined) return [];
  return [...index.departures.values()]
    .filter(
      (one) =>
        one.call === 'cancel' &&
        one.by === intent.by &&
        one.clientOrderId === order.clientOrderId &&
        one.index > intent.index &&
        one.index < at,
    )
    .flatMap(({ number }) => {
      const heard = index.heard.get(number);
      return heard === undefined ? [] : [`${heard.httpStatus} ${heard.text}`];
    });
}

/** Once faults stop, whatever is wanted canceled is over or with a person. */
function lost(index: HistoryIndex): readonly Violation[] {
  const { history } = index;
  const last = history.entries.length - 1;
  const broken = (text: string, clientOrderId: string, at = last): Violation => ({
    ...{ kind: 'cancel-lost', text: `the cancel of ${clientOrderId} ${text}`, at, clientOrderId },
  });
  const unrecorded = index.of('cancel-receipt').flatMap((receipt) => {
    const { clientOrderId, index: at } = receipt;
    if (!RECORDED.includes(receipt.receipt)) return [];
    const stored = (index.writes.get(clientOrderId) ?? []).findLast((write) => write.index < at);
    return stored?.order.cancel === undefined
      ? [broken('is answered and not stored', clientOrderId, at)]
      : [];
  });
  const left = history.orders.filter(isLeft);
  return [
    ...unrecorded,
    ...left.map(({ cancel, clientOrderId, status }) =>
      broken(`is ${cancel?.status}, and the order ${status} at the end`, clientOrderId),
    ),
  ];
}

function isLeft(order: Order): boolean {
  const { cancel, status } = order;
  if (cancel === undefined || status === 'HELD') return false;
  const isGone = status === 'CANCELED' || status === 'PARTIALLY_CANCELED';
  if (cancel.status === 'DONE') return !isGone;
  if (cancel.status === 'TOO_LATE') return isGone;
  return isCancelPending(order);
}

/** On a calm day a cancel waits for nothing but its turn. */
function slow(index: HistoryIndex): readonly Violation[] {
  if (index.history.mood !== 'calm') return [];
  return [...index.writes].flatMap(([clientOrderId, writes]): readonly Violation[] => {
    const wanted = writes.find(({ order }) => order.cancel !== undefined && isThere(order));
    const from = wanted?.atMs ?? 0;
    const next = writes.find(
      (write) => write.atMs > from && (startOf(write) !== undefined || !isThere(write.order)),
    );
    if (wanted === undefined || next === undefined || next.atMs - from <= CALM_MAX_MS) return [];
    const text = `the cancel of ${clientOrderId} waits ${next.atMs - from} ms on a calm day`;
    return [{ kind: 'cancel-lost', text, at: next.index, clientOrderId }];
  });
}

function isThere({ status }: Order): boolean {
  return status === 'NEW' || status === 'PARTIALLY_FILLED';
}

function startOf({ events }: Write) {
  return events.find((event) => event.type === 'CancelStarted');
}
