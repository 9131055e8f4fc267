import type { Failure } from '../command/run-seed.ts';
import { plantBug } from './plant-bug.ts';
import { PLANTED_BUGS } from './planted-bugs.ts';

/** What became of one planted bug. */
export interface PlantedResult {
  readonly name: string;
  readonly worlds: number;
  readonly killedBy?: Pick<Failure, 'seed'> & { readonly kind: string; readonly text: string };
}

// A process of its own for each bug: a module is loaded once.
const [name, seedsMax] = process.argv.slice(2);
const bug = PLANTED_BUGS.find((one) => one.name === name);
if (bug === undefined) throw new Error(`There is no planted bug "${name}".`);
const isLoaded = plantBug(bug);
const { emptyTally, runSeed } = await import('../command/run-seed.ts');

const result = await hunt(Number(seedsMax));
if (!isLoaded()) throw new Error(`Planted bug "${name}": nothing loads ${bug.file}.`);
process.stdout.write(JSON.stringify(result));

async function hunt(worldsMax: number): Promise<PlantedResult> {
  const tally = emptyTally();
  for (let seed = 1; seed <= worldsMax; seed += 1) {
    try {
      await runSeed(tally, seed, { isRepeated: false });
    } catch (error) {
      const text = error instanceof Error ? error.message : 'unknown';
      return { name: name ?? '', worlds: seed, killedBy: { seed, kind: 'crash', text } };
    }
    const failure = tally.failures.find(
      ({ violation }) => bug?.killedBy?.includes(violation.kind) ?? true,
    );
    if (failure !== undefined) {
      const { kind, text } = failure.violation;
      return { name: name ?? '', worlds: seed, killedBy: { seed: failure.seed, kind, text } };
    }
  }
  return { name: name ?? '', worlds: worldsMax };
}
