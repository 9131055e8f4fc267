import { type Case, flow, SUSPENSION_MS, type WorkChange } from './cases/flow.ts';
import { besideIdeal, idealCase } from './cases/ideal.ts';
import { FLOOR, OURS, PEERS } from './contenders.ts';
import type { Target } from './figures.ts';
import { PROFILES, USUAL, USUAL_IN_THE_MEAN } from './profiles.ts';
import { atLeast, atMost, figureOf, NO_REFUSALS, type Row, type Scale } from './row.ts';
import { specialRows } from './special-rows.ts';

/** A library with refusals needs more than its share of the time. */
const PEER_TIME_FACTOR = 3;

/** Gives every row at one scale. */
export function rowsAt(scale: Scale): readonly Row[] {
  const rows = [oneKey, severalProcesses, poolOfKeys, arrivals, processorTime];
  return [...rows.map((row) => row(scale)), ...specialRows(scale)].sort(
    (left, right) => left.id - right.id,
  );
}

function allOf(orders: number): readonly Target[] {
  return [{ figure: 'accepted', atLeast: orders }, ...NO_REFUSALS];
}

/** The same work for every library; refused orders are sent again at once. */
function peers(name: string, change: WorkChange, suspensionMs = 0): readonly Case[] {
  const usual = (change.orders / (change.perSecond ?? 10 * (change.keys ?? 1))) * 1_000;
  const withinMs = change.withinMs ?? usual * PEER_TIME_FACTOR;
  return PEERS.map((peer) => flow(name, peer, { ...change, suspensionMs, withinMs }));
}

function oneKey({ quick, seed }: Scale): Row {
  const fresh = quick ? 200 : 300;
  const long = quick ? [] : [1_500];
  const ofProfile = ({ profile, atLeast }: (typeof PROFILES)[number]): readonly Case[] => {
    const order = profile.jitterMs <= 20 && profile.tail === undefined;
    const targets = (orders: number, share: number): readonly Target[] => [
      { figure: 'utilisation', atLeast: share },
      ...allOf(orders),
      ...(order ? [{ figure: 'overtaken', atMost: 0 }] : []),
    ];
    const change = { profile, seed };
    const freshTargets = targets(fresh, atLeast - 0.01);
    const freshName = `${profile.name}, fresh start`;
    return [
      ...long.map((orders) =>
        flow(profile.name, OURS, { ...change, orders }, targets(orders, atLeast)),
      ),
      flow(freshName, OURS, { ...change, orders: fresh }, freshTargets),
      ...(quick && profile !== PROFILES[1]?.profile
        ? []
        : peers(`${freshName}, no suspension`, { ...change, orders: quick ? 100 : fresh })),
    ];
  };
  const suspendedMs = quick ? 30_000 : 240_000;
  const suspended = { profile: USUAL, seed, orders: quick ? 100 : fresh, withinMs: suspendedMs };
  return {
    id: 1,
    title: 'one key, a backlog',
    wanted: '99 % at no jitter, 98 % at 20 ms, 96 % at 50 ms and in the tail; a fresh start 1 less',
    cases: [
      ...PROFILES.flatMap(ofProfile),
      ...peers(`${USUAL.name}, suspended for 60 s`, suspended, SUSPENSION_MS),
    ],
  };
}

function severalProcesses({ quick, seed }: Scale): Row {
  const orders = quick ? 200 : 1_500;
  const targets: readonly Target[] = [
    { figure: 'utilisation', atLeast: 0.97 },
    { figure: 'budgetWritesPerOrder', atMost: 0.3 },
    ...allOf(orders),
  ];
  const cases = [2, 4].flatMap((processes) => {
    const change = { processes, lanes: processes, seed };
    const name = `${processes} processes on one key`;
    return [
      flow(name, OURS, { ...change, orders }, targets),
      ...(quick && processes > 2 ? [] : peers(name, { ...change, orders: quick ? 100 : 300 })),
    ];
  });
  return {
    id: 2,
    title: 'several processes, one key',
    wanted: '97 % at 20 ms jitter, no 429, at most 0.3 budget writes per order',
    cases,
  };
}

function poolOfKeys({ quick, seed }: Scale): Row {
  const perKey = quick ? 100 : 300;
  const pool = { keys: 5, processes: 5, lanes: 5, orders: 5 * perKey, seed };
  return {
    id: 3,
    title: 'a pool of 5 keys, one account',
    wanted: 'at least 4.8 times one key, no 429',
    cases: [
      flow('1 key', OURS, { orders: perKey, seed }, allOf(perKey)),
      flow('5 keys', OURS, pool, allOf(5 * perKey)),
      ...(quick ? [] : peers('5 keys', { ...pool, processes: 1 })),
    ],
    compare(results) {
      const one = figureOf(results, '1 key', 'ours', 'utilisation');
      const five = figureOf(results, '5 keys', 'ours', 'keysWorth');
      return atLeast('5 keys to 1 key', five / one, 4.8);
    },
  };
}

function arrivals({ quick, seed }: Scale): Row {
  const orders = quick ? 150 : 600;
  const rates = [
    { perSecond: 5, p50Ms: 40, p99Ms: 200 },
    { perSecond: 8, p50Ms: 100, p99Ms: 1_000 },
  ];
  const cases = rates.flatMap(({ perSecond, p50Ms, p99Ms }) => {
    const targets: readonly Target[] = [
      { figure: 'p50Ms', atMost: p50Ms },
      { figure: 'p99Ms', atMost: p99Ms },
      ...allOf(orders),
    ];
    const change = { orders, perSecond, seed, profile: USUAL_IN_THE_MEAN };
    // A lane is busy for a batch and the pause after it: whoever wants short waits takes more lanes.
    const lanes = { processes: 4, lanes: 4 };
    return [
      idealCase(`${perSecond}/s`, change),
      besideIdeal(`${perSecond}/s, one lane`, OURS, change, allOf(orders)),
      besideIdeal(`${perSecond}/s, 4 lanes, 4 processes`, OURS, { ...change, ...lanes }, targets),
      ...peers(`${perSecond}/s`, change),
    ];
  });
  return {
    id: 9,
    title: 'Poisson arrivals, from hand-over to acceptance',
    wanted: 'p50/p99 at most 40/200 ms at 5/s and 100/1000 ms at 8/s',
    cases,
  };
}

function processorTime({ quick, seed }: Scale): Row {
  // Enough that what a process does once (compiling, connecting) does not count on either side.
  const orders = quick ? 300 : 1_500;
  const name = `${orders} orders`;
  const unstored = `${name}, nothing stored`;
  // The limiter with the shared sender and nothing else: what one request an order costs at least.
  const compared = peers(name, { orders, seed }).filter(({ contender }) =>
    ['ccxt', 'p-throttle'].includes(contender),
  );
  return {
    id: 10,
    title: 'processor time of the submitter',
    wanted: 'at most a quarter of that of ccxt',
    runsAlone: true,
    cases: [
      flow(name, OURS, { orders, seed }, allOf(orders)),
      flow(unstored, OURS, { orders, seed, inMemory: true }, allOf(orders)),
      ...compared,
      // As its peers: a suspension would leave nothing to compare.
      flow(name, FLOOR, { orders, seed, suspensionMs: 0 }),
    ],
    compare(results) {
      const ccxt = figureOf(results, name, 'ccxt', 'cpuMsPerOrder');
      const share = (ours: string) => figureOf(results, ours, 'ours', 'cpuMsPerOrder') / ccxt;
      return [
        ...atMost('ours to ccxt', share(name), 0.25),
        ...atMost('ours to ccxt, nothing stored', share(unstored), 0.25),
      ];
    },
  };
}
