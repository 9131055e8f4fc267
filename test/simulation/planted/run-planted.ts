import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { PlantedBug } from './planted-bug.ts';
import type { PlantedResult } from './planted-world.ts';

/** Worlds in which a planted bug has to show itself. */
const WORLDS_MAX = 600;
const run = promisify(execFile);

/** Plants one bug in a process of its own and hunts it. */
export async function runPlanted(
  { name }: PlantedBug,
  worldsMax = WORLDS_MAX,
): Promise<PlantedResult> {
  const program = fileURLToPath(new URL('./planted-world.ts', import.meta.url));
  const options = ['--disable-warning=ExperimentalWarning', program, name, String(worldsMax)];
  const { stdout } = await run(process.execPath, options, { maxBuffer: 1e7 });
  return JSON.parse(stdout);
}

/** Says whether a bug was found, or is one that may live. */
export function isAsExpected(bug: PlantedBug, { killedBy }: PlantedResult): boolean {
  return bug.survives !== undefined || killedBy !== undefined;
}

/** Plants every bug, some at a time, and tells each result as it comes. */
export async function runAllPlanted(
  bugs: readonly PlantedBug[],
  jobs: number,
  tell: (bug: PlantedBug, result: PlantedResult) => void,
): Promise<boolean> {
  const waiting = [...bugs];
  let isGood = true;
  const work = async () => {
    for (let bug = waiting.shift(); bug !== undefined; bug = waiting.shift()) {
      const result = await runPlanted(bug);
      if (!isAsExpected(bug, result)) isGood = false;
      tell(bug, result);
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  return isGood;
}
