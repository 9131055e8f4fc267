import { compareDecimals, sameDecimal } from './decimal.ts';
import type { FillCorrected, OrderEvent } from './events.ts';
import { exceededExecution, passesOrdered } from './exceeded.ts';
import type { Evidence, TradeReport } from './execution-report.ts';
import { type Fill, filledQuantity, filledQuote, isSameTrade, saysTheSame } from './fill.ts';
import { isFinal, isOpen, type Order, type OrderStatus } from './order.ts';
import type { UnixMs } from './time.ts';

/** Trades that one order keeps: about 100 KB of the 400 KB that a table item may have. */
export const FILLS_MAX = 500;
/** Trades recorded, and corrections made, by one change: the history of an order stays small. */
export const FILLS_PER_EVENT_MAX = 20;

/** Trades of orders as one answer or one message of the exchange stated them. */
export interface StatedTrades {
  /** Of one order, in any order, repeats included. */
  readonly trades: readonly TradeReport[];
  readonly evidence: Evidence;
  /** Whether it may correct known fills: lists may, the stream is only a hint. */
  readonly corrects: boolean;
  /**
   * The trades are all that the order has, for those that happened from this time on; then a known
   * one that is missing was voided.
   */
  readonly completeSince?: UnixMs;
  /** Known trades younger than this may not be in the lists yet. */
  readonly settledBefore?: UnixMs;
}

/**
 * Decides what stated trades mean for one order: each is recorded once, a changed one corrects
 * what is known, and those of an ended order that add up to more than it had correct its end. Trades
 * that add up to more than was ordered are recorded like others, and a person hears of it.
 *
 * Pure and idempotent. Trades of another exchange order are passed over. At most
 * `FILLS_PER_EVENT_MAX` are recorded at a time; ask again with the order that follows.
 *
 * @returns nothing for an order that the exchange is not known to have
 */
export function recordFills(
  order: Order,
  stated: StatedTrades,
  now: UnixMs,
): readonly OrderEvent[] {
  if (!mayHaveTraded(order)) return [];
  const known = order.fills ?? [];
  const about = stated.trades.filter((trade) => isAbout(order, trade)).map(({ fill }) => fill);
  const room = Math.min(FILLS_PER_EVENT_MAX, FILLS_MAX - known.length);
  const fills = newTrades(known, about).slice(0, Math.max(0, room));
  const { evidence } = stated;
  const recorded: readonly OrderEvent[] =
    fills.length === 0 ? [] : [{ type: 'FillsRecorded', at: now, fills, evidence }];
  const corrections = correctionsOf(known, about, stated, now);
  const executed = { fills: afterCorrections([...known, ...fills], corrections), evidence };
  return [...recorded, ...corrections, ...executionOf(order, executed, now)];
}

/** Says whether every executed unit of an order is in one of its fills. */
export function areFillsComplete(order: Order): boolean {
  return sameDecimal(filledQuantity(order.fills ?? []), order.executedQuantity);
}

/** Says whether there is a point in asking for the trades of an order. */
export function lacksFills(order: Order): boolean {
  return mayHaveTraded(order) && !areFillsComplete(order) && !isFull(order);
}

/** Says whether an order keeps as many fills as it can. */
function isFull({ fills = [] }: Order): boolean {
  return fills.length >= FILLS_MAX;
}

function mayHaveTraded({ status }: Order): boolean {
  return isOpen(status) || ENDED_THERE.has(status);
}

/** Ended at the exchange, perhaps with trades. */
const ENDED_THERE: ReadonlySet<OrderStatus> = new Set<OrderStatus>([
  'FILLED',
  'CANCELED',
  'PARTIALLY_CANCELED',
]);

function isAbout(order: Order, trade: TradeReport): boolean {
  return (
    trade.clientOrderId === order.clientOrderId &&
    trade.exchangeOrderId === order.exchangeOrderId &&
    trade.symbol === order.terms.symbol &&
    trade.side === order.terms.side
  );
}

function newTrades(known: readonly Fill[], stated: readonly Fill[]): readonly Fill[] {
  const found: Fill[] = [];
  for (const fill of stated) {
    if (![...known, ...found].some((one) => isSameTrade(one, fill))) found.push(fill);
  }
  return found;
}

function correctionsOf(
  known: readonly Fill[],
  about: readonly Fill[],
  { corrects, completeSince, settledBefore = 0, evidence }: StatedTrades,
  now: UnixMs,
): readonly FillCorrected[] {
  if (!corrects) return [];
  const corrections = known.flatMap((before): readonly FillCorrected[] => {
    const after = about.find((fill) => isSameTrade(fill, before));
    const correction = { type: 'FillCorrected', at: now, before, evidence } as const;
    if (after !== undefined) {
      return saysTheSame(before, after) ? [] : [{ ...correction, after: { ...before, ...after } }];
    }
    const isExpected = completeSince !== undefined && before.at >= completeSince;
    return isExpected && before.at < settledBefore ? [correction] : [];
  });
  return corrections.slice(0, FILLS_PER_EVENT_MAX);
}

/** What an order has when corrections of known trades are made. */
function afterCorrections(
  fills: readonly Fill[],
  corrections: readonly FillCorrected[],
): readonly Fill[] {
  return fills.flatMap((fill) => {
    const correction = corrections.find(({ before }) => isSameTrade(before, fill));
    if (correction === undefined) return [fill];
    return correction.after === undefined ? [] : [correction.after];
  });
}

/** A fill that comes to light after the end corrects it, never beyond what was ordered. */
function executionOf(
  order: Order,
  { fills, evidence }: { readonly fills: readonly Fill[]; readonly evidence: Evidence },
  now: UnixMs,
): readonly OrderEvent[] {
  const executedQuantity = filledQuantity(fills);
  if (passesOrdered(order, executedQuantity)) {
    return exceededExecution(order, { executedQuantity, evidence }, now);
  }
  if (!isFinal(order.status)) return [];
  if (compareDecimals(executedQuantity, order.executedQuantity) <= 0) return [];
  const cumulativeQuote = filledQuote(fills);
  return [{ type: 'ExecutionCorrected', at: now, executedQuantity, cumulativeQuote, evidence }];
}
