import { type Clock, systemClock } from './clock.ts';
import { DEFAULT_RULES, type ExchangeRules } from './exchange/rules.ts';
import type { Site } from './exchange/sites.ts';
import type { AuthRules } from './http/authenticate.ts';
import type { CostRules } from './limits/cost.ts';

/** One account with its keys, as in the accounts file. */
export type AccountSetting = {
  readonly site: Site;
  readonly keys: readonly { readonly apiKey: string; readonly apiSecret: string }[];
  readonly limits?: { readonly ordersPerSecond?: number; readonly queriesPerSecond?: number };
  /** Names of accounts that the keys act for where a call names their id, as master keys do. */
  readonly subAccounts?: readonly string[];
};

export type AccountSettings = { readonly [name: string]: AccountSetting };

export type SimulatorOptions = ExchangeRules &
  AuthRules &
  CostRules & {
    /** 0 takes any free port. */
    readonly port: number;
    readonly site: Site;
    /** Accounts of other sites are left out. */
    readonly accounts: AccountSettings;
    /** SQLite file; in memory without one. */
    readonly stateFile: string | undefined;
    /** Added to every answer: half before the exchange acts, half after. */
    readonly latencyMs: number;
    /** Peak to peak, half of it on either way; drawn anew for each request. */
    readonly jitterMs: number;
    readonly seed: number;
    readonly ordersPerSecond: number;
    readonly queriesPerSecond: number;
    readonly suspensionMs: number;
    readonly banAfter: number;
    readonly banMs: number;
    readonly refusedCount: boolean;
    readonly liquidityLevels: number;
    readonly liquidityNotional: number;
    readonly clock: Clock;
    /** Takes warnings; never given a secret. */
    readonly log: (text: string) => void;
  };

/** For trying things out by hand; documented, so no secret. */
export const DEMO_KEY = {
  apiKey: 'demo-key',
  apiSecret: 'demo-secret',
} as const;

export function demoAccounts(site: Site): AccountSettings {
  return { demo: { site, keys: [DEMO_KEY] } };
}

export const DEFAULT_OPTIONS: Omit<SimulatorOptions, 'accounts'> = {
  ...DEFAULT_RULES,
  signatureMode: 'raw',
  signatureCode: '0001',
  refuseReplays: false,
  limitUnit: 'requests',
  batchCounts: 'one',
  cancelsCount: true,
  port: 8090,
  site: 'HK',
  stateFile: undefined,
  latencyMs: 0,
  jitterMs: 0,
  seed: 1,
  ordersPerSecond: 10,
  queriesPerSecond: 2,
  suspensionMs: 60_000,
  banAfter: 3,
  banMs: 300_000,
  refusedCount: false,
  liquidityLevels: 5,
  liquidityNotional: 100_000,
  clock: systemClock,
  log: () => undefined,
};
