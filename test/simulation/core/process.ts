import { createHashkeyExchange } from '../../../lib/adapters/hashkey/client.ts';
import { HASHKEY_DEFAULTS } from '../../../lib/adapters/hashkey/options.ts';
import { createServerClock } from '../../../lib/adapters/hashkey/server-clock.ts';
import { createSignedCalls } from '../../../lib/adapters/hashkey/signed-calls.ts';
import { createUserStreams } from '../../../lib/adapters/hashkey/user-streams.ts';
import { createMemoryRateBudget } from '../../../lib/adapters/memory/rate-budget.ts';
import { DEFAULT_SETTINGS } from '../../../lib/application/settings.ts';
import { createUnwantedStreams } from '../../../lib/application/stream/unwanted-streams.ts';
import type { UserStreams } from '../../../lib/application/user-stream.ts';
import { failing, intercepted, type PortFault } from '../../support/intercepted-port.ts';
import { createLife, type Life, mortal, mortalClock } from '../../support/mortal-process.ts';
import { createSimulatedConnection } from '../exchange/simulated-connection.ts';
import { createCachedAccounts } from './cached-accounts.ts';
import type { Commons } from './commons.ts';
import { createProcessClock } from './process-clock.ts';
import { recordedBudget, recordedLog, recordedMetrics, recordedStore } from './recorded-ports.ts';

/** The guard and the gap that the deployed functions plan with. */
export const METERING = { guardMs: 50, guardLeastMs: 25, minGapMs: 25 } as const;

/** One process: a warm instance of a function with all its ports. */
export interface Process {
  readonly name: string;
  readonly life: Life;
  readonly clock: ReturnType<typeof mortalClock>;
  readonly dependencies: ReturnType<typeof dependenciesOf>;
}

/** Starts a process with a clock, caches and connections of its own. */
export function startProcess(commons: Commons, name: string): Process {
  const life = createLife();
  const chance = commons.chance.fork(`process ${name}`);
  const errorMs = commons.weather.clockErrorMs;
  const { startAt, timeline } = commons;
  const clock = createProcessClock(timeline, chance.fork('clock'), { startAt, errorMs });
  const living = mortalClock(clock, life);
  return {
    name,
    life,
    clock: living,
    dependencies: dependenciesOf(commons, { name, life, clock, living }),
  };
}

function dependenciesOf(
  commons: Commons,
  process: {
    readonly name: string;
    readonly life: Life;
    readonly clock: ReturnType<typeof createProcessClock>;
    readonly living: ReturnType<typeof mortalClock>;
  },
) {
  const { recorder, timeline } = commons;
  const { name, life, clock, living } = process;
  const chance = commons.chance.fork(`ports ${name}`);

  const alive = <Port extends object>(port: Port, portName: string) =>
    mortal(port, life, (method) => {
      const at = `${portName}.${method}`;
      const death = commons.deathAt(name, at);
      if (death !== undefined)
        recorder.note(name, { kind: 'death', cause: 'killed', at: `${death} ${at}` });
      return death;
    });
  const faulty = <Port extends object>(port: Port, portName: string, likelihood: () => number) =>
    failing(port, (method): PortFault | undefined => {
      if (!chance.happens(likelihood())) return undefined;
      const fault = chance.oneOf<PortFault>(['refused', 'answer-lost']);
      recorder.note(name, {
        kind: 'fault',
        fault: `${portName} ${fault}`,
        at: `${portName}.${method}`,
      });
      return fault;
    });
  const slow = <Port extends object>(port: Port) =>
    intercepted(port, async (_call, proceed) => {
      const isSlow = chance.happens(commons.weatherNow().slowness);
      await timeline.sleep(isSlow ? chance.between(40, 400) : chance.below(4));
      const answer = await proceed();
      await timeline.sleep(isSlow ? chance.below(100) : chance.below(3));
      return answer;
    });
  const stored = recordedStore(commons.store, recorder, name, commons.written);
  const budget = createMemoryRateBudget(METERING, commons.budgets);
  const connection = createSimulatedConnection({
    ...commons.exchangeParts,
    by: name,
    clock,
    chance: chance.fork('connection'),
    weather: commons.weatherNow,
  });
  const exchangeOptions = {
    ...HASHKEY_DEFAULTS,
    clock: living,
    connection: alive(connection, 'connection'),
  };
  const serverClock = createServerClock(exchangeOptions);
  const signedCalls = createSignedCalls({ ...exchangeOptions, serverClock });
  const parts = { connection: exchangeOptions.connection, serverClock, signedCalls };
  const streams = createUserStreams({
    clock: living,
    signedCalls,
    openSocket: commons.exchange.stream.socketsOf(name, life),
  });
  // Opening a connection gives it at once, so that only the calls about listen keys can end a life.
  const keyCalls = alive(streams, 'streams');
  const followed: UserStreams = {
    createListenKey: (context) => keyCalls.createListenKey(context),
    renewListenKey: (context, listenKey) => keyCalls.renewListenKey(context, listenKey),
    connect: (site, listenKey, hear) => streams.connect(site, listenKey, hear),
  };
  const accounts = faulty(commons.accounts, 'secrets', () => commons.weatherNow().secretsFault);

  return {
    orders: alive(
      slow(faulty(withLag(stored, commons), 'orders', () => commons.weatherNow().storeFault)),
      'orders',
    ),
    queue: alive(
      faulty(commons.queueOf(name), 'queue', () => commons.weatherNow().queueFault),
      'queue',
    ),
    budget: alive(
      slow(
        faulty(
          recordedBudget(budget, commons.budgets, recorder, name),
          'budget',
          () => commons.weatherNow().budgetFault,
        ),
      ),
      'budget',
    ),
    accounts: alive(createCachedAccounts(slow(accounts), clock), 'accounts'),
    halts: alive(
      slow(faulty(commons.halts, 'halts', () => commons.weatherNow().budgetFault)),
      'halts',
    ),
    cancels: alive(
      faulty(commons.cancelsOf(name), 'cancels', () => commons.weatherNow().queueFault),
      'cancels',
    ),
    leases: alive(
      slow(faulty(commons.leases, 'leases', () => commons.weatherNow().budgetFault)),
      'leases',
    ),
    streams: followed,
    accountNames: { list: async () => [{ accountId: 'desk-1' }] },
    unwanted: createUnwantedStreams(),
    external: alive(
      slow(faulty(commons.external, 'external', () => commons.weatherNow().storeFault)),
      'external',
    ),
    exchange: alive(createHashkeyExchange({ clock: living }, parts), 'exchange'),
    publisher: alive(
      faulty(commons.publisherOf(name), 'publisher', () => commons.weatherNow().queueFault),
      'publisher',
    ),
    clock: living,
    ids: commons.ids,
    log: recordedLog(recorder, name),
    metrics: recordedMetrics(recorder, name),
    rules: DEFAULT_SETTINGS.reconcile,
  };
}

/** The index of due orders lags behind: now and then it is what it was at the last look. */
function withLag(store: ReturnType<typeof recordedStore>, commons: Commons): typeof store {
  const chance = commons.chance.fork('index');
  let last: Awaited<ReturnType<typeof store.listDue>> = [];
  return {
    ...store,
    async listDue(now, limit) {
      if (chance.happens(commons.weatherNow().storeFault * 4)) return last;
      last = await store.listDue(now, limit);
      return last;
    },
  };
}
