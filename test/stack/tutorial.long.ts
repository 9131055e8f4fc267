import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type RunningStack, startRunningStack } from '../support/running-stack.ts';

jest.setTimeout(90_000);

const TUTORIAL = readFileSync(new URL('../../docs/tutorial.md', import.meta.url), 'utf8');
const BLOCKS = [...TUTORIAL.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block);
const [START = '', ...STEPS] = BLOCKS;
const COMMAND = fileURLToPath(new URL('../../cli/hashkey-orders.cjs', import.meta.url));

let running: RunningStack;
beforeAll(async () => {
  running = await startRunningStack({ accounts: 1 });
}, 120_000);
afterAll(() => running.stop());

/** Runs a block of the tutorial as a person's shell does, with this stack in place of the usual one. */
async function typed(block = ''): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const { apiUrl, awsUrl } = running.stack;
  const here = `${process.execPath} ${COMMAND} --url ${apiUrl} --aws-endpoint ${awsUrl} `;
  const script = block
    .replaceAll('npx hashkey-orders ', here)
    .replaceAll('http://127.0.0.1:8090', running.desk.simulator.url);
  const child = spawn('sh', ['-c', `set -e\n${script}`], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [[code], stdout, stderr] = await Promise.all([
    once(child, 'exit'),
    text(child.stdout),
    text(child.stderr),
  ]);
  return { code, stdout, stderr };
}

const placed = (clientOrderId: string) => running.desk.simulator.admin.orders({ clientOrderId });

describe('the tutorial', () => {
  it('starts the service as the first command of README does', () => {
    expect(START).toBe('npm ci && npm start\n');
    expect(STEPS).toHaveLength(6);
  });

  it('finds the stage well, and places a first order, once', async () => {
    const doctor = await typed(STEPS[0]);
    expect(doctor).toMatchObject({ code: 0 });

    const first = await typed(STEPS[1]);
    expect(first).toMatchObject({ code: 0 });
    expect(first.stdout).toMatch(/^FILLED since /m);
    expect(first.stdout).toMatch(/came in over the API and was stored/);

    expect(await typed(STEPS[2])).toMatchObject({ code: 0 });
    expect(placed('first')).toHaveLength(1);
  });

  it('ends the doubt about an order that was placed', async () => {
    const end = await typed(STEPS[3]);
    expect(end).toMatchObject({ code: 0 });
    expect(end.stdout).toMatch(/From here on it is in doubt: .*HTTP 502/);
    expect(end.stdout).toMatch(/^FILLED since /m);
    expect(placed('doubtful')).toHaveLength(1);
  });

  it('proves that an order was never placed', async () => {
    const end = await typed(STEPS[4]);
    expect(end).toMatchObject({ code: 0 });
    expect(end.stdout).toMatch(/From here on it is in doubt: .*HTTP 502/);
    expect(end.stdout).toMatch(/^NEVER_PLACED since /m);
    expect(placed('lost')).toHaveLength(0);
  });

  it('cancels, halts and resumes', async () => {
    const end = await typed(STEPS[5]?.replace(/^(.*--id refused.*)$/m, '$1 || true'));
    expect(end).toMatchObject({ code: 0 });
    expect(end.stdout).toMatch(/^resting +CANCELED/m);
    expect(end.stdout).toMatch(/^refused +DENIED/m);
    expect(placed('refused')).toHaveLength(0);
  });
});
