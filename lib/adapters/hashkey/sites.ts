import type { ExchangeEnvironment, ExchangeSite, Site } from '../../application/account.ts';
import { InvariantError } from '../../domain/invariant.ts';

/** What differs between the exchange's sites on the wire. */
export interface SiteFacts {
  readonly hosts: Readonly<Record<ExchangeEnvironment, string>>;
  /** Where its user data stream is. */
  readonly streamHosts: Readonly<Record<ExchangeEnvironment, string>>;
  readonly apiKeyHeader: string;
  /**
   * Parameters that ask for the orders with smaller ids than this one. Where documents name two,
   * both are sent, and a page that shows neither was heeded is not believed.
   */
  readonly pagingIdNames: readonly string[];
  /** Whether trades of one order can be asked for at the weight of a query. */
  readonly listsTradesOfOrder: boolean;
  /** The code of a post-only order that would have traded at once. */
  readonly postOnlyCode: string;
  /** The `site` that exchange information has to be asked for, where it is not the host's own. */
  readonly informationSite?: string;
}

const HK_HOSTS = {
  production: 'https://api-pro.hashkey.com',
  sandbox: 'https://api-pro.sim.hashkeydev.com',
};

const HK_STREAM_HOSTS = {
  production: 'wss://stream-pro.hashkey.com',
  sandbox: 'wss://stream-pro.sim.hashkeydev.com',
};

const SITES: Readonly<Record<Site, SiteFacts>> = {
  HK: {
    hosts: HK_HOSTS,
    streamHosts: HK_STREAM_HOSTS,
    apiKeyHeader: 'X-HK-APIKEY',
    pagingIdNames: ['fromOrderId', 'orderId'],
    listsTradesOfOrder: true,
    postOnlyCode: '-2010',
  },
  GLOBAL: {
    hosts: {
      production: 'https://api-glb.hashkey.com',
      sandbox: 'https://api-glb.sim.hashkeydev.com',
    },
    streamHosts: {
      production: 'wss://stream-glb.hashkey.com',
      sandbox: 'wss://stream-glb.sim.hashkeydev.com',
    },
    apiKeyHeader: 'X-HK-APIKEY',
    pagingIdNames: ['fromOrderId', 'orderId'],
    listsTradesOfOrder: false,
    postOnlyCode: '-1156',
  },
  MENA: {
    hosts: HK_HOSTS,
    streamHosts: HK_STREAM_HOSTS,
    apiKeyHeader: 'X-APIKEY',
    pagingIdNames: ['fromOrderId'],
    listsTradesOfOrder: false,
    postOnlyCode: '-2010',
    informationSite: 'MENA',
  },
};

/**
 * Gives what is particular to a site.
 *
 * @see docs/hashkey.md, "Sites"
 */
export function siteFacts(site: Site): SiteFacts {
  return SITES[site];
}

/**
 * Gives the address that an account's calls go to: its own, or its site's.
 *
 * @throws InvariantError when the account's own address is no http or https URL
 */
export function baseUrlOf(site: ExchangeSite): URL {
  const address = site.baseUrl ?? siteFacts(site.site).hosts[site.environment];
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new InvariantError('the base URL of an account is a full http or https address');
  }
  return url;
}

/** Gives the address of an account's stream: beside its own base URL, or its site's. */
export function streamUrlOf(site: ExchangeSite): URL {
  if (site.baseUrl === undefined)
    return new URL(siteFacts(site.site).streamHosts[site.environment]);
  const url = baseUrlOf(site);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url;
}

/** Gives the path of an endpoint below a base URL, which may have a path of its own. */
export function pathBelow(baseUrl: URL, path: string): string {
  return `${baseUrl.pathname.replace(/\/+$/, '')}${path}`;
}
