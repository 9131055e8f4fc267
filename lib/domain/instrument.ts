import type { DecimalString } from './decimal.ts';

/** The trading rules of one instrument. An absent rule is not checked. */
export interface InstrumentRules {
  readonly symbol: string;
  /** Whether the exchange takes orders for it now. */
  readonly tradable: boolean;
  /** The exchange's own word for its state. */
  readonly statusText: string;
  /** Smallest step of a price. */
  readonly tickSize?: DecimalString;
  /** Smallest step of a base quantity. */
  readonly lotSize?: DecimalString;
  readonly limitQuantity?: Bounds;
  readonly marketQuantity?: Bounds;
  /** Smallest price times quantity of a limit order. */
  readonly minimumNotional?: DecimalString;
  /** Price times quantity of a limit order. */
  readonly limitNotional?: Bounds;
  /** Quote amount of a market order. */
  readonly marketAmount?: Bounds;
  /** Smallest step of a quote amount. */
  readonly amountStep?: DecimalString;
}

/** Inclusive bounds; a maximum of zero or an absent one is none. */
export interface Bounds {
  readonly minimum?: DecimalString;
  readonly maximum?: DecimalString;
}
