import type { Site } from '../exchange/sites.ts';
import type { EndpointName } from '../faults/fault.ts';
import type { LimitClass } from '../limits/gatekeeper.ts';
import { accountBalances, accountType, checkApiKey, feeTier } from './account.ts';
import { createBatch } from './batch.ts';
import type { Handler, SignedHandler } from './call.ts';
import { cancelAllOpenOrders, cancelOpenOrders, cancelOrderByIds } from './cancel-many.ts';
import { createListenKey, endListenKey, renewListenKey } from './listen-keys.ts';
import {
  accountTrades,
  openOrders,
  orderHistory,
  queryOrder,
  tradesByClientOrderId,
} from './order-queries.ts';
import * as open from './public.ts';
import { cancelOneOrder, createOrder, testOrder } from './trading.ts';

type Named = { readonly name: EndpointName; readonly only?: Site };

export type PublicEndpoint = Named & { readonly security: 'none'; readonly handle: Handler };

export type SignedEndpoint = Named & {
  /** `key` endpoints may leave the signature out. */
  readonly security: 'signed' | 'key';
  readonly limitClass: LimitClass;
  readonly weight: number;
  /** Needs a key which may trade. */
  readonly trades: boolean;
  readonly handle: SignedHandler;
};

export type Endpoint = PublicEndpoint | SignedEndpoint;

/** Every path which the exchange serves, by method. */
const ENDPOINTS: { readonly [methodAndPath: string]: Endpoint } = {
  'GET /api/v1/ping': free('ping', open.ping),
  'GET /api/v1/time': free('time', open.serverTime),
  'GET /api/v1/exchangeInfo': free('exchangeInfo', open.info),
  'GET /quote/v1/depth': free('quote', open.depth),
  'GET /quote/v1/trades': free('quote', open.recentTrades),
  'GET /quote/v1/ticker/24hr': free('quote', open.dayTicker),
  'GET /quote/v1/ticker/price': free('quote', open.priceTicker),
  'GET /quote/v1/ticker/bookTicker': free('quote', open.bookTicker),

  'POST /api/v1/spot/orderTest': trade('test', 1, testOrder),
  'POST /api/v1/spot/order': trade('create', 1, createOrder('v1')),
  'POST /api/v1.1/spot/order': trade('create', 1, createOrder('v1.1')),
  'POST /api/v1/spot/batchOrders': trade('batch', 5, createBatch('v1')),
  'POST /api/v1.1/spot/batchOrders': trade('batch', 5, createBatch('v1.1')),
  'DELETE /api/v1/spot/order': trade('cancel', 1, cancelOneOrder),
  'DELETE /api/v1/spot/openOrders': trade('cancelMany', 5, cancelOpenOrders),
  'DELETE /api/v1/spot/cancelAllOpenOrders': trade('cancelMany', 5, cancelAllOpenOrders),
  'DELETE /api/v1/spot/cancelOrderByIds': trade('cancelMany', 5, cancelOrderByIds),

  'GET /api/v1/spot/order': query('query', 1, queryOrder),
  'GET /api/v1/spot/openOrders': query('openOrders', 1, openOrders),
  'GET /api/v1/spot/tradeOrders': query('history', 5, orderHistory),
  'GET /api/v1/account': query('account', 5, accountBalances),
  'GET /api/v1/account/trades': query('trades', 5, accountTrades),
  'GET /api/v1/account/tradesByClOrderId': {
    ...query('tradesByClientOrderId', 1, tradesByClientOrderId),
    only: 'HK',
  },
  'GET /api/v1/account/type': query('accountType', 5, accountType),
  'GET /api/v1/account/checkApiKey': query('checkApiKey', 1, checkApiKey),
  'GET /api/v1/account/vipInfo': query('vipInfo', 5, feeTier),

  'POST /api/v1/userDataStream': stream(createListenKey),
  'PUT /api/v1/userDataStream': stream(renewListenKey),
  'DELETE /api/v1/userDataStream': stream(endListenKey),
};

export function endpointAt(method: string, path: string, site: Site): Endpoint | undefined {
  const target = `${method} ${path}`;
  const endpoint = Object.hasOwn(ENDPOINTS, target) ? ENDPOINTS[target] : undefined;
  return endpoint?.only === undefined || endpoint.only === site ? endpoint : undefined;
}

function free(name: EndpointName, handle: Handler): PublicEndpoint {
  return { name, security: 'none', handle };
}

function trade(name: EndpointName, weight: number, handle: SignedHandler): SignedEndpoint {
  return { name, security: 'signed', limitClass: 'order', weight, trades: true, handle };
}

function query(name: EndpointName, weight: number, handle: SignedHandler): SignedEndpoint {
  return { name, security: 'signed', limitClass: 'query', weight, trades: false, handle };
}

function stream(handle: SignedHandler): SignedEndpoint {
  const weight = 1;
  return { name: 'listenKey', security: 'key', limitClass: 'query', weight, trades: false, handle };
}
