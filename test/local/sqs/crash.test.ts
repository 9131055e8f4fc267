import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { openStore } from '../../../local/sqs/store.ts';
import { type Bench, bodies, openBench, QUEUE, redriveAfter } from './engine-under-test.ts';
import { attributesOf, runSteps, settings, steps } from './model-run.ts';

const directory = mkdtempSync(join(tmpdir(), 'sqs-crash-'));
let files = 0;
const newFile = () => join(directory, `${files++}.sqlite`);

afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Takes the files as they are on disk, which is what a process killed now would leave behind. */
function leftBehind(file: string): string {
  const copy = newFile();
  cpSync(file, copy);
  if (existsSync(`${file}-wal`)) cpSync(`${file}-wal`, `${copy}-wal`);
  return copy;
}

describe('a process that dies between two operations', () => {
  it('leaves everything as it was answered', async () => {
    await fc.assert(
      fc.asyncProperty(steps(true), settings, async (all, config) => {
        let file = newFile();
        const crash = (bench: Bench): Bench => {
          const copy = leftBehind(file);
          bench.engine.close();
          file = copy;
          return openBench(attributesOf(config), { file, time: bench.time });
        };
        await runSteps(all, config, { file, crash });
      }),
      { numRuns: 40, seed: 20_240_503 },
    );
  });

  it('leaves a task that moves dead letters to go on', async () => {
    const file = newFile();
    const before = openBench(redriveAfter(1), { file });
    before.send('A1', 'A2', 'A3');
    before.take(10, 0);
    before.take();
    const sourceArn = 'arn:aws:sqs:us-east-1:000000000000:dead.fifo';
    before.engine.startMoveTask({ sourceArn, messagesPerSecond: 1 });
    await before.time.advance(0);
    const after = openBench(redriveAfter(1), { file: leftBehind(file), time: before.time });
    before.engine.close();
    await after.time.advance(5000);
    expect(bodies(after.take())).toEqual(['A1', 'A2', 'A3']);
    expect(after.engine.listMoveTasks(sourceArn)).toMatchObject([
      { status: 'COMPLETED', moved: 3 },
    ]);
    after.engine.close();
  });
});

describe('a process killed in the middle of its work', () => {
  const WORKER = fileURLToPath(new URL('./crash-worker.ts', import.meta.url));

  it.each([25, 150, 700])(
    'leaves every acknowledged send there once, in order, killed at line %i',
    async (linesMax) => {
      const file = newFile();
      const child = spawn(
        process.execPath,
        ['--disable-warning=ExperimentalWarning', WORKER, file],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
      const lines = await linesUntilKilled(child, linesMax);
      const { owed, uncertain } = readWork(lines);

      const { engine, drain } = openBench({}, { file });
      const found = drain();
      expect(new Set(found).size).toBe(found.length);
      const certain = found.filter((body) => body !== uncertain);
      expect(certain.toSorted()).toEqual(owed.filter((body) => body !== uncertain).toSorted());
      for (const group of ['A', 'B', 'C']) {
        const order = found.filter((body) => body.startsWith(group));
        expect(order).toEqual(order.toSorted((a, b) => Number(a.slice(1)) - Number(b.slice(1))));
      }
      engine.close();
    },
  );
});

describe('a file another process uses', () => {
  it('is refused with what to do', () => {
    const file = newFile();
    const { engine } = openBench({}, { file });
    expect(() => openStore(file, { next: () => 'x' })).toThrow('stop that process');
    engine.close();
    const second = openBench({}, { file });
    expect(second.engine.findQueue(QUEUE)).toBeDefined();
    second.engine.close();
  });
});

async function linesUntilKilled(child: ChildProcess, linesMax: number): Promise<string[]> {
  if (child.stdout === null) throw new Error('The worker should have an output.');
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (line) => {
    lines.push(line);
    if (lines.length === linesMax) child.kill('SIGKILL');
  });
  await Promise.all([once(child, 'exit'), once(reader, 'close')]);
  return lines;
}

/**
 * Reads what the worker was promised; the operation it was in when it died may or may not have
 * happened.
 */
function readWork(lines: readonly string[]): { owed: string[]; uncertain: string | undefined } {
  const owed = new Set<string>();
  let uncertain: string | undefined;
  for (const line of lines) {
    const [event, body = ''] = line.split(' ');
    uncertain = event === 'sending' || event === 'deleting' ? body : undefined;
    if (event === 'sent') owed.add(body);
    if (event === 'deleted') owed.delete(body);
  }
  return { owed: [...owed], uncertain };
}
