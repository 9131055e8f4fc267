import type { Site } from './sites.ts';

/** One symbol with its trading rules; numbers are decimal strings. */
export type Instrument = {
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  /** Where its market starts: centre of the seeded liquidity and first reference price. */
  readonly reference: string;
  readonly tickSize: string;
  readonly stepSize: string;
  readonly minQuantity: string;
  readonly maxQuantity: string;
  readonly marketMaxQuantity: string;
  readonly minAmount: string;
  readonly maxAmount: string;
  readonly marketMaxAmount: string;
  readonly quotePrecision: string;
  /** How far a price may lie from the last trade, as a fraction. */
  readonly priceBand: string;
  readonly openOrdersMax: number;
};

type Row = readonly [base: string, quote: string, reference: string, tick: string, step: string];

const HK_ROWS: readonly Row[] = [
  ['BTC', 'USD', '98000', '0.01', '0.00001'],
  ['ETH', 'USD', '3150', '0.01', '0.0001'],
  ['SOL', 'USD', '180', '0.01', '0.001'],
  ['BTC', 'HKD', '763000', '0.1', '0.00001'],
  ['ETH', 'HKD', '24500', '0.1', '0.0001'],
  ['USDT', 'USD', '1', '0.0001', '0.01'],
  ['USDC', 'USD', '1', '0.0001', '0.01'],
  ['BTC', 'USDT', '98050', '0.01', '0.00001'],
];

const GLOBAL_ROWS: readonly Row[] = [
  ['BTC', 'USDT', '98000', '0.01', '0.00001'],
  ['ETH', 'USDT', '3150', '0.01', '0.0001'],
  ['SOL', 'USDT', '180', '0.01', '0.001'],
  ['XRP', 'USDT', '2.4', '0.0001', '0.1'],
  ['DOGE', 'USDT', '0.2', '0.00001', '1'],
  ['LTC', 'USDT', '85', '0.01', '0.001'],
  ['LINK', 'USDT', '14', '0.001', '0.01'],
];

const ROWS: { readonly [name in Site]: readonly Row[] } = { HK: HK_ROWS, GLOBAL: GLOBAL_ROWS };

/** Currencies issued by states: pairs quoted in them charge the fee in the quote currency. */
const FIAT = new Set(['USD', 'HKD', 'AED']);

export function instrumentsOf(site: Site): ReadonlyMap<string, Instrument> {
  return new Map(ROWS[site].map((row) => [row[0] + row[1], instrument(row)]));
}

export function assetsOf(instruments: Iterable<Instrument>): readonly string[] {
  const assets = new Set<string>();
  for (const { base, quote } of instruments) assets.add(base).add(quote);
  return [...assets].sort();
}

export const feeIsInQuote = (instrument: Instrument): boolean => FIAT.has(instrument.quote);

function instrument([base, quote, reference, tickSize, stepSize]: Row): Instrument {
  const scale = quote === 'HKD' ? '0' : '';
  return {
    symbol: base + quote,
    base,
    quote,
    reference,
    tickSize,
    stepSize,
    minQuantity: stepSize,
    maxQuantity: quantityLimit(reference, quote, 1_600_000),
    marketMaxQuantity: quantityLimit(reference, quote, 800_000),
    minAmount: `10${scale}`,
    maxAmount: `400000${scale}`,
    marketMaxAmount: `200000${scale}`,
    quotePrecision: '0.0000001',
    priceBand: '0.2',
    openOrdersMax: 300,
  };
}

function quantityLimit(reference: string, quote: string, quoteUnits: number): string {
  const scaled = quote === 'HKD' ? quoteUnits * 10 : quoteUnits;
  return String(Math.ceil(scaled / Number(reference)));
}
