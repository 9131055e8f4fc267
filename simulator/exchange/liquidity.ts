import Big from 'big.js';
import type { Random } from '../random.ts';
import { against, rest, sideOf } from './book.ts';
import { floorTo } from './decimal.ts';
import { type Order, SIDES, type Side } from './order.ts';
import { settleSide } from './settle.ts';
import { type ExchangeState, MARKET_MAKER, market } from './state.ts';

export type LiquidityPlan = {
  /** Resting orders on each side of each symbol; 0 leaves the books to the clients. */
  readonly levels: number;
  /** Rough size of each, in quote units. */
  readonly notional: number;
};

/** Distance of one level from the next, as a fraction of the reference price. */
const LEVEL_SPACING = '0.0005';
/** HKD is worth about an eighth of the other quote currencies. */
const HKD_PER_UNIT = 8;

type Level = { readonly side: Side; readonly price: Big; readonly quantity: Big };

/** The seeded market maker: fixed price levels around each reference, topped up before orders. */
export type MarketMaker = {
  readonly replenish: (symbol: string, now: number) => void;
  /** Moves a market; resting orders of clients which the new levels cross are filled. */
  readonly moveReference: (symbol: string, reference: string, now: number) => void;
};

export function marketMaker(
  state: ExchangeState,
  plan: LiquidityPlan,
  random: Random,
): MarketMaker {
  const levels = new Map<string, readonly Level[]>();
  for (const { symbol, reference } of state.instruments.values()) {
    levels.set(symbol, makeLevels(state, symbol, new Big(reference), plan, random));
  }

  const replenish = (symbol: string, now: number): void => {
    for (const level of levels.get(symbol) ?? []) topUp(state, symbol, level, now);
  };

  const moveReference = (symbol: string, reference: string, now: number): void => {
    const fresh = makeLevels(state, symbol, new Big(reference), plan, random);
    levels.set(symbol, fresh);
    state.lastPrices.set(symbol, new Big(reference));
    const { book } = market(state, symbol);
    for (const side of SIDES) {
      const clients = sideOf(book, side).filter((resting) => resting.accountId !== MARKET_MAKER);
      sideOf(book, side).splice(0, Number.MAX_SAFE_INTEGER, ...clients);
    }
    for (const level of fresh) sweep(state, symbol, level, now);
    replenish(symbol, now);
  };

  return { replenish, moveReference };
}

function makeLevels(
  state: ExchangeState,
  symbol: string,
  reference: Big,
  plan: LiquidityPlan,
  random: Random,
): readonly Level[] {
  const { instrument } = market(state, symbol);
  const notional = instrument.quote === 'HKD' ? plan.notional * HKD_PER_UNIT : plan.notional;
  const tick = new Big(instrument.tickSize);
  return SIDES.flatMap((side) =>
    Array.from({ length: plan.levels }, (_, index): Level => {
      const distance = reference.times(LEVEL_SPACING).times(index + 1);
      const raw = side === 'BUY' ? reference.minus(distance) : reference.plus(distance);
      // Bids round down and asks round up, so that the two sides never touch.
      const price = floorTo(raw, tick).plus(side === 'BUY' ? 0 : tick);
      const wanted = new Big(notional)
        .times(50 + random.below(101))
        .div(100)
        .div(price);
      const step = new Big(instrument.stepSize);
      return { side, price, quantity: floorTo(wanted, step).plus(step) };
    }),
  );
}

/** Restores one level to its full size, unless a client's order stands in its way. */
function topUp(state: ExchangeState, symbol: string, level: Level, now: number): void {
  const { book } = market(state, symbol);
  const queue = sideOf(book, level.side);
  const own = queue.find((r) => r.accountId === MARKET_MAKER && r.price.eq(level.price));
  if (own) {
    own.leaves = level.quantity;
    return;
  }
  const best = against(book, level.side)[0];
  const crossed =
    best && (level.side === 'BUY' ? best.price.lte(level.price) : best.price.gte(level.price));
  if (crossed) return;
  rest(book, level.side, {
    orderId: state.ids.next(now),
    accountId: MARKET_MAKER,
    price: level.price,
    leaves: level.quantity,
  });
}

/** Fills the resting orders of clients which one new level crosses, at their own prices. */
function sweep(state: ExchangeState, symbol: string, level: Level, now: number): void {
  const opposite = against(market(state, symbol).book, level.side);
  while (opposite[0]) {
    const [best] = opposite;
    const reaches =
      level.side === 'BUY' ? best.price.lte(level.price) : best.price.gte(level.price);
    if (!reaches) return;
    fillResting(state, best.orderId, best.leaves, now);
  }
}

/**
 * Fills an open order against the market maker at the order's own price.
 *
 * @returns the order afterwards, or `undefined` when it is not on the book
 */
export function fillResting(
  state: ExchangeState,
  orderId: string,
  quantity: Big | undefined,
  now: number,
) {
  const order = state.orders.get(orderId);
  if (!order) return undefined;
  const queue = sideOf(market(state, order.symbol).book, order.side);
  const index = queue.findIndex((resting) => resting.orderId === orderId);
  const resting = queue[index];
  if (!resting) return undefined;

  const asked = quantity ?? resting.leaves;
  const filled = asked.gt(resting.leaves) ? resting.leaves : asked;
  const fill = { price: resting.price, quantity: filled, time: now };
  const after = fillAtOwnPrice(state, order, fill);
  resting.leaves = resting.leaves.minus(filled);
  if (resting.leaves.lte(0)) queue.splice(index, 1);
  return after;
}

/** Executes one fill of a client's order against the market maker. */
export function fillAtOwnPrice(
  state: ExchangeState,
  order: Order,
  fill: { readonly price: Big; readonly quantity: Big; readonly time: number },
): Order {
  const match = { ticketId: state.ids.next(fill.time), isMaker: true };
  const after = settleSide(state, order, fill, match);
  settleMaker(state, order.symbol, order.side, fill.price, fill.quantity);
  return after;
}

/** The market maker's side of a fill which did not come from a match. */
function settleMaker(
  state: ExchangeState,
  symbol: string,
  clientSide: Side,
  price: Big,
  quantity: Big,
): void {
  const { instrument } = market(state, symbol);
  const sign = clientSide === 'BUY' ? -1 : 1;
  state.balances.add(MARKET_MAKER, instrument.base, quantity.times(sign));
  state.balances.add(MARKET_MAKER, instrument.quote, price.times(quantity).times(-sign));
}
