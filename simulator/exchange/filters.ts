import Big from 'big.js';
import { isMultipleOf } from './decimal.ts';
import type { Instrument } from './instruments.ts';
import type { OrderRequest } from './order.ts';
import { REFUSED, type Refusal } from './refusals.ts';

/**
 * Says which trading rule of the symbol an order breaks, if any.
 *
 * `minPrice` and `maxPrice` are published by the exchange but not enforced, so not here either.
 *
 * @param last - the last trade, the reference of the price band
 */
export function filterRefusal(
  request: OrderRequest,
  instrument: Instrument,
  last: Big,
): Refusal | undefined {
  if (request.type !== 'MARKET') return limitRefusal(request, instrument, last);
  return request.amount === '0'
    ? quantityRefusal(new Big(request.quantity), instrument, instrument.marketMaxQuantity)
    : amountRefusal(new Big(request.amount), instrument, instrument.marketMaxAmount, true);
}

/** How far an order of this side may trade away from the last price. */
export function priceBound(side: OrderRequest['side'], instrument: Instrument, last: Big): Big {
  const factor = side === 'BUY' ? new Big(1).plus(instrument.priceBand) : null;
  return last.times(factor ?? new Big(1).minus(instrument.priceBand));
}

function limitRefusal(
  request: OrderRequest,
  instrument: Instrument,
  last: Big,
): Refusal | undefined {
  const price = new Big(request.price);
  if (!isMultipleOf(price, new Big(instrument.tickSize))) return REFUSED.pricePrecision;
  const quantity = new Big(request.quantity);
  const refusal = quantityRefusal(quantity, instrument, instrument.maxQuantity);
  if (refusal) return refusal;
  const bound = priceBound(request.side, instrument, last);
  const outside = request.side === 'BUY' ? price.gt(bound) : price.lt(bound);
  if (outside) return REFUSED.priceRange;
  return amountRefusal(price.times(quantity), instrument, instrument.maxAmount, false);
}

function quantityRefusal(
  quantity: Big,
  instrument: Instrument,
  maximum: string,
): Refusal | undefined {
  if (!isMultipleOf(quantity, new Big(instrument.stepSize))) return REFUSED.quantityPrecision;
  if (quantity.lt(instrument.minQuantity)) return REFUSED.quantityMin;
  return quantity.gt(maximum) ? REFUSED.quantityMax : undefined;
}

function amountRefusal(
  amount: Big,
  instrument: Instrument,
  maximum: string,
  isCash: boolean,
): Refusal | undefined {
  const tooFine = isCash && !isMultipleOf(amount, new Big(instrument.quotePrecision));
  if (tooFine) return REFUSED.amountPrecision;
  if (amount.lt(instrument.minAmount)) return REFUSED.amountMin;
  return amount.gt(maximum) ? REFUSED.amountMax : undefined;
}
