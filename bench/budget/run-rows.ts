import type { Case } from './cases/flow.ts';
import { IDEAL } from './cases/ideal.ts';
import { OURS } from './contenders.ts';
import type { Result } from './figures.ts';
import type { Row } from './row.ts';

/** How rows are run. */
export interface RunRows {
  readonly parallel: number;
  readonly only?: string | undefined;
  /** Told before and after each case. */
  readonly progress: (line: string) => void;
}

/** Runs all cases: ours one by one, libraries several at once unless their row runs alone. The results are in table order. */
export async function runRows(rows: readonly Row[], options: RunRows): Promise<readonly Result[]> {
  const { only = '' } = options;
  const asked = rows.flatMap((row) => {
    const cases = row.cases.filter(
      ({ contender }) => contender.includes(only) || contender === IDEAL,
    );
    return cases.map((one) => ({ row: row.id, one, isAlone: isAlone(row, one) }));
  });
  const results: Result[] = [];
  const done = new Map<Case, Result>();
  const runAll = async (chosen: typeof asked, atOnce: number) => {
    const left = chosen.values();
    const line = async () => {
      for (const { row, one } of left) {
        done.set(one, await runCase(row, one));
        options.progress(`${done.size}/${asked.length} ${nameOf(row, one)}: done`);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, line));
  };
  const runCase = async (row: number, one: Case): Promise<Result> => {
    options.progress(`${done.size}/${asked.length} ${nameOf(row, one)} …`);
    const { name, contender, targets } = one;
    const common = { row, case: name, contender, targets };
    try {
      return { ...common, figures: await one.run() };
    } catch (error) {
      const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
      return { ...common, figures: {}, error: message };
    }
  };

  await runAll(
    asked.filter((one) => one.isAlone),
    1,
  );
  await runAll(
    asked.filter((one) => !one.isAlone),
    options.parallel,
  );
  for (const { one } of asked) {
    const result = done.get(one);
    if (result !== undefined) results.push(result);
  }
  return results;
}

function isAlone({ runsAlone = false }: Row, { contender }: Case): boolean {
  return runsAlone || contender === OURS.name;
}

function nameOf(row: number, { name, contender }: Case): string {
  return `row ${row}, ${name}, ${contender}`;
}
