import type { CallWeights } from './call-weights.ts';
import type { Secret } from './secret.ts';
import type { AlertTemplate } from './tradingview/alert-template.ts';

/** The exchange's sites. A site fixes hosts, headers and small differences of the wire. */
export type Site = 'HK' | 'GLOBAL' | 'MENA';
/** Where a site's orders are real (`production`) or not. */
export type ExchangeEnvironment = 'production' | 'sandbox';

/** One API key of an account. */
export interface ApiKey {
  /** First 16 hex digits of SHA-256 over the key: names it in tables, logs and evidence. */
  readonly keyId: string;
  readonly apiKey: Secret;
  readonly apiSecret: Secret;
}

/** Whether two keys are one and the same, secret and all. */
export function isSameKey(one: ApiKey, other: ApiKey): boolean {
  return one.keyId === other.keyId && one.apiSecret.reveal() === other.apiSecret.reveal();
}

/** What one key may spend. The exchange counts each key alone. */
export interface KeyLimits {
  /** Create and cancel together. */
  readonly ordersPerSecond: number;
  readonly queriesPerSecond: number;
  /** Of calls that cost something else than `DOCUMENTED_WEIGHTS`. */
  readonly weights?: Partial<CallWeights>;
}

/** An account of ours at the exchange, as its secret describes it. */
export interface Account {
  readonly accountId: string;
  readonly site: Site;
  readonly environment: ExchangeEnvironment;
  /**
   * The exchange's id of the trading account that the keys act for, named in every signed call.
   * Without it a master key means the main account, and its lists mix in the sub-accounts.
   */
  readonly exchangeAccountId?: string;
  /** Replaces the site's own address. */
  readonly baseUrl?: string;
  /** At least one. */
  readonly keys: readonly ApiKey[];
  readonly limits: KeyLimits;
  /** How many message groups the account's orders are spread over; by default one per key. */
  readonly lanes: number;
  /** Whether its user data stream is followed; off unless its secret says so. */
  readonly streams?: boolean;
  /** How long an order may wait when its request names no `validUntil`. */
  readonly validForMs: number;
}

/** Who may send signed webhooks, and for which accounts. */
export interface Producer {
  readonly producerId: string;
  /** Standard Webhooks secrets (`whsec_…`); several while one is being rotated. */
  readonly secrets: readonly Secret[];
  readonly accounts: readonly string[];
  /** Where its alerts of TradingView come from and what they become; absent when it has none. */
  readonly tradingView?: TradingView;
  /** Where its orders' events go besides the event bus; absent when it wants none. */
  readonly results?: Results;
}

/** A receiver of result webhooks. */
export interface Results {
  readonly url: string;
  /** Standard Webhooks secrets of the receiver, not of the producer; each signs every result. */
  readonly secrets: readonly Secret[];
  /** The types of events that it wants; all without it. */
  readonly events?: readonly string[];
}

/** A producer of TradingView alerts, which cannot sign. */
export interface TradingView {
  /** Long random texts of the path; several while one is being rotated. */
  readonly tokens: readonly Secret[];
  /** IPv4 addresses. */
  readonly sourceAddresses: readonly string[];
  readonly template: AlertTemplate;
}

/** Names the way to an exchange endpoint. */
export function routeOf({ site, environment, baseUrl }: ExchangeSite): string {
  return baseUrl ?? `${site}#${environment}`;
}

/** The exchange endpoint of an account: everything a call needs but the key. */
export type ExchangeSite = Pick<Account, 'site' | 'environment' | 'baseUrl' | 'exchangeAccountId'>;
