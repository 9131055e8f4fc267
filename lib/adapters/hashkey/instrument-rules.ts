import type { Bounds, InstrumentRules } from '../../domain/instrument.ts';
import type { WireExchangeInfo, WireInstrument } from './wire.ts';
import { decimalFrom, positiveFrom } from './wire-decimal.ts';
import { withoutAbsent } from './without-absent.ts';

/**
 * Translates exchange information into trading rules by symbol. A rule that is not stated, or that
 * the exchange says it no longer uses (`minPrice`, `maxPrice`, `minBuyPrice`), is left out: the
 * exchange itself has the last word on an order.
 */
export function instrumentRules(info: WireExchangeInfo): ReadonlyMap<string, InstrumentRules> {
  const instruments = 'symbols' in info ? info.symbols : [info];
  return new Map(instruments.map((instrument) => [instrument.symbol, rulesOf(instrument)]));
}

function rulesOf(instrument: WireInstrument): InstrumentRules {
  const { symbol, status, tradeStatus } = instrument;
  const isOpen = tradeStatus === undefined || tradeStatus === 'TRADABLE';
  const price = filterOf(instrument, 'PRICE_FILTER');
  const lot = filterOf(instrument, 'LOT_SIZE');
  const amount = filterOf(instrument, 'TRADE_AMOUNT');

  const steps = {
    tickSize: positiveFrom(price.tickSize),
    lotSize: positiveFrom(lot.stepSize),
    amountStep: positiveFrom(instrument.quotePrecision),
    minimumNotional: positiveFrom(filterOf(instrument, 'MIN_NOTIONAL').minNotional),
  };
  const bounds = {
    limitQuantity: boundsOf(lot.minQty, lot.maxQty),
    marketQuantity: boundsOf(lot.marketOrderMinQty, lot.marketOrderMaxQty),
    limitNotional: boundsOf(amount.minAmount, amount.maxAmount),
    marketAmount: boundsOf(amount.marketOrderMinAmount, amount.marketOrderMaxAmount),
  };
  return {
    symbol,
    tradable: status === 'TRADING' && isOpen,
    statusText: isOpen ? status : `${status}/${tradeStatus}`,
    ...withoutAbsent(steps),
    ...withoutAbsent(bounds),
  };
}

function filterOf(instrument: WireInstrument, type: string): Readonly<Record<string, unknown>> {
  return instrument.filters.find((filter) => filter.filterType === type) ?? {};
}

function boundsOf(least: unknown, greatest: unknown): Bounds | undefined {
  const minimum = decimalFrom(least);
  const maximum = decimalFrom(greatest);
  if (minimum === undefined && maximum === undefined) return undefined;
  return withoutAbsent({ minimum, maximum });
}
