import { parseArgs } from 'node:util';
import { EMULATOR, type Emulator, NoEmulatorError, startEmulator } from './emulator.ts';
import { proveDeployment } from './prove-deployment.ts';

const HELP = `Deploys the service to an emulator of AWS by another hand and checks the promises there.

Usage: npm run test:deploy -- [options]

  --orders N   how many orders go through              (default 200)
  -c NAME=V    an option of the stage, as for a deployment; may be given several times
  --keep       leave the emulator running at the end, to look at it
  --help       this text

Needs Python 3.10 or newer once with a package registry, to install ${EMULATOR}; without it the test
says so and is skipped. Nothing leaves this machine: every client talks to loopback.`;

const ORDERS_MAX = 5_000;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      orders: { type: 'string', default: '200' },
      keep: { type: 'boolean', default: false },
      context: { type: 'string', short: 'c', multiple: true, default: [] },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    say(HELP);
    return;
  }
  const orders = Number(values.orders);
  if (!Number.isInteger(orders) || orders < 1 || orders > ORDERS_MAX) {
    throw new Error(`--orders ${values.orders}: give a whole number from 1 to ${ORDERS_MAX}.`);
  }
  const emulator = await startOrSkip();
  if (emulator === undefined) return;
  const stop = () => void emulator.stop().then(() => process.exit(1));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  say(`${EMULATOR} answers on ${emulator.url}; its log: ${emulator.logFile}`);
  try {
    const facts = await proveDeployment(emulator, { orders, say, options: values.context });
    for (const { fact, seen, holds } of facts) say(`${holds ? 'ok  ' : 'NOT '} ${fact}: ${seen}`);
    const failed = facts.filter(({ holds }) => !holds).length;
    say(`${facts.length - failed} passed, ${failed} failed`);
    process.exitCode = failed === 0 ? 0 : 1;
  } finally {
    if (!values.keep) await emulator.stop();
  }
}

async function startOrSkip(): Promise<Emulator | undefined> {
  try {
    return await startEmulator();
  } catch (error) {
    if (!(error instanceof NoEmulatorError)) throw error;
    say(`Skipped: ${error.message}. The deployment is not tried here; everything else is.`);
    say('0 passed, 0 failed, 1 skipped');
    return undefined;
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
