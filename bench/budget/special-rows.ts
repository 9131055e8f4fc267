import { closedGate } from './cases/closed-gate.ts';
import { type Case, flow } from './cases/flow.ts';
import { foreignClient } from './cases/foreign-client.ts';
import { lateCancel } from './cases/late-cancel.ts';
import { manyKeys } from './cases/many-keys.ts';
import { muchDoubt } from './cases/much-doubt.ts';
import { storeAway } from './cases/store-away.ts';
import { OURS } from './contenders.ts';
import type { Figures, Target } from './figures.ts';
import { atLeast, atMost, figureOf, NO_REFUSALS, type Row, type Scale } from './row.ts';

/** How much the cost per order may differ by before it is not flat; processor time is noisy. */
const FLAT = { cpuMsPerOrder: 1.3, storeOperationsPerOrder: 1.05 };
const KEYS = [1, 10, 100, 1_000];

/** The rows that only ours can be asked. */
export function specialRows(scale: Scale): readonly Row[] {
  return [foreignUse, gate, cancel, doubt, away, keys].map((row) => row(scale));
}

function ours(
  name: string,
  run: () => Promise<Figures>,
  targets: readonly Target[] = NO_REFUSALS,
): Case {
  return { name, contender: OURS.name, run, targets };
}

function foreignUse({ quick, seed }: Scale): Row {
  const forMs = quick ? 75_000 : 240_000;
  const orders = quick ? 400 : 1_500;
  return {
    id: 4,
    title: 'another client takes 30 % of the key',
    wanted: 'at most one 429 a minute, no ban, detected',
    cases: [
      ours(`${forMs / 1_000} s`, () => foreignClient(orders, forMs, seed), [
        { figure: 'perMinute429', atMost: 1 },
        { figure: 'bans', atMost: 0 },
        { figure: 'detected', atLeast: 1 },
      ]),
    ],
  };
}

function gate({ quick, seed }: Scale): Row {
  const runs = quick ? 4 : 20;
  const none = ['insideClosedGate', 'sentTwice', 'duplicates', 'deadLetters', 'unsettled'];
  return {
    id: 5,
    title: '429 in the middle of a batch',
    wanted: 'nothing inside the closed gate, nothing twice, no dead letter, order kept',
    cases: [
      ours(`${runs} runs`, () => closedGate(runs, seed), [
        ...[...none, 'outOfOrder', 'refusedAgain'].map((figure) => ({ figure, atMost: 0 })),
        { figure: 'met429', atLeast: runs },
        { figure: 'accepted', atLeast: runs * 40 },
      ]),
    ],
  };
}

function cancel({ quick, seed }: Scale): Row {
  const orders = quick ? 150 : 500;
  return {
    id: 6,
    title: 'a cancel beside a backlog',
    wanted: 'it reaches the exchange within 1.2 s',
    cases: [
      ours(`${orders} orders`, () => lateCancel(orders, seed), [
        { figure: 'slowestCancelMs', atMost: 1_200 },
        ...NO_REFUSALS,
      ]),
    ],
  };
}

function doubt({ quick, seed }: Scale): Row {
  const orders = quick ? 200 : 600;
  const [alone, beside] = ['submission alone', '100 orders in doubt'];
  return {
    id: 7,
    title: '100 orders in doubt during full submission',
    wanted: 'never more than 2 queries a second, submission as fast as alone',
    cases: [
      flow(alone, OURS, { orders, seed }, NO_REFUSALS),
      ours(beside, () => muchDoubt(orders, seed), [
        { figure: 'mostQueriesInASecond', atMost: 2 },
        { figure: 'queries', atLeast: 1 },
        { figure: 'all429', atMost: 0 },
      ]),
    ],
    compare(results) {
      const rate = (name: string) => figureOf(results, name, OURS.name, 'utilisation');
      return atLeast('rate beside doubt to rate alone', rate(beside) / rate(alone), 0.99);
    },
  };
}

function away({ quick, seed }: Scale): Row {
  const awayMs = quick ? 10_000 : 30_000;
  const orders = quick ? 150 : 300;
  return {
    id: 8,
    title: 'the store is away',
    wanted: 'nothing sent, nothing lost, resumes by itself',
    cases: [
      ours(`${awayMs / 1_000} s`, () => storeAway(orders, awayMs, seed), [
        { figure: 'sentWhileAway', atMost: 0 },
        { figure: 'lost', atMost: 0 },
        ...NO_REFUSALS,
      ]),
    ],
  };
}

function keys(): Row {
  return {
    id: 11,
    title: 'many keys on virtual time, everything in memory',
    wanted: 'processor time and store operations per order flat from 1 to 1,000 keys',
    cases: KEYS.map((count) => ours(`${count} keys`, () => manyKeys(count), [])),
    compare: (results) =>
      Object.entries(FLAT).flatMap(([figure, most]) => {
        const values = KEYS.map((count) => figureOf(results, `${count} keys`, OURS.name, figure));
        const [one = Number.NaN] = values;
        return atMost(`${figure}, most keys to one`, Math.max(...values) / one, most);
      }),
  };
}
