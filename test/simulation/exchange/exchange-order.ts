import type { Chance } from '../core/chance.ts';

/** How an order ends by itself. */
export type Ending = 'FILLED' | 'CANCELED' | 'PARTIALLY_CANCELED' | 'REJECTED';

/** An order as the exchange has it. All times are true, in milliseconds. */
export interface ExchangeOrder {
  readonly clientOrderId: string;
  readonly exchangeOrderId: string;
  readonly request: URLSearchParams;
  readonly departure: number;
  readonly acceptedMs: number;
  /** Before this no query and no list shows it. */
  readonly visibleMs: number;
  /** Executed quantities as shares of the whole, growing. */
  readonly fills: readonly { readonly atMs: number; readonly share: number }[];
  /** Infinite while it rests on the book until somebody cancels it. */
  endsMs: number;
  ending: Ending;
  forgottenMs?: number;
}

const DIGITS = 8;
const PRICE = 65_000;

/**
 * Decides what becomes of an order that the exchange has just taken.
 *
 * @param rests - it is never filled and ends by no means but a cancel
 */
export function drawLife(
  chance: Chance,
  nowMs: number,
  rests = false,
): Pick<ExchangeOrder, 'fills' | 'endsMs' | 'ending'> {
  if (rests) {
    const spanMs = chance.oneOf([1_000, 60_000, 1_800_000]);
    let atMs = nowMs;
    const fills = chance.oneOf([[], [], [0.25], [0.25, 0.5]]).map((share) => {
      atMs += 1 + chance.below(spanMs);
      return { atMs, share };
    });
    return { fills, endsMs: Number.POSITIVE_INFINITY, ending: 'CANCELED' };
  }
  const endsMs = nowMs + chance.oneOf([5, 400, 5_000, 40_000, chance.below(120_000)]);
  const ending = chance.oneOf<Ending>([
    'FILLED',
    'FILLED',
    'FILLED',
    'CANCELED',
    'PARTIALLY_CANCELED',
    'REJECTED',
  ]);
  if (ending === 'REJECTED' || ending === 'CANCELED') return { fills: [], endsMs, ending };
  const count = chance.between(1, 3);
  const fills = Array.from({ length: count }, (_, index) => ({
    atMs: nowMs + Math.ceil(((endsMs - nowMs) * (index + 1)) / (count + 1)),
    share: (index + 1) / (count + 2),
  }));
  return { fills, endsMs, ending };
}

/** Ends an order that is open: as much of it as has not traded is canceled. */
export function endOrder(order: ExchangeOrder, nowMs: number): void {
  const hasTraded = Number(stateAt(order, nowMs).executed) > 0;
  order.endsMs = nowMs;
  order.ending = hasTraded ? 'PARTIALLY_CANCELED' : 'CANCELED';
}

/** What the exchange would print of an order at a time. */
export function stateAt(
  order: ExchangeOrder,
  timeMs: number,
): { readonly status: string; readonly executed: string; readonly quote: string } {
  const quantity = Number(order.request.get('quantity') ?? '0.02');
  const isOver = timeMs >= order.endsMs;
  const share =
    isOver && order.ending === 'FILLED'
      ? 1
      : (order.fills.findLast(({ atMs }) => atMs <= Math.min(timeMs, order.endsMs))?.share ?? 0);
  const executed = share === 1 ? quantity : Math.floor(quantity * share * 1e5) / 1e5;
  const status = isOver ? order.ending : executed > 0 ? 'PARTIALLY_FILLED' : 'NEW';
  return { status, executed: plain(executed), quote: plain(executed * PRICE) };
}

/** Says whether lists and queries show an order at a time. */
export function isShown(order: ExchangeOrder, timeMs: number): boolean {
  return order.visibleMs <= timeMs && (order.forgottenMs ?? Number.POSITIVE_INFINITY) > timeMs;
}

/** The order as the wire has it. */
export function wireOrder(
  order: ExchangeOrder,
  timeMs: number,
  startAt: number,
): Readonly<Record<string, string>> {
  const { request } = order;
  const { status, executed, quote } = stateAt(order, timeMs);
  return {
    accountId: '1',
    symbol: request.get('symbol') ?? '',
    clientOrderId: order.clientOrderId,
    orderId: order.exchangeOrderId,
    transactTime: String(startAt + order.acceptedMs),
    price: request.get('price') ?? '0',
    origQty: request.get('quantity') ?? '0',
    executedQty: executed,
    cumulativeQuoteQty: quote,
    cummulativeQuoteQty: quote,
    avgPrice: Number(executed) > 0 ? String(PRICE) : '0',
    status,
    timeInForce: request.get('timeInForce') ?? 'GTC',
    type: typeOnWire(request),
    side: request.get('side') ?? '',
    ...(status === 'REJECTED' ? { ordCxlReason: 'RISK' } : {}),
  };
}

/** The trades of an order so far, oldest first, as the wire has them. */
export function wireTrades(
  order: ExchangeOrder,
  timeMs: number,
  startAt: number,
): readonly Readonly<Record<string, unknown>>[] {
  const times = [...order.fills.map(({ atMs }) => atMs), order.endsMs];
  let before = 0;
  return times
    .filter((atMs) => atMs <= timeMs)
    .flatMap((atMs, number) => {
      const executed = Number(stateAt(order, atMs).executed);
      const quantity = executed - before;
      before = executed;
      if (quantity <= 0) return [];
      const id = `${order.exchangeOrderId}${number + 1}`;
      return [
        {
          id,
          ticketId: `${id}7`,
          clientOrderId: order.clientOrderId,
          orderId: order.exchangeOrderId,
          symbol: order.request.get('symbol') ?? '',
          price: String(PRICE),
          qty: plain(quantity),
          time: String(startAt + atMs),
          isBuyer: order.request.get('side') === 'BUY',
          isMaker: true,
          fee: { feeCoinId: 'USD', feeCoinName: 'USD', fee: '0.01' },
        },
      ];
    });
}

function typeOnWire(request: URLSearchParams): string {
  if (request.get('type') !== 'MARKET') return request.get('type') ?? '';
  return request.has('amount') ? 'MARKET_OF_QUOTE' : 'MARKET_OF_BASE';
}

function plain(value: number): string {
  return String(Number(value.toFixed(DIGITS)));
}
