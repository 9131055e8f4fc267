import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import * as z from 'zod/mini';
import { explain } from '../../console/model/explain.ts';
import { orderSchema } from '../../console/model/resources.ts';
import { startConsole } from '../../console/server/start-console.ts';
import { STAGES } from '../../infra/stages.ts';
import { STAGE } from './deploy.ts';
import { REGION } from './emulator.ts';
import { expected, type Fact, fact } from './facts.ts';
import { ACCOUNTS } from './plan.ts';
import type { Run } from './prove-deployment.ts';

const COMMAND = fileURLToPath(new URL('../../cli/hashkey-orders.cjs', import.meta.url));
const COMMAND_TIMEOUT_MS = 120_000;
/** The message of the test that is no order lies there. */
const POISONED = 'queue orders-dead-letter.fifo';
const AGE_S = 7;

const doctorSchema = z.object({
  findings: z.array(z.object({ check: z.string(), state: z.string(), says: z.string() })),
});
const whySchema = z.object({ trail: z.array(z.object({ text: z.string() })) });
const queuesSchema = z.array(
  z.object({ name: z.string(), waiting: z.number(), oldestAgeS: z.optional(z.number()) }),
);

/** What a person at a desk does with a deployed stage, and sees of it. */
export async function deskFacts(run: Run): Promise<readonly Fact[]> {
  await run.aws.completeTables();
  await run.aws.putMetric('AWS/Lambda', {
    name: 'Invocations',
    of: { FunctionName: 'reconcile-orders' },
    value: 1,
  });
  await run.aws.putMetric('AWS/SQS', {
    name: 'ApproximateAgeOfOldestMessage',
    of: { QueueName: 'orders.fifo' },
    value: AGE_S,
  });
  const id = `desk-${Date.now().toString(36)}`;
  return [
    ...(await commandLineFacts(run, id)),
    ...(await doctorFacts(run)),
    ...(await consoleFacts(run, id)),
  ];
}

/** One order by the command line, signed, through the deployed API. */
async function commandLineFacts(run: Run, id: string): Promise<readonly Fact[]> {
  const order = ['--symbol', 'BTCUSD', '--side', 'BUY', '--type', 'MARKET', '--quantity', '0.01'];
  const submit = () => typed(run, ['submit', 'desk-1', '--id', id, ...order, '--wait']);
  const first = await submit();
  const again = await submit();
  const there = run.simulator.admin.orders({ clientOrderId: id });
  const address = run.deployed.outputs.ApiUrl ?? 'none';
  const byOutputs = await typed(run, ['get', 'desk-1', id], { url: false });
  return [
    expected('the command line places an order through the deployed API', first.code, 0),
    expected('the same order typed again is the same order', again.code, 0),
    expected('orders of that id at the exchange', there.length, 1),
    // The emulator puts out a name that nothing resolves, so this is as far as it goes.
    fact(
      'the command line finds the address of the API among the outputs of the stack',
      byOutputs.stderr.includes(address),
      byOutputs.stderr.trim(),
    ),
  ];
}

/** The doctor sees what is wrong, and nothing else; a halt before it is called off. */
async function doctorFacts(run: Run): Promise<readonly Fact[]> {
  const wrong = async () => {
    const { stdout } = await typed(run, ['doctor']);
    const { findings } = doctorSchema.parse(JSON.parse(stdout));
    const bad = findings.filter(({ state }) => state === 'wrong').map(({ check }) => check);
    return { count: findings.length, bad: bad.toSorted().join(', ') };
  };
  const quiet = await wrong();
  await typed(run, ['halt', 'desk-4', '--reason', 'seen by the doctor']);
  const halted = await wrong();
  await typed(run, ['resume', 'desk-4']);
  const resumed = await wrong();
  const named = 'the doctor finds wrong what is wrong on the stage, and nothing else';
  return [
    fact(`${named}, of ${quiet.count} findings`, quiet.bad === POISONED, quiet.bad),
    fact(
      'it names an account that is halted',
      halted.bad === `account desk-4, ${POISONED}`,
      halted.bad,
    ),
    fact('and no more once it is resumed', resumed.bad === POISONED, resumed.bad),
  ];
}

/** What the console's server learns of the stage, and what its page would say of the order. */
async function consoleFacts(run: Run, id: string): Promise<readonly Fact[]> {
  const { api, emulator } = run;
  const { absenceHorizonMs: horizonMs } = STAGES[STAGE];
  const served = await startConsole({
    ...{ apiUrl: api.url, region: REGION, awsEndpoint: emulator.url },
    ...{ port: 0, stage: STAGE, horizonMs, accounts: [] },
  });
  try {
    const { origin, hash } = new URL(served.url);
    const headers = { origin, 'x-console-token': hash.slice(1) };
    const ask = async (path: string) => (await fetch(`${origin}/api${path}`, { headers })).json();
    const { accounts } = z.object({ accounts: z.array(z.string()) }).parse(await ask('/about'));
    const queues = queuesSchema.parse(await ask('/queues'));
    const order = orderSchema.parse(await ask(`/orders/desk-1/${id}`));
    const shown = explain(order, { now: Date.now(), horizonMs, account: undefined });
    const { stdout } = await typed(run, ['why', 'desk-1', id]);
    const told = whySchema.parse(JSON.parse(stdout));
    const ofQueue = (name: string) => queues.find((queue) => queue.name === name);
    const sentences = (trail: readonly { readonly text: string }[]) =>
      trail.map((one) => one.text).join('\n');
    return [
      fact(
        'the console finds the accounts of the stage by their secrets',
        accounts.join() === ACCOUNTS.join(),
        accounts.join(),
      ),
      expected('it counts the letter aside', ofQueue('orders-dead-letter.fifo')?.waiting ?? -1, 1),
      expected(
        'it reads the age of a queue from CloudWatch',
        ofQueue('orders.fifo')?.oldestAgeS ?? -1,
        AGE_S,
      ),
      fact(
        'console and command line tell the story of an order in the same sentences',
        told.trail.length > 2 && sentences(shown.trail) === sentences(told.trail),
        `${told.trail.length} sentences`,
      ),
    ];
  } finally {
    await served.close();
  }
}

/** Runs the command line as a person's shell does, with the credentials of the emulated account. */
async function typed(
  { api, emulator }: Run,
  words: readonly string[],
  { url = true }: { readonly url?: boolean } = {},
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  const where = ['--stage', STAGE, '--json', ...(url ? ['--url', api.url] : [])];
  const child = spawn(process.execPath, [COMMAND, ...where, ...words], {
    env: { PATH: process.env.PATH, HOME: tmpdir(), ...emulator.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: COMMAND_TIMEOUT_MS,
  });
  const [[code], stdout, stderr] = await Promise.all([
    once(child, 'exit'),
    text(child.stdout),
    text(child.stderr),
  ]);
  return { code: Number(code ?? -1), stdout, stderr };
}
