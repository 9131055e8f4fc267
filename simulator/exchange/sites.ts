/** The exchange's sites which differ in rules; MENA runs on the Hong Kong platform. */
export const SITES = ['HK', 'GLOBAL'] as const;
export type Site = (typeof SITES)[number];

export type SiteProfile = {
  readonly site: Site;
  /** What `exchangeInfo` calls the site. */
  readonly wireName: string;
  /** Status in the answer to a create, before the book has spoken. */
  readonly createAnswer: 'PENDING_NEW' | 'FINAL';
  readonly postOnlyCode: string;
  readonly unknownInCancelByIdsCode: string;
  /** Fee as a fraction of the quote value, maker and taker alike. */
  readonly feeRate: string;
  readonly marketTimesInForce: readonly string[];
  /** Fees of closed orders are shown in order queries. */
  readonly feesInOrders: boolean;
};

export const SITE_PROFILES: { readonly [name in Site]: SiteProfile } = {
  HK: {
    site: 'HK',
    wireName: 'HK',
    createAnswer: 'PENDING_NEW',
    postOnlyCode: '-2010',
    unknownInCancelByIdsCode: '0211',
    feeRate: '0.0029',
    marketTimesInForce: ['IOC'],
    feesInOrders: true,
  },
  GLOBAL: {
    site: 'GLOBAL',
    wireName: 'BMU',
    createAnswer: 'FINAL',
    postOnlyCode: '-1156',
    unknownInCancelByIdsCode: '-2013',
    feeRate: '0.0012',
    marketTimesInForce: ['IOC', 'FOK'],
    feesInOrders: false,
  },
};

/** Reads a site's name as people and files write it. */
export function siteNamed(name: string): Site | undefined {
  const upper = name.toUpperCase();
  if (upper === 'HK' || upper === 'MENA') return 'HK';
  return upper === 'GLOBAL' || upper === 'BMU' ? 'GLOBAL' : undefined;
}
