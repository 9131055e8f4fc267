import { findOrder, isVisible, listOrders, listTrades } from '../exchange/find-orders.ts';
import type { Trade } from '../exchange/order.ts';
import {
  illegalParameter,
  isRefusal,
  missingField,
  REFUSED,
  type Refusal,
} from '../exchange/refusals.ts';
import type { ExchangeState } from '../exchange/state.ts';
import { jsonAnswer, refusalAnswer } from './answer.ts';
import type { SignedCall, SignedHandler } from './call.ts';
import { listedOrder, listedTrade, queriedOrder, tradeByClientId } from './order-wire.ts';

const LIST_DEFAULT = 500;
const LIST_MAX = 1000;
const DAY_MS = 86_400_000;
const TRADE_RANGE_MS = 30 * DAY_MS;
const HISTORY_RANGE_MS = 90 * DAY_MS;

export const queryOrder: SignedHandler = ({ exchange }, call) => {
  const orderId = call.parameters.get('orderId');
  const clientOrderId = call.parameters.get('origClientOrderId');
  if (!orderId && !clientOrderId) return refusalAnswer(missingField('orderId'));
  const key = orderId ? { orderId } : { clientOrderId: clientOrderId ?? '' };
  const order = findOrder(exchange.state, call.key.account.accountId, key);
  if (!order || !isVisible(order, call.now)) return refusalAnswer(REFUSED.orderNotFound);
  return jsonAnswer(queriedOrder(order, exchange.state.site));
};

export const openOrders = listing(true);
export const orderHistory = listing(false);

export const accountTrades: SignedHandler = ({ exchange }, call) => {
  const trades = findTrades(exchange.state, call);
  return isRefusal(trades) ? refusalAnswer(trades) : jsonAnswer(trades.map(listedTrade));
};

export const tradesByClientOrderId: SignedHandler = ({ exchange }, call) => {
  if (!call.parameters.get('clientOrderId')) return refusalAnswer(missingField('clientOrderId'));
  const trades = findTrades(exchange.state, call);
  return isRefusal(trades) ? refusalAnswer(trades) : jsonAnswer(trades.map(tradeByClientId));
};

function listing(open: boolean): SignedHandler {
  return ({ exchange }, call) => {
    const range = readRange(call);
    if (isRefusal(range)) return refusalAnswer(range);
    const filter = {
      ...range,
      accountId: call.key.account.accountId,
      open,
      symbol: call.parameters.get('symbol'),
      side: call.parameters.get('side'),
      before: call.parameters.get('orderId') ?? call.parameters.get('fromOrderId'),
      startTime: open ? undefined : Math.max(range.startTime ?? 0, call.now - HISTORY_RANGE_MS),
    };
    return jsonAnswer(listOrders(exchange.state, filter, call.now).map(listedOrder));
  };
}

function findTrades(state: ExchangeState, call: SignedCall): Trade[] | Refusal {
  const range = readRange(call);
  if (isRefusal(range)) return range;
  const endTime = range.endTime ?? call.now;
  const startTime = range.startTime ?? endTime - TRADE_RANGE_MS;
  if (endTime - startTime > TRADE_RANGE_MS) return REFUSED.tradeRange;
  const filter = {
    accountId: call.key.account.accountId,
    symbol: call.parameters.get('symbol'),
    clientOrderId: call.parameters.get('clientOrderId'),
    fromId: call.parameters.get('fromId'),
    toId: call.parameters.get('toId'),
    startTime,
    endTime,
    limit: range.limit,
  };
  return listTrades(state, filter, call.now);
}

type Range = {
  readonly limit: number;
  readonly startTime: number | undefined;
  readonly endTime: number | undefined;
};

/** Reads what all lists take. */
function readRange(call: SignedCall): Range | Refusal {
  const limit = readInteger(call, 'limit') ?? LIST_DEFAULT;
  const startTime = readInteger(call, 'startTime');
  const endTime = readInteger(call, 'endTime');
  if (!(limit >= 1 && limit <= LIST_MAX)) return illegalParameter('limit');
  if (Number.isNaN(startTime)) return illegalParameter('startTime');
  if (Number.isNaN(endTime)) return illegalParameter('endTime');
  return { limit, startTime, endTime };
}

/** A parameter as a number; not a number when it is malformed. */
function readInteger(call: SignedCall, name: string): number | undefined {
  const text = call.parameters.get(name);
  if (text === undefined) return undefined;
  return /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
}
