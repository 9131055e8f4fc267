import { once } from 'node:events';
import { type Admin, adminFunctions } from './admin/functions.ts';
import { statistics } from './admin/statistics.ts';
import { serverClock } from './clock.ts';
import { createExchange, fundAccount } from './exchange/exchange.ts';
import { idMaker } from './exchange/ids.ts';
import { assetsOf } from './exchange/instruments.ts';
import { SITE_PROFILES } from './exchange/sites.ts';
import { newExchange } from './exchange/state.ts';
import { faultBox } from './faults/fault-box.ts';
import { authenticator } from './http/authenticate.ts';
import { listenKeyRegister } from './http/listen-keys.ts';
import { pipeline } from './http/pipeline.ts';
import { httpEdge } from './http/server.ts';
import { userStreams } from './http/user-stream.ts';
import { keyRing } from './key-ring.ts';
import { gatekeeper } from './limits/gatekeeper.ts';
import { DEFAULT_OPTIONS, demoAccounts, type SimulatorOptions } from './options.ts';
import { seededRandom } from './random.ts';
import { lastIdIn, sqliteStore } from './storage/sqlite-store.ts';
import { memoryStore } from './storage/store.ts';

export type Simulator = {
  readonly url: string;
  readonly port: number;
  readonly admin: Admin;
  readonly stop: () => Promise<void>;
};

/** The simulator serves this machine alone. */
const HOST = '127.0.0.1';

/**
 * Starts an exchange on this machine; without options, on port 8090 with the demo key.
 *
 * @throws AccountsFileError, StateFileError, or the listening error of the port
 */
export async function startSimulator(given: Partial<SimulatorOptions> = {}): Promise<Simulator> {
  const options = complete(given);
  const keys = keyRing(options);
  const { parts, commit, close } = assemble(options, keys);
  const admin = adminFunctions({
    ...parts,
    exchange: parts.services.exchange,
    faults: parts.services.faults,
    commit,
  });
  const { server, end } = httpEdge({
    receive: pipeline(parts),
    admin,
    latencyMs: options.latencyMs,
    jitterMs: options.jitterMs,
    random: seededRandom(options.seed, 'jitter'),
    log: options.log,
  });
  parts.streams.attach(server);
  server.listen(options.port, HOST);
  try {
    await once(server, 'listening');
  } catch (error) {
    close();
    throw error;
  }
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : options.port;
  const shutDown = async (): Promise<void> => {
    const closed = once(server, 'close');
    parts.streams.end();
    end();
    await closed;
    close();
  };
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopping ??= shutDown();
    return stopping;
  };
  return { url: `http://${HOST}:${port}`, port, admin, stop };
}

function complete(given: Partial<SimulatorOptions>): SimulatorOptions {
  const site = given.site ?? DEFAULT_OPTIONS.site;
  return { ...DEFAULT_OPTIONS, accounts: demoAccounts(site), ...given };
}

/** Puts the parts of one exchange together and brings back its stored state. */
function assemble(options: SimulatorOptions, keys: ReturnType<typeof keyRing>) {
  const { seed, stateFile } = options;
  const lastId = stateFile === undefined ? undefined : lastIdIn(stateFile);
  const ids = idMaker(seededRandom(seed, 'ids'), lastId);
  const state = newExchange(SITE_PROFILES[options.site], options, ids);
  const store = stateFile === undefined ? memoryStore() : sqliteStore(stateFile, options.site);
  store.load(state);
  const assets = assetsOf(state.instruments.values());
  for (const { account, subAccounts } of keys.values()) {
    for (const { accountId } of [account, ...subAccounts]) fundAccount(state, accountId, assets);
  }
  const liquidity = { levels: options.liquidityLevels, notional: options.liquidityNotional };
  const exchange = createExchange(state, liquidity, seededRandom(seed, 'liquidity'));
  const random = (of: string) => seededRandom(seed, of);
  const listenKeys = listenKeyRegister(random('listen keys'));
  const exchangeClock = serverClock(options.clock);
  const streams = userStreams({ listenKeys, random: random('stream'), clock: exchangeClock });
  const commit = (): void => {
    streams.publish(state, exchangeClock.now());
    store.commit(state);
  };
  commit();

  const counted = statistics();
  const parts = {
    services: {
      exchange,
      faults: faultBox(seededRandom(seed, 'faults')),
      listenKeys,
      onAccepted: ({ label }: { readonly label: string }) => counted.accepted(label),
    },
    keys,
    gate: gatekeeper(options),
    authenticate: authenticator(options, options.log),
    statistics: counted,
    costs: options,
    clock: options.clock,
    serverClock: exchangeClock,
    maintenance: { until: Number.NEGATIVE_INFINITY },
    commit,
    streams,
  };
  const close = (): void => {
    streams.end();
    store.close();
  };
  return { parts, commit, close };
}
