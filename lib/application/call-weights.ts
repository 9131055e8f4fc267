import type { Account } from './account.ts';
import type { BudgetClass } from './rate-budget.ts';

/** Signed calls that cost weight, with the class of the budget that each is counted against. */
export const CLASS_OF_CALL = {
  submit: 'order',
  cancel: 'order',
  cancelMany: 'order',
  queryOrder: 'query',
  openOrders: 'query',
  orderHistory: 'query',
  trades: 'query',
  tradesOfOrder: 'query',
  listenKey: 'query',
} as const satisfies Readonly<Record<string, BudgetClass>>;

/** A signed call that costs weight. */
export type WeighedCall = keyof typeof CLASS_OF_CALL;

/** What each call costs, in units of what its class may spend in a second. */
export type CallWeights = Readonly<Record<WeighedCall, number>>;

/**
 * What calls cost where an account's secret says nothing else: of documents that disagree the higher
 * figure, which is never a 429 and at worst slower.
 *
 * @see docs/hashkey.md, "Weights"
 */
export const DOCUMENTED_WEIGHTS: CallWeights = {
  submit: 1,
  cancel: 1,
  // 5 (HK, UAE) or 1 (Global); one call ends up to 200 orders.
  cancelMany: 5,
  queryOrder: 1,
  openOrders: 1,
  orderHistory: 5,
  trades: 5,
  tradesOfOrder: 5,
  listenKey: 1,
};

/** Only this site has a cheap question for the trades of one order. */
const TRADES_OF_ORDER_HK = 1;

/** Gives what a call of an account costs. */
export function weightOf(
  { site, limits }: Pick<Account, 'site' | 'limits'>,
  call: WeighedCall,
): number {
  const set = limits.weights?.[call];
  if (set !== undefined) return set;
  return call === 'tradesOfOrder' && site === 'HK' ? TRADES_OF_ORDER_HK : DOCUMENTED_WEIGHTS[call];
}
