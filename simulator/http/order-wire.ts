import Big from 'big.js';
import { plain } from '../exchange/decimal.ts';
import type { Order, Trade } from '../exchange/order.ts';
import type { SiteProfile } from '../exchange/sites.ts';

const EXCHANGE_ID = '301';
/** Average prices are rounded to what the exchange prints. */
const AVERAGE_DECIMALS = 8;

/** The order as a create answers it. */
export function createdOrder(order: Order, site: SiteProfile) {
  return {
    accountId: order.accountId,
    symbol: order.symbol,
    symbolName: order.symbol,
    clientOrderId: order.clientOrderId,
    orderId: order.orderId,
    transactTime: String(order.createdAt),
    price: number(order.price),
    origQty: number(order.quantity),
    executedQty: order.executed,
    status: order.status,
    timeInForce: order.timeInForce,
    type: order.type,
    side: order.side,
    reqAmount: number(order.amount),
    concentration: '',
    ...(site.site === 'HK' ? { alert: '' } : {}),
  };
}

/** The order as a cancel answers it: with the status from before the cancel. */
export function canceledOrder(order: Order, transactTime: number) {
  return {
    accountId: order.accountId,
    symbol: order.symbol,
    clientOrderId: order.clientOrderId,
    orderId: order.orderId,
    transactTime: String(transactTime),
    price: number(order.price),
    origQty: number(order.quantity),
    executedQty: order.executed,
    status: order.status,
    timeInForce: order.timeInForce,
    type: order.type,
    side: order.side,
  };
}

/** The order as lists of orders show it. */
export function listedOrder(order: Order) {
  return {
    accountId: order.accountId,
    exchangeId: EXCHANGE_ID,
    symbol: order.symbol,
    symbolName: order.symbol,
    clientOrderId: order.clientOrderId,
    orderId: order.orderId,
    price: number(order.price),
    origQty: number(order.quantity),
    executedQty: order.executed,
    // The exchange's historic misspelling comes along with the right one.
    cummulativeQuoteQty: order.executedQuote,
    cumulativeQuoteQty: order.executedQuote,
    avgPrice: averagePrice(order),
    status: order.status,
    timeInForce: order.timeInForce,
    type: order.type,
    side: order.side,
    stopPrice: '0.0',
    icebergQty: '0.0',
    time: String(order.createdAt),
    updateTime: String(order.updatedAt),
    isWorking: true,
    reqAmount: number(order.amount),
    ordCxlReason: order.cancelReason,
    stpMode: order.stpMode,
  };
}

/** The order as the query for one order shows it. */
export function queriedOrder(order: Order, site: SiteProfile) {
  const shown = site.feesInOrders;
  return {
    ...listedOrder(order),
    feeCoin: shown ? order.feeAsset : '',
    feeAmount: shown ? order.fee : '0',
    ...(shown ? { feeSupplementaryAmount: '0' } : {}),
    sumFeeAmount: shown ? order.fee : '0',
    ...(shown ? { platformFeeCoin: '', sumPlatformFeeAmount: '' } : {}),
  };
}

/** One trade as the query by client order id shows it. */
export function tradeByClientId(trade: Trade) {
  return {
    id: trade.id,
    clientOrderId: trade.clientOrderId,
    ticketId: trade.ticketId,
    symbol: trade.symbol,
    symbolName: trade.symbol,
    orderId: trade.orderId,
    matchOrderId: '0',
    price: trade.price,
    qty: trade.quantity,
    time: String(trade.time),
    isBuyer: trade.isBuyer,
    isMaker: trade.isMaker,
    fee: {
      feeCoinId: trade.feeAsset,
      feeCoinName: trade.feeAsset,
      fee: trade.fee,
      originFee: trade.fee,
      originCoinId: trade.feeAsset,
      originCoinName: trade.feeAsset,
    },
    feeSupplementaryAmount: '0',
    makerRebate: '0',
    accountId: trade.accountId,
  };
}

export function listedTrade(trade: Trade) {
  return {
    ...tradeByClientId(trade),
    commission: trade.fee,
    commissionAsset: trade.feeAsset,
    feeCoinId: trade.feeAsset,
    feeAmount: trade.fee,
    hskDeduct: false,
    hskDeductPrice: '',
  };
}

function averagePrice(order: Order): string {
  if (order.executed === '0') return '0';
  return plain(new Big(order.executedQuote).div(order.executed).round(AVERAGE_DECIMALS));
}

/** Numbers come back normalised, not as the client wrote them. */
const number = (text: string): string => plain(new Big(text));
