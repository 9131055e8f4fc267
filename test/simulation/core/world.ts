import { cancelBatch } from '../../../lib/application/cancel/cancel-batch.ts';
import { publishEvents } from '../../../lib/application/publish-events.ts';
import { reconcileOrders } from '../../../lib/application/reconcile/reconcile-orders.ts';
import { DEFAULT_SETTINGS } from '../../../lib/application/settings.ts';
import { streamOrders } from '../../../lib/application/stream/stream-orders.ts';
import { submitBatch } from '../../../lib/application/submit/submit-batch.ts';
import { isFinal, type Order } from '../../../lib/domain/order.ts';
import { lacksFills } from '../../../lib/domain/record-fills.ts';
import { stateAt } from '../exchange/exchange-order.ts';
import { placeOrders } from './callers.ts';
import { type Commons, createCommons, type WorldChange } from './commons.ts';
import { type Consume, type Consumption, consume, SUBMIT_SETTINGS } from './consumers.ts';
import { type Crew, createCrew } from './crew.ts';
import type { Entry, ExchangeOrderView, History } from './history.ts';
import type { Process } from './process.ts';
import { closeMarket, followEveryMinute, misbehave, operate } from './surroundings.ts';
import { QUIET_MAX_MS } from './weather.ts';

const MINUTE_MS = 60_000;
const STREAM_BATCH = 25;

/** The rules under test: what consumers and the reconciler do. */
export interface Rules {
  readonly consume: Consume;
  readonly cancel: Consume;
  /** Follows the streams of all accounts until its process's clock says so. */
  readonly follow: (process: Process, endsAt: number) => Promise<unknown>;
  readonly reconcile: (process: Process) => Promise<unknown>;
  /** Whether an order needs nothing more. */
  readonly isAtRest: (order: Order) => boolean;
}

/** Our own rules. */
export const OUR_RULES: Rules = {
  consume: ({ dependencies }, records, remainingMs) =>
    submitBatch({ ...dependencies, settings: SUBMIT_SETTINGS }, records, remainingMs),
  cancel: ({ dependencies }, records, remainingMs) => {
    const { cancel: settings, reconcile } = DEFAULT_SETTINGS;
    const canceling = { ...dependencies, queue: dependencies.cancels, settings, reconcile };
    return cancelBatch(canceling, records, remainingMs);
  },
  follow: ({ dependencies }, endsAt) =>
    streamOrders({ ...dependencies, settings: DEFAULT_SETTINGS.reconcile }, endsAt),
  reconcile: ({ dependencies }) =>
    reconcileOrders({ ...dependencies, settings: DEFAULT_SETTINGS.reconcile }),
  isAtRest,
};

/** Runs one world from its seed to its rest, and gives everything that happened. */
export async function runWorld(
  seed: number,
  change: WorldChange = {},
  rules: Rules = OUR_RULES,
): Promise<History> {
  const commons = createCommons(seed, change);
  const crew = createCrew(commons);
  const { timeline, weather } = commons;
  change.begins?.(timeline.nowMs);
  let isOver = false;
  let isPlaced = false;
  let streamsAt = 0;
  const over = () => isOver;

  const actors = [
    placeOrders(commons, crew).then(() => {
      isPlaced = true;
    }),
    ...Array.from({ length: weather.consumers }, (_, index) =>
      consume(commons, crew, consumption('submit-order'), index + 1),
    ),
    ...Array.from({ length: Math.min(2, weather.consumers) }, (_, index) =>
      consume(commons, crew, consumption('cancel-order'), index + 1),
    ),
    reconcileEveryMinute(commons, crew, over, rules),
    followEveryMinute(commons, crew, over, rules),
    closeMarket(commons, over),
    readStream(commons, crew, over, (at) => {
      streamsAt = at;
    }),
    operate(commons, over),
    misbehave(commons),
    watchRest(),
  ];
  let isDone = false;
  const done = Promise.all(actors).then(() => {
    isDone = true;
  });
  await Promise.race([timeline.run(() => isDone), done.then(() => new Promise(() => {}))]);
  return historyOf(commons);

  function consumption(functionName: Consumption['functionName']): Consumption {
    return functionName === 'submit-order'
      ? {
          ...{ functionName, isOver: over, handle: rules.consume },
          secondDeliveryMs: change.secondDeliveryMs,
        }
      : {
          ...{ functionName, isOver: over, handle: rules.cancel },
          secondDeliveryMs: change.secondCancelMs,
        };
  }

  async function watchRest(): Promise<void> {
    await timeline.sleep(weather.faultsUntilMs);
    while (!isOver) {
      await timeline.sleep(1_000);
      const atRest =
        isPlaced &&
        commons.queue.waiting().length === 0 &&
        commons.cancels.waiting().length === 0 &&
        commons.store.all().every((order) => rules.isAtRest(order));
      const isStreamed = streamsAt === writesOf(commons.recorder.entries).length;
      isOver = (atRest && isStreamed) || timeline.nowMs() > weather.faultsUntilMs + QUIET_MAX_MS;
    }
    commons.onQueue.notify();
    commons.onCancels.notify();
    commons.onWrite.notify();
  }
}

/** Ended with every trade known, or with a person. */
function isAtRest(order: Order): boolean {
  return order.status === 'HELD' || (isFinal(order.status) && !lacksFills(order));
}

async function reconcileEveryMinute(
  commons: Commons,
  crew: Crew,
  isOver: () => boolean,
  rules: Rules,
): Promise<void> {
  const { timeline, weatherNow } = commons;
  const chance = commons.chance.fork('schedule');
  const pass = () => crew.invoke('reconcile-orders', MINUTE_MS - 1, rules.reconcile);
  await timeline.sleep(commons.change.reconcileFromMs ?? chance.below(MINUTE_MS));
  while (!isOver()) {
    void pass();
    // Now and then the schedule fires twice.
    if (chance.happens(weatherNow().deliveredTwice)) void pass();
    for (let waited = 0; waited < MINUTE_MS && !isOver(); waited += 5_000) {
      await timeline.sleep(5_000);
    }
  }
}

/** Follows the table's stream; whoever dies leaves its batch to be read again. */
async function readStream(
  commons: Commons,
  crew: Crew,
  isOver: () => boolean,
  reached: (at: number) => void,
): Promise<void> {
  const chance = commons.chance.fork('stream');
  let next = 0;
  while (!isOver()) {
    const writes = writesOf(commons.recorder.entries);
    const batch = writes.slice(next, next + chance.between(1, STREAM_BATCH));
    if (batch.length === 0) {
      await commons.onWrite.wait(MINUTE_MS);
      continue;
    }
    const changes = batch.map(({ previousVersion, order }, index) => ({
      sequenceNumber: String(next + index),
      previousVersion,
      order,
    }));
    const from = await crew.invoke('publish-events', 20_000, async ({ dependencies }) => ({
      value: await publishEvents({ ...dependencies, results: NO_RESULTS }, changes),
    }));
    if (from !== undefined) {
      next = from.value === undefined ? next + batch.length : Number(from.value);
    }
    reached(next);
    await commons.timeline.sleep(chance.below(300));
  }
}

/** Orders of these worlds come without a producer. */
const NO_RESULTS = { enqueue: () => Promise.reject(new Error('an order has a producer')) };

const WRITES = new WeakMap<
  readonly Entry[],
  { at: number; writes: (Entry & { kind: 'write' })[] }
>();

/** The writes so far, found without reading the whole history again. */
function writesOf(entries: readonly Entry[]): readonly (Entry & { kind: 'write' })[] {
  const known = WRITES.get(entries) ?? { at: 0, writes: [] };
  WRITES.set(entries, known);
  for (; known.at < entries.length; known.at += 1) {
    const entry = entries[known.at];
    if (entry?.kind === 'write') known.writes.push(entry);
  }
  return known.writes;
}

function historyOf(commons: Commons): History {
  const { recorder, seed, store, timeline, weather } = commons;
  const nowMs = timeline.nowMs();
  return {
    seed,
    mood: weather.mood,
    entries: recorder.entries,
    orders: store.all(),
    exchangeOrders: commons.exchange.orders.map((order): ExchangeOrderView => {
      const { status, executed } = stateAt(order, nowMs);
      const { clientOrderId, exchangeOrderId } = order;
      const isForgotten = order.forgottenMs !== undefined;
      return { clientOrderId, exchangeOrderId, status, executedQuantity: executed, isForgotten };
    }),
    waiting: [...commons.queue.waiting(), ...commons.cancels.waiting()].map(({ body }) =>
      JSON.stringify(body),
    ),
    secrets: commons.secrets,
    facts: {
      startAt: commons.startAt,
      clockErrorMs: weather.clockErrorMs,
      endedAtMs: nowMs,
      isAtRest: nowMs <= weather.faultsUntilMs + QUIET_MAX_MS,
    },
  };
}
