import {
  createMemoryAccounts,
  type MemoryAccounts,
} from '../../../lib/adapters/memory/accounts.ts';
import { createMemoryExternalOrders } from '../../../lib/adapters/memory/external-orders.ts';
import { createMemoryHalts } from '../../../lib/adapters/memory/halts.ts';
import { createCountedIds } from '../../../lib/adapters/memory/ids.ts';
import {
  createMemoryOrderQueue,
  type MemoryOrderQueue,
} from '../../../lib/adapters/memory/order-queue.ts';
import type { MemoryOrderStore } from '../../../lib/adapters/memory/order-store.ts';
import { createMemoryOrderStore } from '../../../lib/adapters/memory/order-store.ts';
import {
  createSharedBudgets,
  type SharedBudgets,
} from '../../../lib/adapters/memory/rate-budget.ts';
import { createMemoryStreamLeases } from '../../../lib/adapters/memory/stream-leases.ts';
import type {
  EventPublisher,
  ExternalOrders,
  Halts,
  Ids,
  OrderQueue,
} from '../../../lib/application/ports.ts';
import type { StreamLeases } from '../../../lib/application/user-stream.ts';
import { account, apiKey } from '../../support/order-desk.ts';
import { createExchangeState, type ExchangeState } from '../exchange/exchange-state.ts';
import type { ConnectionParts } from '../exchange/simulated-connection.ts';
import { type Chance, createChance } from './chance.ts';
import { createRecorder, type Recorder } from './history.ts';
import { createPlans, type Plans } from './plans.ts';
import { createSignal, type Signal } from './signal.ts';
import { createTimeline, type Timeline } from './timeline.ts';
import { drawWeather, type Weather } from './weather.ts';

/** When the process that makes a call of a port dies. */
export type Death = 'before' | 'after' | undefined;

/** How a world differs from the one that its seed alone makes. */
export interface WorldChange {
  readonly weather?: Partial<Weather>;
  /** Decides deaths instead of chance; told the process and `port.method`. */
  readonly deathAt?: (by: string, at: string) => Death;
  /** The first batch is also handed to a second consumer so long after the first. */
  readonly secondDeliveryMs?: number;
  /** The first batch of cancels likewise. */
  readonly secondCancelMs?: number;
  /** When the reconciler starts for the first time. */
  readonly reconcileFromMs?: number;
  /** Told how to read true time before anything happens. */
  readonly begins?: (nowMs: () => number) => void;
}

/** What all processes of a world share. */
export interface Commons {
  readonly seed: number;
  readonly change: WorldChange;
  readonly startAt: number;
  readonly timeline: Timeline;
  readonly chance: Chance;
  readonly weather: Weather;
  /** The weather of this moment: calm once the faults are over. */
  readonly weatherNow: () => Weather;
  readonly recorder: Recorder;
  readonly store: MemoryOrderStore;
  readonly queue: MemoryOrderQueue;
  readonly budgets: SharedBudgets;
  readonly accounts: MemoryAccounts;
  readonly halts: Halts;
  readonly external: ExternalOrders;
  readonly cancels: MemoryOrderQueue;
  /** What callers want done with their orders later. */
  readonly plans: Plans;
  readonly leases: StreamLeases;
  readonly ids: Ids;
  readonly exchange: ExchangeState;
  readonly exchangeParts: Pick<
    ConnectionParts,
    'timeline' | 'recorder' | 'exchange' | 'startAt' | 'keyIdOf' | 'nextNumber'
  >;
  readonly secrets: string[];
  readonly onQueue: Signal;
  readonly onCancels: Signal;
  readonly onWrite: Signal;
  readonly written: () => void;
  deathAt(by: string, at: string): Death;
  queueOf(by: string): OrderQueue;
  cancelsOf(by: string): OrderQueue;
  publisherOf(by: string): EventPublisher;
}

/** Events that the bus takes at a time. */
const PUBLISHED_MAX = 10;
/** A moment of no meaning. */
const START_AT = 1_800_000_000_000;
export const LIMITS = { ordersPerSecond: 4, queriesPerSecond: 2 } as const;

/** Makes what processes share, from a seed. */
export function createCommons(seed: number, change: WorldChange = {}): Commons {
  const chance = createChance(Math.imul(seed, 2_654_435_761));
  const weather = drawWeather(chance.fork('weather'), change.weather);
  const timeline = createTimeline();
  const recorder = createRecorder(timeline.nowMs);
  const trueClock = { now: () => START_AT + timeline.nowMs() };
  const queue = createMemoryOrderQueue(trueClock);
  const cancels = createMemoryOrderQueue(trueClock);
  const onQueue = createSignal(timeline);
  const onCancels = createSignal(timeline);
  const plans = createPlans(chance.fork('plans'), weather);
  const secrets: string[] = [];
  const onWrite = createSignal(timeline);
  const exchange = createExchangeState({
    timeline,
    chance: chance.fork('exchange'),
    weather,
    recorder,
    limits: { order: LIMITS.ordersPerSecond, query: LIMITS.queriesPerSecond },
    startAt: START_AT,
    rests: (clientOrderId) => plans(clientOrderId).rests,
    keepSecret: (text) => void secrets.push(text),
  });
  const keys = Array.from({ length: weather.keys }, (_, index) => apiKey(`key-${index + 1}`));
  for (const { apiKey: key, apiSecret } of keys) {
    exchange.validSecrets.set(key.reveal(), apiSecret.reveal());
    secrets.push(apiSecret.reveal());
  }
  const calm = calmed(weather);
  const weatherNow = () => (timeline.nowMs() < weather.faultsUntilMs ? weather : calm);
  const deaths = chance.fork('deaths');
  let departures = 0;

  return {
    seed,
    change,
    startAt: START_AT,
    timeline,
    chance,
    weather,
    weatherNow,
    recorder,
    store: createMemoryOrderStore(),
    queue,
    budgets: createSharedBudgets(),
    accounts: createMemoryAccounts([
      account({ keys, lanes: keys.length, limits: LIMITS, streams: weather.isStreamed }),
    ]),
    halts: createMemoryHalts(),
    external: createMemoryExternalOrders(),
    cancels,
    plans,
    leases: createMemoryStreamLeases(),
    ids: createCountedIds(),
    exchange,
    exchangeParts: {
      timeline,
      recorder,
      exchange,
      startAt: START_AT,
      keyIdOf: (key) => key.replace(/^api-/, ''),
      nextNumber: () => {
        departures += 1;
        return departures;
      },
    },
    secrets,
    onQueue,
    onCancels,
    onWrite,
    written: onWrite.notify,
    deathAt:
      change.deathAt ??
      (() =>
        deaths.happens(weatherNow().death)
          ? deaths.oneOf(['before', 'after'] as const)
          : undefined),
    queueOf: (by) => recordedQueue(queue, { recorder, by, signal: onQueue, isLost: () => false }),
    cancelsOf: (by) => {
      const ofProcess = chance.fork(`cancels of ${by}`);
      const isLost = () => ofProcess.happens(weatherNow().lostMessage);
      return recordedQueue(cancels, { recorder, by, signal: onCancels, isLost });
    },
    publisherOf: (by) => recordedPublisher(recorder, by),
  };
}

function recordedQueue(
  queue: MemoryOrderQueue,
  {
    recorder,
    by,
    signal,
    isLost,
  }: {
    readonly recorder: Recorder;
    readonly by: string;
    readonly signal: Signal;
    /** Whether a message is taken and never seen again. */
    readonly isLost: () => boolean;
  },
): OrderQueue {
  return {
    ...queue,
    async enqueue(message) {
      if (isLost()) {
        recorder.note(by, { kind: 'fault', fault: 'cancel message lost', at: 'cancels.enqueue' });
        return;
      }
      await queue.enqueue(message);
      signal.notify();
    },
    async putAside(message) {
      await queue.putAside(message);
      const { body, reason } = message;
      recorder.note(by, { kind: 'set-aside', body, reason });
    },
    async postpone(handles, visibleInMs) {
      await queue.postpone(handles, visibleInMs);
      signal.notify();
    },
  };
}

function recordedPublisher(recorder: Recorder, by: string): EventPublisher {
  return {
    async publish(events) {
      const taken = events.slice(0, PUBLISHED_MAX);
      for (const event of taken) recorder.note(by, { kind: 'published', event });
      return taken.length;
    },
  };
}

function calmed(weather: Weather): Weather {
  return {
    ...weather,
    death: 0,
    storeFault: 0,
    queueFault: 0,
    budgetFault: 0,
    secretsFault: 0,
    createFault: 0,
    queryFault: 0,
    cancelFault: 0,
    lostMessage: 0,
    deliveredTwice: 0,
    lostAcknowledgement: 0,
    slowness: 0,
  };
}
