import { randomBytes } from 'node:crypto';
import type { Configuration } from '../../local/stack/configuration.ts';
import { accountNamed } from '../../simulator/exchange/accounts.ts';
import { type Simulator, startSimulator } from '../../simulator/start.ts';

/** An exchange of this process and a configuration whose keys it knows. */
export interface SimulatedDesk {
  readonly simulator: Simulator;
  readonly configuration: Configuration;
  /** A second key of each account that only the exchange knows. */
  readonly spareKeys: ReadonlyMap<string, Key>;
}

/** A key as the exchange gives it out. */
export interface Key {
  readonly apiKey: string;
  readonly apiSecret: string;
}

/** The secret of the producer `demo` of every simulated desk. */
export const PRODUCER_SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

/** Starts an HK exchange with so many accounts, `desk-1` and on, one key each. */
export async function startDesk(options: {
  readonly accounts: number;
  readonly lanes?: number;
  readonly latencyMs?: number;
  readonly jitterMs?: number;
  readonly seed?: number;
  readonly suspensionMs?: number;
  /** Whether a create is answered with the status after matching. */
  readonly createAnswer?: 'PENDING_NEW' | 'FINAL';
  /** Whether the user data streams of the accounts are followed. */
  readonly streams?: boolean;
  /** Accounts whose key acts for a sub-account of the exchange, `sub-of-` and their name. */
  readonly subAccountOf?: readonly string[];
  readonly ordersPerSecond?: number;
  readonly queriesPerSecond?: number;
  /** Producers beside `demo`, as their secrets have them. */
  readonly producers?: Readonly<Record<string, unknown>>;
}): Promise<SimulatedDesk> {
  const { accounts: count, lanes = 1, streams = false, ...others } = options;
  const { subAccountOf = [], producers, ...simulation } = others;
  const { ordersPerSecond, queriesPerSecond } = simulation;
  const limits = {
    ...(ordersPerSecond !== undefined && { ordersPerSecond }),
    ...(queriesPerSecond !== undefined && { queriesPerSecond }),
  };
  const names = Array.from({ length: count }, (_, index) => `desk-${index + 1}`);
  const keys = new Map(names.map((name) => [name, { apiKey: hex(), apiSecret: hex() }]));
  const spareKeys = new Map<string, Key>(
    names.map((name) => [name, { apiKey: hex(), apiSecret: hex() }]),
  );
  const keysOf = (name: string) => {
    const key = keys.get(name);
    return key === undefined ? [] : [key];
  };
  const keysAtExchange = (name: string) => {
    const spare = spareKeys.get(name);
    return spare === undefined ? keysOf(name) : [...keysOf(name), spare];
  };
  const simulator = await startSimulator({
    port: 0,
    site: 'HK',
    accounts: Object.fromEntries(
      names.map((name) => [
        name,
        {
          site: 'HK' as const,
          keys: keysAtExchange(name),
          ...(subAccountOf.includes(name) && { subAccounts: [`sub-of-${name}`] }),
        },
      ]),
    ),
    ...simulation,
  });
  const configuration: Configuration = {
    accounts: Object.fromEntries(
      names.map((name) => [
        name,
        {
          ...{ site: 'HK', environment: 'sandbox', keys: keysOf(name), lanes, streams, limits },
          ...(subAccountOf.includes(name) && {
            exchangeAccountId: accountNamed(`sub-of-${name}`).accountId,
          }),
        },
      ]),
    ),
    producers: { demo: { secrets: [PRODUCER_SECRET], accounts: names }, ...producers },
  };
  return { simulator, configuration, spareKeys };
}

function hex(): string {
  return randomBytes(16).toString('hex');
}
