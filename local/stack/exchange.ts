import { join } from 'node:path';
import { parseAccount } from '../../lib/adapters/secrets-manager/parse-account.ts';
import type { Simulator } from '../../simulator/start.ts';
import { startSimulator } from '../../simulator/start.ts';
import type { Configuration } from './configuration.ts';

/** The simulated exchanges of the stack: one for each site that an account trades on. */
export interface LocalExchanges {
  /** The address of a site's simulator. */
  readonly urls: ReadonlyMap<Site, string>;
  readonly simulators: ReadonlyMap<Site, Simulator>;
  stop(): Promise<void>;
}

type Site = ReturnType<typeof parseAccount>['site'];
type Accounts = NonNullable<Parameters<typeof startSimulator>[0]>['accounts'];

/**
 * Starts a simulator for each site of the configuration, the first on the given port and further
 * ones on the ports after it.
 *
 * @throws Error in one line when a port is taken
 */
export async function startExchanges(
  configuration: Configuration,
  options: { readonly port: number; readonly dataDirectory: string; readonly jitterMs?: number },
): Promise<LocalExchanges> {
  const accounts = Object.entries(configuration.accounts).map(([accountId, value]) =>
    parseAccount(accountId, value),
  );
  const simulators = new Map<Site, Simulator>();
  const stop = async () => {
    for (const simulator of simulators.values()) await simulator.stop();
  };
  for (const [index, site] of [...new Set(accounts.map((account) => account.site))].entries()) {
    const port = options.port === 0 ? 0 : options.port + index;
    try {
      const simulator = await startSimulator({
        port,
        // MENA trades on the platform of HK.
        site: site === 'GLOBAL' ? 'GLOBAL' : 'HK',
        accounts: simulatedAccounts(accounts.filter((account) => account.site === site)),
        stateFile: join(options.dataDirectory, `exchange-${site.toLowerCase()}.sqlite`),
      });
      simulators.set(site, simulator);
    } catch (error) {
      await stop();
      throw portError(error, port);
    }
  }
  const urls = new Map([...simulators].map(([site, simulator]) => [site, simulator.url]));
  return { urls, simulators, stop };
}

function simulatedAccounts(
  accounts: readonly ReturnType<typeof parseAccount>[],
): NonNullable<Accounts> {
  return Object.fromEntries(
    accounts.map((account) => [
      account.accountId,
      {
        site: account.site === 'GLOBAL' ? ('GLOBAL' as const) : ('HK' as const),
        keys: account.keys.map(({ apiKey, apiSecret }) => ({
          apiKey: apiKey.reveal(),
          apiSecret: apiSecret.reveal(),
        })),
        limits: account.limits,
      },
    ]),
  );
}

function portError(error: unknown, port: number): unknown {
  const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  if (!isTaken) return error;
  return new Error(
    `Port ${port} on 127.0.0.1 is already in use. Choose another with --exchange-port.`,
  );
}
