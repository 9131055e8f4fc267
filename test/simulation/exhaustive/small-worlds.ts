import type { Death, WorldChange } from '../core/commons.ts';
import type { Weather } from '../core/weather.ts';
import { runWorld } from '../core/world.ts';
import { CREATE_FAULTS } from '../exchange/call-faults.ts';

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
};

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
      yield { name: one, change: { weather, deathAt: dyingAt([[first, moment]]) } };
      if (!isPaired || first > PAIR_CALLS_MAX) continue;
      for (let second = first + 1; second <= PAIR_CALLS_MAX; second += 1) {
        for (const other of MOMENTS) {
          const deathAt = dyingAt([
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
      if (isCounted(by)) calls += 1;
      return undefined;
    },
  });
  return calls;
}

function dyingAt(
  crashesAt: readonly (readonly [call: number, moment: Exclude<Death, undefined>])[],
): (by: string) => Death {
  let calls = 0;
  return (by) => {
    if (!isCounted(by)) return undefined;
    calls += 1;
    return crashesAt.find(([call]) => call === calls)?.[1];
  };
}

function isCounted(by: string): boolean {
  return by.startsWith('submit-order') || by.startsWith('reconcile-orders');
}
