import Big from 'big.js';
import type { Resting } from '../exchange/book.ts';
import { plain } from '../exchange/decimal.ts';
import type { Instrument } from '../exchange/instruments.ts';
import { REFUSED } from '../exchange/refusals.ts';
import { type ExchangeState, market } from '../exchange/state.ts';
import { type Answer, errorAnswer, jsonAnswer, refusalAnswer } from './answer.ts';
import type { Call, Handler } from './call.ts';
import { exchangeInfo, symbolInfo } from './info-wire.ts';

const DEPTH_DEFAULT = 100;

export const ping: Handler = () => jsonAnswer({});

export const serverTime: Handler = (_services, call) => jsonAnswer({ serverTime: call.now });

/** With a symbol the exchange answers that symbol alone, without the envelope. */
export const info: Handler = ({ exchange }, call) => {
  const { instruments, site } = exchange.state;
  const symbol = call.parameters.get('symbol');
  if (symbol === undefined) return jsonAnswer(exchangeInfo(instruments, site, call.now));
  const instrument = instruments.get(symbol);
  return instrument ? jsonAnswer(symbolInfo(instrument)) : refusalAnswer(REFUSED.symbol);
};

export const depth: Handler = forSymbol((state, { symbol }, call) => {
  const { book } = market(state, symbol);
  const limit = Number(call.parameters.get('limit') ?? DEPTH_DEFAULT);
  return { t: call.now, b: priceLevels(book.bids, limit), a: priceLevels(book.asks, limit) };
});

export const recentTrades: Handler = forSymbol((state, { symbol }) =>
  (state.publicTrades.get(symbol) ?? []).map((trade) => ({
    t: trade.time,
    p: trade.price,
    q: trade.quantity,
    ibm: trade.isBuyerMaker,
  })),
);

export const dayTicker: Handler = forSymbols((state, { symbol, reference }, call) => {
  const last = plain(market(state, symbol).last);
  const { bid, ask } = bestPrices(state, symbol);
  return {
    t: call.now,
    s: symbol,
    c: last,
    h: last,
    l: last,
    o: reference,
    b: bid,
    a: ask,
    v: '0',
    qv: '0',
  };
});

export const priceTicker: Handler = forSymbols((state, { symbol }) => ({
  s: symbol,
  p: plain(market(state, symbol).last),
}));

export const bookTicker: Handler = forSymbols((state, { symbol }, call) => {
  const { bid, bidSize, ask, askSize } = bestPrices(state, symbol);
  return { s: symbol, b: bid, bq: bidSize, a: ask, aq: askSize, t: call.now };
});

type Shown = (state: ExchangeState, instrument: Instrument, call: Call) => unknown;

/** The quote gateway has codes of its own, as integers. */
const unknownSymbol = (): Answer => errorAnswer(400, -100010, 'Invalid symbols!');

function forSymbol(show: Shown): Handler {
  return ({ exchange: { state } }, call) => {
    const instrument = state.instruments.get(call.parameters.get('symbol') ?? '');
    return instrument ? jsonAnswer(show(state, instrument, call)) : unknownSymbol();
  };
}

/** One symbol, or all when none is named: a list either way. */
function forSymbols(show: Shown): Handler {
  return ({ exchange: { state } }, call) => {
    const symbol = call.parameters.get('symbol');
    const shown = [...state.instruments.values()].filter(
      (instrument) => symbol === undefined || instrument.symbol === symbol,
    );
    if (shown.length === 0) return unknownSymbol();
    return jsonAnswer(shown.map((instrument) => show(state, instrument, call)));
  };
}

function priceLevels(queue: readonly Resting[], limit: number): [string, string][] {
  const levels = new Map<string, Big>();
  for (const { price, leaves } of queue) {
    const text = plain(price);
    levels.set(text, leaves.plus(levels.get(text) ?? new Big(0)));
  }
  return [...levels].slice(0, limit).map(([price, size]) => [price, plain(size)]);
}

function bestPrices(state: ExchangeState, symbol: string) {
  const { book } = market(state, symbol);
  const [bid, bidSize] = priceLevels(book.bids, 1)[0] ?? ['0', '0'];
  const [ask, askSize] = priceLevels(book.asks, 1)[0] ?? ['0', '0'];
  return { bid, bidSize, ask, askSize };
}
