import {
  ORDER_TYPES,
  type OrderRequest,
  type OrderType,
  SIDES,
  STP_MODES,
  TIMES_IN_FORCE,
  type TimeInForce,
} from './order.ts';
import { illegalParameter, isRefusal, missingField, REFUSED, type Refusal } from './refusals.ts';
import type { SiteProfile } from './sites.ts';

/** Documented for client order ids. */
const CLIENT_ID_CHARACTERS_MAX = 255;
/** Longer numbers are no order and would only cost time. */
const DECIMAL = /^\d{1,30}(\.\d{1,30})?$/;

export type Fields = (name: string) => string | undefined;

/** v1 reads the quantity of a market buy as quote units; v1.1 has `amount` for that. */
export type CreateVersion = 'v1' | 'v1.1';

/**
 * Reads an order from request fields, or says which rule of form it breaks.
 *
 * The result's `clientOrderId` is empty when the client sent none.
 */
export function readOrderRequest(
  fields: Fields,
  version: CreateVersion,
  site: SiteProfile,
): OrderRequest | Refusal {
  const symbol = fields('symbol');
  if (!symbol) return missingField('symbol');
  const side = oneOf(SIDES, fields('side'));
  if (!side) return fields('side') === undefined ? missingField('side') : REFUSED.side;
  const type = oneOf(ORDER_TYPES, fields('type'));
  if (!type) return fields('type') === undefined ? missingField('type') : REFUSED.orderType;

  const clientOrderId = fields('newClientOrderId');
  if (clientOrderId === '' || (clientOrderId?.length ?? 0) > CLIENT_ID_CHARACTERS_MAX) {
    return REFUSED.clientOrderId;
  }
  const stpMode = oneOf(STP_MODES, fields('stpMode') ?? 'EXPIRE_TAKER');
  if (!stpMode) return illegalParameter('stpMode');
  const timeInForce = readTimeInForce(fields('timeInForce'), type, site);
  if (typeof timeInForce === 'object') return timeInForce;

  const isCashBuy = version === 'v1' && type === 'MARKET' && side === 'BUY';
  const size = isCashBuy ? readCashQuantity(fields) : readSize(fields, type, version);
  if (isRefusal(size)) return size;
  const price = type === 'MARKET' ? '0' : readPrice(fields('price'));
  if (typeof price === 'object') return price;

  return {
    symbol,
    side,
    type,
    timeInForce,
    stpMode,
    price,
    ...size,
    clientOrderId: clientOrderId ?? '',
  };
}

type Size = { readonly quantity: string; readonly amount: string };

function readSize(fields: Fields, type: OrderType, version: CreateVersion): Size | Refusal {
  const quantity = fields('quantity');
  const amount = version === 'v1.1' ? fields('amount') : undefined;
  if (quantity !== undefined && amount !== undefined) return REFUSED.quantityAndAmount;
  if (amount !== undefined) {
    if (type !== 'MARKET') return illegalParameter('amount');
    return isPositive(amount) ? { quantity: '0', amount } : illegalParameter('amount');
  }
  if (quantity === undefined) return missingField('quantity');
  return isPositive(quantity) ? { quantity, amount: '0' } : REFUSED.quantity;
}

function readCashQuantity(fields: Fields): Size | Refusal {
  const cash = fields('quantity');
  if (cash === undefined) return missingField('quantity');
  return isPositive(cash) ? { quantity: '0', amount: cash } : REFUSED.quantity;
}

function readPrice(price: string | undefined): string | Refusal {
  if (price === undefined) return missingField('price');
  return isPositive(price) ? price : REFUSED.price;
}

function readTimeInForce(
  text: string | undefined,
  type: OrderType,
  site: SiteProfile,
): TimeInForce | Refusal {
  if (text === undefined || text === '') return type === 'MARKET' ? 'IOC' : 'GTC';
  const timeInForce = oneOf(TIMES_IN_FORCE, text);
  if (!timeInForce) return REFUSED.timeInForce;
  if (type === 'LIMIT_MAKER' && timeInForce !== 'GTC') return REFUSED.combination;
  const marketAllows = site.marketTimesInForce.includes(timeInForce);
  return type === 'MARKET' && !marketAllows ? REFUSED.combination : timeInForce;
}

const isPositive = (text: string): boolean => DECIMAL.test(text) && /[1-9]/.test(text);

function oneOf<T extends string>(values: readonly T[], text: string | undefined): T | undefined {
  return values.find((value) => value === text);
}
