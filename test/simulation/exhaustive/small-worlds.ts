import type { Death, WorldChange } from '../core/commons.ts';
import type { Weather } from '../core/weather.ts';
import { runWorld } from '../core/world.ts';
import { CANCEL_FAULTS, CREATE_FAULTS } from '../exchange/call-faults.ts';

/** One schedule of a small world. */
export interface Schedule {
  readonly name: string;
  readonly change: WorldChange;
}

/** All schedules have the same chance; only what they name differs. */
export const SMALL_SEED = 1;
/** Calls of ports in which one of two crashes lies. */
const PAIR_CALLS_MAX = 22;
/** Faults end after this, but for the crashes. */
const FAULTS_MS = 15_000;
const MOMENTS: readonly Exclude<Death, undefined>[] = ['before', 'after'];
/** Where a second consumer, and the reconciler, come in; milliseconds after the first delivery. */
const SECOND_MS = [0, 3, 6, 10, 15, 20, 25, 30, 35, 40, 50, 60, 80, 200, 1_000, 4_900] as const;
const RECONCILE_MS = [
  1, 5, 20, 30, 45, 1_000, 6_000, 12_000, 24_990, 25_010, 31_000, 50_000,
] as const;

const NOTHING: Partial<Weather> = {
  mood: 'small',
  ...{ keys: 1, consumers: 2, faultsUntilMs: FAULTS_MS, clockErrorMs: 0 },
  ...{ death: 0, storeFault: 0, queueFault: 0, budgetFault: 0, secretsFault: 0, queryFault: 0 },
  ...{ deliveredTwice: 0, lostAcknowledgement: 0, slowness: 0, repeats: 0, direct: 0, poison: 0 },
  ...{ foreignBursts: 0, bans: false, duplicateCheck: 'none', utmost: false },
  ...{ cancels: 0, replaces: 0, rests: 0, cancelFault: 0, lostMessage: 0, isStreamed: false },
};

/** When the one order of a world is wanted canceled: before, while and after it is sent. */
const CANCEL_MS = [0, 5, 12, 25, 40, 60, 2_000] as const;
/** What the exchange does with the first cancel calls. */
const CANCEL_OUTCOMES = ['none', ...Object.keys(CANCEL_FAULTS)];
/** What it does with the order that is to be canceled. */
const CANCELED_OUTCOMES: readonly (readonly [name: string, weather: Partial<Weather>])[] = [
  ['taken', { createFault: 0, lagMaxMs: 0 }],
  ['taken, seen late', { createFault: 0, utmost: true, lagMaxMs: 60_000 }],
  ['hang', { createFault: 1, createFaults: ['hang'], lagMaxMs: 0 }],
  ['lost-before', { createFault: 1, createFaults: ['lost-before'], lagMaxMs: 0 }],
];

/** What the exchange does with the first requests; `none` takes them and answers. */
const OUTCOMES: readonly (readonly [name: string, weather: Partial<Weather>])[] = [
  'none',
  ...Object.keys(CREATE_FAULTS),
].flatMap((name) => {
  const createFault = name === 'none' ? 0 : 1;
  const faults = { createFault, createFaults: [name] };
  return [
    [name, { ...faults, lagMaxMs: 0 }],
    [`${name}, seen late`, { ...faults, utmost: true, lagMaxMs: 60_000 }],
  ] as const;
});

/**
 * Every schedule: for one and for two orders every outcome with every single crash, with a second
 * consumer at every moment and with the reconciler at every moment; for one order every pair of
 * crashes among the first calls.
 */
export async function* allSchedules(): AsyncGenerator<Schedule> {
  for (const orders of [1, 2]) {
    for (const [outcome, ofOutcome] of OUTCOMES) {
      const weather = { ...NOTHING, ...ofOutcome, orders };
      const name = `${orders} order${orders > 1 ? 's' : ''}, ${outcome}`;
      yield { name, change: { weather } };
      for (const secondDeliveryMs of SECOND_MS) {
        yield {
          name: `${name}, again at ${secondDeliveryMs}`,
          change: { weather, secondDeliveryMs },
        };
      }
      for (const reconcileFromMs of RECONCILE_MS) {
        const change = { weather, reconcileFromMs };
        yield { name: `${name}, reconciled from ${reconcileFromMs}`, change };
      }
      const calls = await callsOf({ weather });
      yield* crashes({ name, weather, calls, isPaired: orders === 1 });
    }
  }
  yield* cancels();
}

/**
 * One order and one cancel: every moment of the wish, every answer to the cancel, and every single
 * crash of whoever takes the wish, carries it out, sends the order or reconciles.
 */
async function* cancels(): AsyncGenerator<Schedule> {
  for (const [taken, ofOrder] of CANCELED_OUTCOMES) {
    for (const outcome of CANCEL_OUTCOMES) {
      const cancelFault = outcome === 'none' ? 0 : 1;
      const faults = { cancelFault, cancelFaults: [outcome] };
      for (const cancelAtMs of CANCEL_MS) {
        // What is never sent has no answer that could differ.
        if (taken !== 'taken' && outcome !== 'none' && cancelAtMs !== 40) continue;
        const ofCancel = { cancels: 1, rests: 1, cancelAtMs };
        const weather = { ...NOTHING, ...ofOrder, ...faults, ...ofCancel, orders: 1 };
        const name = `1 order ${taken}, canceled at ${cancelAtMs}, ${outcome}`;
        yield { name, change: { weather } };
        yield { name: `${name}, again`, change: { weather, secondCancelMs: 3 } };
        const calls = await callsOf({ weather });
        yield* crashes({ name, weather, calls, isPaired: false });
      }
    }
  }
}

function* crashes(of: {
  readonly name: string;
  readonly weather: Partial<Weather>;
  readonly calls: number;
  readonly isPaired: boolean;
}): Generator<Schedule> {
  const { calls, isPaired, name, weather } = of;
  for (let first = 1; first <= calls; first += 1) {
    for (const moment of MOMENTS) {
      const one = `${name}, dies ${moment} call ${first}`;
      yield { name: one, change: { weather, deathAt: dyingAt({ weather }, [[first, moment]]) } };
      if (!isPaired || first > PAIR_CALLS_MAX) continue;
      for (let second = first + 1; second <= PAIR_CALLS_MAX; second += 1) {
        for (const other of MOMENTS) {
          const deathAt = dyingAt({ weather }, [
            [first, moment],
            [second, other],
          ]);
          yield { name: `${one} and ${other} call ${second}`, change: { weather, deathAt } };
        }
      }
    }
  }
}

/** Counts the calls of consumers and reconcilers until the world is at rest. */
async function callsOf(change: WorldChange): Promise<number> {
  let calls = 0;
  await runWorld(SMALL_SEED, {
    ...change,
    deathAt: (by) => {
      if (isCounted(by, isOfCancel(change))) calls += 1;
      return undefined;
    },
  });
  return calls;
}

function isOfCancel({ weather }: WorldChange): boolean {
  return (weather?.cancels ?? 0) > 0;
}

function dyingAt(
  change: WorldChange,
  crashesAt: readonly (readonly [call: number, moment: Exclude<Death, undefined>])[],
): (by: string) => Death {
  let calls = 0;
  return (by) => {
    if (!isCounted(by, isOfCancel(change))) return undefined;
    calls += 1;
    return crashesAt.find(([call]) => call === calls)?.[1];
  };
}

/** Of a cancel also whoever takes the wish and whoever carries it out; its caller repeats itself. */
function isCounted(by: string, ofCancel: boolean): boolean {
  const counted = [
    ...['submit-order', 'reconcile-orders'],
    ...(ofCancel ? ['cancel-order', 'receive-order'] : []),
  ];
  return counted.some((name) => by.startsWith(name));
}
