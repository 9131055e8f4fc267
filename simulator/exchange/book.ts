import type Big from 'big.js';
import type { Side } from './order.ts';

/** One resting order as the book sees it. */
export type Resting = {
  readonly orderId: string;
  readonly accountId: string;
  readonly price: Big;
  leaves: Big;
};

/** Both sides of one symbol, best price first; within a price the earlier one first. */
export type Book = { readonly bids: Resting[]; readonly asks: Resting[] };

export const emptyBook = (): Book => ({ bids: [], asks: [] });

export const sideOf = (book: Book, side: Side): Resting[] =>
  side === 'BUY' ? book.bids : book.asks;

/** The orders which an incoming order of this side meets. */
export const against = (book: Book, side: Side): Resting[] =>
  side === 'BUY' ? book.asks : book.bids;

/** Puts an order behind all others of the same or a better price. */
export function rest(book: Book, side: Side, resting: Resting): void {
  const queue = sideOf(book, side);
  let low = 0;
  let high = queue.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = queue[middle];
    if (other !== undefined && isWorse(side, other.price, resting.price)) high = middle;
    else low = middle + 1;
  }
  queue.splice(low, 0, resting);
}

export function removeFromBook(book: Book, side: Side, orderId: string): void {
  const queue = sideOf(book, side);
  const index = queue.findIndex((resting) => resting.orderId === orderId);
  if (index >= 0) queue.splice(index, 1);
}

/** Whether an incoming order with this limit would trade at the resting price; no limit, always. */
export function crosses(side: Side, limit: Big | undefined, restingPrice: Big): boolean {
  if (limit === undefined) return true;
  return side === 'BUY' ? restingPrice.lte(limit) : restingPrice.gte(limit);
}

function isWorse(side: Side, price: Big, than: Big): boolean {
  return side === 'BUY' ? price.lt(than) : price.gt(than);
}
