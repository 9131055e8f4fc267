import { keyIdOf } from '../../lib/adapters/secrets-manager/parse-account.ts';
import type { AccountShare } from '../../lib/application/account-share.ts';
import { reconcileOrders } from '../../lib/application/reconcile/reconcile-orders.ts';
import { DEFAULT_SETTINGS } from '../../lib/application/settings.ts';
import { MINUTE_MS, SECOND_MS } from '../../lib/domain/time.ts';
import { attemptStarted, limitTerms, received } from '../../test/support/order-events.ts';
import { doubted, report, reported } from '../../test/support/order-stories.ts';
import { callsOf } from './counts.ts';
import { accountIdOf, apiKeyOf, createWorld, type ReconcilerProcess, type World } from './world.ts';

/** What the accounts of a run have. */
export type Load = 'idle' | 'open' | 'doubt';

/** One run. */
export interface RunOptions {
  readonly accounts: number;
  readonly shards: number;
  readonly load: Load;
  readonly seed: number;
  readonly socketsMax?: number;
  /** Virtual time. */
  readonly minutes: number;
}

/** What was seen in one run. */
export interface RunFigures extends RunOptions {
  readonly looks: number;
  /** How late orders were looked at: from the time that was set to the next time's being stored. */
  readonly lateMs: { readonly p50: number; readonly p99: number; readonly most: number };
  /** Orders in doubt at the end. */
  readonly left: number;
  readonly perLook: {
    readonly storeCalls: number;
    readonly readUnits: number;
    readonly writeUnits: number;
    readonly cpuMs: number;
  };
  /** Of all reconcilers together. */
  readonly perMinute: {
    readonly storeCalls: number;
    readonly readUnits: number;
    readonly writeUnits: number;
    readonly secretReads: number;
    readonly gateReads: number;
    readonly questions: number;
  };
  readonly throttled: number;
  readonly noConnection: { readonly exchange: number; readonly aws: number };
  readonly faults: number;
  readonly heapMiB: number;
}

/** Orders of each account in doubt: one that the exchange has, and one that it has not. */
const DOUBTS = 2;
const TICK_MS = MINUTE_MS;
/** Two writes one after the other. */
const STORING_MS = 10;

/** Lets so many reconcilers look after so many accounts on virtual time, over the real adapters. */
export async function reconcileMany(options: RunOptions): Promise<RunFigures> {
  const { minutes, seed, shards, socketsMax } = options;
  const world = createWorld({
    seed,
    dueShards: Math.max(4, shards),
    ...(socketsMax !== undefined && { socketsMax }),
  });
  const setup = world.process();
  await world.clock.runUntil(prepare(world, setup, options));

  const processes = Array.from({ length: shards }, () => world.process());
  const late: number[] = [];
  world.tables.onMoved = (before) => late.push(Math.max(0, world.clock.now() - before));
  const faults: number[] = [];
  const cpuBefore = process.cpuUsage();
  const endsAt = world.clock.now() + minutes * MINUTE_MS;
  await world.clock.runUntil(
    Promise.all(
      processes.map(async (one, shard) => {
        const share = { shard, of: shards };
        while (world.clock.now() < endsAt) faults.push(await tick(world, one, share, endsAt));
      }),
    ),
  );
  const { user, system } = process.cpuUsage(cpuBefore);
  const cpuMs = (user + system) / 1_000;
  world.tables.onMoved = undefined;

  const left = await unsettled(world, setup, options);
  const sum = (of: (one: ReconcilerProcess) => number) =>
    processes.reduce((together, one) => together + of(one), 0);
  const storeCalls = sum(({ counts }) => callsOf(counts) - counts.secretReads);
  const readUnits = sum(({ counts }) => counts.readUnits);
  const writeUnits = sum(({ counts }) => counts.writeUnits);
  const looks = late.length;
  const per = (value: number, by: number) => (by === 0 ? 0 : value / by);
  return {
    ...options,
    looks,
    lateMs: spread(late),
    left,
    perLook: {
      storeCalls: per(storeCalls, looks),
      readUnits: per(readUnits, looks),
      writeUnits: per(writeUnits, looks),
      cpuMs: per(cpuMs, looks),
    },
    perMinute: {
      storeCalls: storeCalls / minutes,
      readUnits: readUnits / minutes,
      writeUnits: writeUnits / minutes,
      secretReads: sum(({ counts }) => counts.secretReads) / minutes,
      gateReads: sum(({ counts }) => counts.gateReads) / minutes,
      questions: world.exchange.figures.asked / minutes,
    },
    throttled: world.exchange.figures.throttled,
    noConnection: {
      exchange: sum((one) => one.late().exchange),
      aws: sum((one) => one.late().aws),
    },
    faults: faults.reduce((all, some) => all + some, 0),
    heapMiB: Math.round(process.memoryUsage().heapUsed / 1_048_576),
  };
}

/** One pass, and the rest of its minute. */
async function tick(
  { clock }: World,
  { dependencies }: ReconcilerProcess,
  share: AccountShare,
  endsAt: number,
): Promise<number> {
  const startedAt = clock.now();
  const passMs = Math.min(DEFAULT_SETTINGS.reconcile.passMs, endsAt - startedAt);
  const { faults } = await reconcileOrders(dependencies, passMs, share);
  await clock.sleep(Math.max(1, startedAt + TICK_MS - clock.now()));
  return faults;
}

/** Stores the orders of a load as their submitters left them. */
async function prepare(
  world: World,
  { dependencies: { orders } }: ReconcilerProcess,
  { accounts, load }: RunOptions,
): Promise<void> {
  if (load === 'idle') return;
  const { clock, exchange, random } = world;
  const startAt = clock.now() + accounts * DOUBTS * STORING_MS;
  for (let number = 0; number < accounts; number += 1) {
    const accountId = accountIdOf(number);
    const keyId = keyIdOf(apiKeyOf(accountId));
    const names = load === 'doubt' ? ['placed', 'absent'] : ['placed'];
    for (const [index, clientOrderId] of names.entries()) {
      // Open ones have been quiet for ten minutes; doubts come from the minute of an outage.
      const at = startAt - (load === 'open' ? 10 * MINUTE_MS : Math.floor(random() * MINUTE_MS));
      const terms = limitTerms({ validUntil: at + MINUTE_MS });
      const attemptId = `${accountId}-${clientOrderId}`;
      const exchangeOrderId = String(2_000_000_000_000_000_000n + BigInt(number * DOUBTS + index));
      const times = { at, sendBy: at + SECOND_MS, fenceAt: at + 7 * SECOND_MS };
      const received_ = received({ accountId, clientOrderId, at, terms });
      const { order } = await orders.create(received_, undefined);
      const started = attemptStarted({ attemptId, ...times, keyId });
      const end =
        load === 'open'
          ? { ...reported({ clientOrderId, exchangeOrderId }), at, attemptId }
          : doubted({ attemptId, at });
      await orders.append(order, [started, end], dueAtFirst(load, startAt));
      if (clientOrderId === 'absent') continue;
      const held = exchange.open.get(keyId) ?? new Map();
      exchange.open.set(keyId, held.set(clientOrderId, report({ clientOrderId, exchangeOrderId })));
    }
  }
  await clock.sleep(startAt - clock.now());
}

/** Quiet open orders fall due together, at quarters of a minute; doubts at once. */
function dueAtFirst(load: Load, now: number): number {
  const gridMs = 15 * SECOND_MS;
  return load === 'open' ? Math.ceil((now + SECOND_MS) / gridMs) * gridMs : now;
}

async function unsettled(
  { clock }: World,
  { dependencies: { orders } }: ReconcilerProcess,
  { accounts, load }: RunOptions,
): Promise<number> {
  if (load !== 'doubt') return 0;
  let left = 0;
  const count = async () => {
    for (let number = 0; number < accounts; number += 1) {
      for (const clientOrderId of ['placed', 'absent']) {
        const order = await orders.get({ accountId: accountIdOf(number), clientOrderId });
        if (order?.status === 'IN_DOUBT') left += 1;
      }
    }
  };
  await clock.runUntil(count());
  return left;
}

function spread(values: number[]): RunFigures['lateMs'] {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  return { p50: at(0.5), p99: at(0.99), most: at(1) };
}
