import { addDecimals, type DecimalString, multiplyDecimals, sameDecimal } from './decimal.ts';
import type { UnixMs } from './time.ts';

/** One trade of one order, each at most once. */
export interface Fill {
  /** The exchange's id of the trade, as text: it passes 2^53. */
  readonly tradeId: string;
  /** The exchange's id of the match, which both sides of it share. */
  readonly ticketId?: string;
  /** Quote units per base unit. */
  readonly price: DecimalString;
  /** Base units. */
  readonly quantity: DecimalString;
  /** In units of `feeAsset`; absent while it is not known. */
  readonly fee?: DecimalString;
  readonly feeAsset?: string;
  readonly isMaker?: boolean;
  /** The exchange's own time of the trade. */
  readonly at: UnixMs;
}

/** What was paid in fees in one asset. */
export interface FeeTotal {
  readonly asset: string;
  readonly amount: DecimalString;
}

/** Gives the base quantity of fills together. */
export function filledQuantity(fills: readonly Fill[]): DecimalString {
  return addDecimals(...fills.map(({ quantity }) => quantity));
}

/** Gives the quote amount of fills together. */
export function filledQuote(fills: readonly Fill[]): DecimalString {
  return addDecimals(...fills.map(({ price, quantity }) => multiplyDecimals(price, quantity)));
}

/** Gives the fees of fills, one sum per asset, by the asset's name. */
export function feesOf(fills: readonly Fill[]): readonly FeeTotal[] {
  const byAsset = Map.groupBy(fills, ({ feeAsset }) => feeAsset);
  return [...byAsset]
    .flatMap(([asset, paid]) =>
      asset === undefined ? [] : [{ asset, amount: addDecimals(...paid.map(feeOf)) }],
    )
    .sort((left, right) => (left.asset < right.asset ? -1 : 1));
}

/**
 * Says whether two statements are about one trade. The stream and the lists may name it by
 * different ids; then the match tells, of which an order has each once.
 */
export function isSameTrade(one: Fill, other: Fill): boolean {
  if (one.tradeId === other.tradeId) return true;
  return one.ticketId !== undefined && one.ticketId === other.ticketId;
}

/** Says whether a later statement about one trade says the same; what it leaves out proves nothing. */
export function saysTheSame(known: Fill, stated: Fill): boolean {
  return (
    sameDecimal(known.price, stated.price) &&
    sameDecimal(known.quantity, stated.quantity) &&
    (stated.fee === undefined || (known.fee !== undefined && sameDecimal(known.fee, stated.fee))) &&
    (stated.feeAsset === undefined || known.feeAsset === stated.feeAsset)
  );
}

/** Sorts fills as they happened: by time, and those of one time by id. */
export function inOrderOfTrade(fills: readonly Fill[]): readonly Fill[] {
  return fills.toSorted((left, right) => left.at - right.at || compareIds(left, right));
}

function compareIds({ tradeId: left }: Fill, { tradeId: right }: Fill): number {
  if (left.length !== right.length) return left.length - right.length;
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function feeOf({ fee }: Fill): DecimalString {
  return fee ?? '0';
}
