import type { WorldChange } from '../core/commons.ts';
import type { History } from '../core/history.ts';
import { OUR_RULES, type Rules, runWorld } from '../core/world.ts';
import { BASELINES, type Baseline, consumeBy, type Notebook } from './baselines.ts';

/** What one rule did in all worlds. */
export interface BaselineResult {
  readonly name: string;
  readonly rule: string;
  orders: number;
  /** Orders beyond the first of one request. */
  duplicates: number;
  /** Orders that the exchange has, and that the rule calls failed. */
  wronglyFailed: number;
  /** Requests that met a suspension or a ban. */
  refused: number;
}

/** Runs our rules and every baseline in the same worlds. */
export async function runBaselines(worlds: number): Promise<readonly BaselineResult[]> {
  const results = [emptyResult({ name: 'ours', rule: 'the rules of this project' })];
  for (const baseline of BASELINES) results.push(emptyResult(baseline));
  for (let seed = 1; seed <= worlds; seed += 1) {
    for (const result of results) {
      const baseline = BASELINES.find(({ name }) => name === result.name);
      await runOne(result, seed, baseline);
    }
  }
  return results;
}

async function runOne(
  result: BaselineResult,
  seed: number,
  baseline: Baseline | undefined,
): Promise<void> {
  const notebook: Notebook = { beliefs: new Map(), locks: new Map() };
  let nowMs = () => 0;
  const change: WorldChange = {
    // The rules of others know no cancels, no replacements and no streams.
    weather: { cancels: 0, replaces: 0, isStreamed: false },
    begins: (now) => {
      nowMs = now;
    },
  };
  const rules: Rules =
    baseline === undefined
      ? OUR_RULES
      : {
          consume: (process, records) => consumeBy(baseline, notebook, process, { records, nowMs }),
          cancel: async () => [],
          follow: async () => undefined,
          reconcile: async () => undefined,
          isAtRest: () => true,
        };
  const history = await runWorld(seed, change, rules);
  count(result, history, baseline === undefined ? beliefsOf(history) : notebook.beliefs);
}

function count(
  result: BaselineResult,
  { entries, exchangeOrders }: History,
  beliefs: Notebook['beliefs'],
): void {
  const placed = Map.groupBy(
    exchangeOrders.filter(({ isForgotten }) => !isForgotten),
    ({ clientOrderId }) => clientOrderId,
  );
  result.orders += beliefs.size;
  for (const [clientOrderId, orders] of placed) {
    result.duplicates += orders.length - 1;
    const isAlive = orders.some(({ status }) => status !== 'REJECTED');
    if (isAlive && beliefs.get(clientOrderId) === 'failed') result.wronglyFailed += 1;
  }
  result.refused += entries.filter(
    (one) =>
      one.kind === 'arrival' && (one.admission === 'suspended' || one.admission === 'banned'),
  ).length;
}

const FAILED: readonly string[] = ['REJECTED', 'NEVER_PLACED', 'EXPIRED', 'DENIED'];

function beliefsOf({ orders }: History): Notebook['beliefs'] {
  return new Map(
    orders.map(({ clientOrderId, status }) => [
      clientOrderId,
      FAILED.includes(status) ? 'failed' : 'sent',
    ]),
  );
}

function emptyResult({ name, rule }: Pick<Baseline, 'name' | 'rule'>): BaselineResult {
  return { name, rule, orders: 0, duplicates: 0, wronglyFailed: 0, refused: 0 };
}
