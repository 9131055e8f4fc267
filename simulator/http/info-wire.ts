import { assetsOf, feeIsInQuote, type Instrument } from '../exchange/instruments.ts';
import type { SiteProfile } from '../exchange/sites.ts';

/** Published but not enforced by the exchange: below the market on purpose. */
const UNUSED_MAX_PRICE = '100000.00000000';

export function exchangeInfo(
  instruments: ReadonlyMap<string, Instrument>,
  site: SiteProfile,
  now: number,
) {
  const listed = [...instruments.values()];
  return {
    timezone: 'UTC',
    serverTime: String(now),
    site: site.wireName,
    brokerFilters: [],
    options: [],
    symbols: listed.map(symbolInfo),
    contracts: [],
    coins: assetsOf(listed).map(coinInfo),
  };
}

/** One symbol with its filters; the whole answer when a symbol is asked for. */
export function symbolInfo(instrument: Instrument) {
  return {
    symbol: instrument.symbol,
    symbolName: instrument.symbol,
    status: 'TRADING',
    tradeStatus: 'TRADABLE',
    baseAsset: instrument.base,
    baseAssetName: instrument.base,
    baseAssetPrecision: instrument.stepSize,
    quoteAsset: instrument.quote,
    quoteAssetName: instrument.quote,
    quotePrecision: instrument.quotePrecision,
    retailAllowed: true,
    piAllowed: true,
    corporateAllowed: true,
    omnibusAllowed: true,
    icebergAllowed: false,
    isAggregate: false,
    allowMargin: false,
    filters: filters(instrument),
  };
}

export function feeInfo(instrument: Instrument, site: SiteProfile) {
  const received = feeIsInQuote(instrument) ? instrument.quote : instrument.base;
  return {
    symbol: instrument.symbol,
    productType: 'Token-Token',
    buyMakerFeeCurrency: received,
    buyTakerFeeCurrency: received,
    sellMakerFeeCurrency: instrument.quote,
    sellTakerFeeCurrency: instrument.quote,
    actualMakerRate: site.feeRate,
    actualTakerRate: site.feeRate,
  };
}

function filters(instrument: Instrument) {
  const rates = { buyPriceUpRate: instrument.priceBand, sellPriceDownRate: instrument.priceBand };
  return [
    {
      filterType: 'PRICE_FILTER',
      minPrice: instrument.tickSize,
      maxPrice: UNUSED_MAX_PRICE,
      tickSize: instrument.tickSize,
    },
    {
      filterType: 'LOT_SIZE',
      minQty: instrument.minQuantity,
      maxQty: instrument.maxQuantity,
      stepSize: instrument.stepSize,
      marketOrderMinQty: instrument.minQuantity,
      marketOrderMaxQty: instrument.marketMaxQuantity,
    },
    { filterType: 'MIN_NOTIONAL', minNotional: instrument.minAmount },
    {
      filterType: 'TRADE_AMOUNT',
      minAmount: instrument.minAmount,
      maxAmount: instrument.maxAmount,
      minBuyPrice: '0',
      marketOrderMinAmount: instrument.minAmount,
      marketOrderMaxAmount: instrument.marketMaxAmount,
    },
    {
      filterType: 'LIMIT_TRADING',
      maxSellPrice: '0',
      ...rates,
      maxEntrustNum: instrument.openOrdersMax,
    },
    { filterType: 'MARKET_TRADING', ...rates },
    {
      filterType: 'OPEN_QUOTE',
      noAllowMarketStartTime: '0',
      noAllowMarketEndTime: '0',
      limitOrderStartTime: '0',
      limitOrderEndTime: '0',
      limitMinPrice: '0',
      limitMaxPrice: '0',
    },
  ];
}

function coinInfo(asset: string) {
  return {
    orgId: '9001',
    coinId: asset,
    coinName: asset,
    coinFullName: asset,
    allowWithdraw: true,
    allowDeposit: true,
    tokenType: 'CHAIN_TOKEN',
    chainTypes: [],
  };
}
