import { DEFAULT_SETTINGS } from '../../../lib/application/settings.ts';
import { compareDecimals } from '../../../lib/domain/decimal.ts';
import { filledQuantity } from '../../../lib/domain/fill.ts';
import { isFinal, type Order, type OrderStatus } from '../../../lib/domain/order.ts';
import type { HistoryIndex, Placed } from './history-index.ts';
import type { Violation } from './violation.ts';

const AT_EXCHANGE: readonly OrderStatus[] = [
  'NEW',
  'PARTIALLY_FILLED',
  'FILLED',
  'CANCELED',
  'PARTIALLY_CANCELED',
];

/** Every step that an order may take; written down here once more, apart from `evolve`. */
const STEPS: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  RECEIVED: ['RECEIVED', 'SENDING', 'DENIED', 'EXPIRED', 'HELD', ...AT_EXCHANGE],
  SENDING: ['RECEIVED', 'IN_DOUBT', 'REJECTED', ...AT_EXCHANGE],
  IN_DOUBT: ['IN_DOUBT', 'RECEIVED', 'REJECTED', 'NEVER_PLACED', 'HELD', ...AT_EXCHANGE],
  NEW: ['REJECTED', 'HELD', ...AT_EXCHANGE],
  PARTIALLY_FILLED: ['PARTIALLY_FILLED', 'FILLED', 'PARTIALLY_CANCELED', 'HELD'],
  NEVER_PLACED: ['HELD', ...AT_EXCHANGE],
  FILLED: [],
  CANCELED: [],
  PARTIALLY_CANCELED: [],
  REJECTED: [],
  DENIED: [],
  EXPIRED: [],
  HELD: [],
};

/** Changes that tell more of trades, also after the end. */
const ABOUT_TRADES: ReadonlySet<string> = new Set([
  'FillsRecorded',
  'FillCorrected',
  'ExecutionCorrected',
  'ExecutionExceeded',
]);
/** Changes of a wish about an order, which leave the order as it stands. */
const ABOUT_WISHES: ReadonlySet<string> = new Set([
  'CancelRequested',
  'CancelStarted',
  'CancelAnswered',
  'ReplacementClaimed',
]);
/** An order that ended unsent or without proof of the exchange's own comes back only so. */
const COMES_BACK: ReadonlySet<string> = new Set(['OrderResurrected', 'OrderHeld']);
/** Late evidence of trades leaves the end as it is, or says that a canceled order had some. */
const AFTER_TRADES: Partial<Record<OrderStatus, readonly OrderStatus[]>> = {
  FILLED: ['FILLED'],
  CANCELED: ['CANCELED', 'PARTIALLY_CANCELED'],
  PARTIALLY_CANCELED: ['PARTIALLY_CANCELED'],
};

const { recordMarginMs, sendWithinMs, timeoutMs } = DEFAULT_SETTINGS.submit;
const ATTEMPT_MAX_MS = sendWithinMs + timeoutMs + recordMarginMs;

/** I6: no step backwards, and executed quantities only grow, up to what was ordered. */
export function checkStates(index: HistoryIndex): readonly Violation[] {
  return [...index.writes.values()].flatMap((writes) =>
    writes.flatMap((write, position) => {
      const before = writes[position - 1]?.order;
      const { clientOrderId } = write.order;
      return [
        ...wrongSteps(before, write),
        ...wrongQuantities(before, write.order),
        ...wrongFills(write.order),
        ...givenUpEarly(write),
      ].map(
        (text): Violation => ({
          kind: 'state',
          text: `${clientOrderId} ${text}`,
          at: write.index,
          clientOrderId,
        }),
      );
    }),
  );
}

function wrongSteps(before: Order | undefined, { order, previousVersion }: Placed<'write'>) {
  const found: string[] = [];
  let status = before?.status;
  for (const entry of order.history.filter(({ sequence }) => sequence > previousVersion)) {
    if (status !== undefined && !stepsFrom(status, entry.type, order).includes(entry.status)) {
      found.push(`goes from ${status} to ${entry.status} by ${entry.type}`);
    }
    status = entry.status;
  }
  if (status !== order.status) found.push(`is ${order.status}, but its history ends ${status}`);
  return found;
}

function stepsFrom(status: OrderStatus, type: string, order: Order): readonly OrderStatus[] {
  if (ABOUT_WISHES.has(type)) return [status];
  if (type === 'OrderCanceled') {
    return status === 'RECEIVED' || status === 'NEVER_PLACED' ? ['CANCELED'] : [];
  }
  const wasSent = order.attempts.length > 0;
  if (status === 'CANCELED' && wasSent && COMES_BACK.has(type)) return ['HELD', ...AT_EXCHANGE];
  const trades = ABOUT_TRADES.has(type) ? AFTER_TRADES[status] : undefined;
  return trades ?? STEPS[status];
}

function wrongQuantities(before: Order | undefined, order: Order): readonly string[] {
  const { executedQuantity, terms } = order;
  const falls =
    before !== undefined && compareDecimals(executedQuantity, before.executedQuantity) < 0;
  const passes =
    terms.quantity !== undefined && compareDecimals(executedQuantity, terms.quantity) > 0;
  return [
    ...(falls ? [`falls from ${before.executedQuantity} to ${executedQuantity} executed`] : []),
    ...(passes ? [`has ${executedQuantity} of ${terms.quantity} executed`] : []),
  ];
}

/**
 * One fill for each trade; together they are at most what was ordered, and what is executed once
 * the order has ended. Before that trades may be known that no report has counted yet.
 */
function wrongFills({ executedQuantity, fills = [], status, terms }: Order): readonly string[] {
  const ids = fills.map(({ tradeId }) => tradeId);
  const matches = fills.flatMap(({ ticketId }) => ticketId ?? []);
  const sum = filledQuantity(fills);
  const most = isFinal(status) ? executedQuantity : (terms.quantity ?? sum);
  return [
    ...(new Set(ids).size < ids.length ? ['has a trade twice'] : []),
    ...(new Set(matches).size < matches.length ? ['has a trade twice under two ids'] : []),
    ...(compareDecimals(sum, most) > 0 ? [`has fills of ${sum}, at most ${most} is right`] : []),
  ];
}

/** While its sender may still hear an answer, nobody gives an attempt up. */
function givenUpEarly({ events, order }: Placed<'write'>): readonly string[] {
  return events.flatMap((event) => {
    const isAbandoned = event.type === 'OrderDoubted' || event.type === 'CancelAnswered';
    if (!isAbandoned || event.evidence.code !== 'NO_OUTCOME_STORED') return [];
    const ofOrder = order.attempts.at(-1)?.startedAt;
    const startedAt = (event.type === 'OrderDoubted' ? ofOrder : order.cancel?.startedAt) ?? 0;
    const afterMs = event.at - startedAt;
    return afterMs < ATTEMPT_MAX_MS ? [`is given up ${afterMs} ms after its intent`] : [];
  });
}
