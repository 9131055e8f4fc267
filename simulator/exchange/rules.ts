/** Points on which the exchange's documents are silent or differ; each can be chosen. */
export type ExchangeRules = {
  /** `FINAL` answers a create with the status after matching. */
  readonly createAnswer: 'PENDING_NEW' | 'FINAL' | 'by-site';
  /** `later` answers 200 and rejects the order afterwards. */
  readonly postOnlyCross: 'refuse' | 'later';
  /** For how long a used client order id is refused; a number is hours. */
  readonly clientIdUniqueness: 'for-ever' | 'while-open' | 'never' | number;
  /** Whether a refused create uses up its client order id. */
  readonly refusedBurnsClientId: boolean;
  /** Where the duplicate check stands among the checks of a create. */
  readonly duplicateCheck: 'first' | 'after-filters' | 'last';
  /** How long after its acceptance an order stays invisible to queries. */
  readonly queryLagMs: number;
  readonly listOrder: 'ascending' | 'descending';
};

export const DEFAULT_RULES: ExchangeRules = {
  createAnswer: 'by-site',
  postOnlyCross: 'refuse',
  clientIdUniqueness: 'for-ever',
  refusedBurnsClientId: false,
  duplicateCheck: 'after-filters',
  queryLagMs: 0,
  listOrder: 'ascending',
};
