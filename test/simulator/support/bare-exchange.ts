import {
  createExchange,
  type Exchange,
  fundAccount,
} from '../../../simulator/exchange/exchange.ts';
import { idMaker } from '../../../simulator/exchange/ids.ts';
import { assetsOf } from '../../../simulator/exchange/instruments.ts';
import type { OrderRequest } from '../../../simulator/exchange/order.ts';
import { isRefusal } from '../../../simulator/exchange/refusals.ts';
import { DEFAULT_RULES, type ExchangeRules } from '../../../simulator/exchange/rules.ts';
import { SITE_PROFILES, type Site } from '../../../simulator/exchange/sites.ts';
import { newExchange } from '../../../simulator/exchange/state.ts';
import { seededRandom } from '../../../simulator/random.ts';

export const ACCOUNTS = ['1111', '2222', '3333'] as const;
export const NOW = 1_767_225_600_000;

/** An exchange without a network, with funded accounts and books as deep as asked for. */
export function bareExchange(
  given: { site?: Site; rules?: Partial<ExchangeRules>; levels?: number } = {},
): Exchange {
  const rules = { ...DEFAULT_RULES, ...given.rules };
  const ids = idMaker(seededRandom(7, 'ids'));
  const state = newExchange(SITE_PROFILES[given.site ?? 'HK'], rules, ids);
  const assets = assetsOf(state.instruments.values());
  for (const accountId of ACCOUNTS) fundAccount(state, accountId, assets);
  const liquidity = { levels: given.levels ?? 0, notional: 100_000 };
  return createExchange(state, liquidity, seededRandom(7, 'liquidity'));
}

let requests = 0;

/** A limit buy of 0.01 BTC at 98000; each with a client order id of its own. */
export function orderRequest(given: Partial<OrderRequest> = {}): OrderRequest {
  requests += 1;
  return {
    symbol: 'BTCUSD',
    side: 'BUY',
    type: 'LIMIT',
    timeInForce: 'GTC',
    stpMode: 'EXPIRE_TAKER',
    price: '98000',
    quantity: '0.01',
    amount: '0',
    clientOrderId: `test-${requests}`,
    ...given,
  };
}

/** Places an order which must be accepted and returns it as it stands afterwards. */
export function place(exchange: Exchange, account: string, given: Partial<OrderRequest> = {}) {
  const request = orderRequest(given);
  const placed = exchange.place({ accountId: account, request, now: NOW, twist: {} });
  if (isRefusal(placed)) throw new Error(`The exchange refused the order: ${placed.code}`);
  return placed.current;
}

/** Places an order which must be refused and returns the code. */
export function refusedCode(
  exchange: Exchange,
  account: string,
  given: Partial<OrderRequest> = {},
): string {
  const request = orderRequest(given);
  const placed = exchange.place({ accountId: account, request, now: NOW, twist: {} });
  return isRefusal(placed) ? placed.code : `accepted as ${placed.current.status}`;
}

export function orderNow(exchange: Exchange, orderId: string) {
  const order = exchange.state.orders.get(orderId);
  if (!order) throw new Error(`There is no order ${orderId}.`);
  return order;
}
