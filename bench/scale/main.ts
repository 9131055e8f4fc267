import { parseArgs } from 'node:util';
import { type Load, type RunFigures, reconcileMany } from './reconcile-many.ts';

const HELP = `Lets reconcilers look after many accounts on virtual time: real use cases, real adapters, tables,
secrets and an exchange that are simulated and count what they are asked for.

Usage: npm run bench:scale -- [options]

  --accounts N,N   how many accounts              (default 1,100,1000,10000)
  --shards N,N     reconcilers, each run with each (default 1,8)
  --load L,L       idle: nothing is due; open: an open order in each account; doubt: two orders of
                   each account in doubt, one of which the exchange has (default idle,open,doubt)
  --minutes N      virtual minutes                (default 5)
  --sockets N      connections of a reconciler to the exchange (default: as deployed)
  --seed N         (default 1)
  --help           this text

"late" is from when an order was due to when its look was stored. Processor time is this machine's,
for our own code alone: no TLS, no HTTP.`;

const { values } = parseArgs({
  options: {
    accounts: { type: 'string', default: '1,100,1000,10000' },
    shards: { type: 'string', default: '1,8' },
    load: { type: 'string', default: 'idle,open,doubt' },
    minutes: { type: 'string', default: '5' },
    sockets: { type: 'string' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) say(HELP);
else await run();

async function run(): Promise<void> {
  say(
    '| accounts | load | shards | late p50 / p99 / most s | left in doubt | looks | store calls, read, write units a look | store calls, questions, secrets, gate reads a minute | 429 | no connection | cpu ms a look | heap MiB |',
  );
  say('|---|---|---|---|---|---|---|---|---|---|---|---|');
  for (const load of values.load.split(',').map(loadOf)) {
    for (const accounts of numbers(values.accounts)) {
      for (const shards of numbers(values.shards)) {
        say(
          rowOf(
            await reconcileMany({
              ...{ accounts, shards, load },
              minutes: Number(values.minutes),
              seed: Number(values.seed),
              ...(values.sockets !== undefined && { socketsMax: Number(values.sockets) }),
            }),
          ),
        );
      }
    }
  }
}

function rowOf(one: RunFigures): string {
  const { lateMs, perLook, perMinute } = one;
  const seconds = [lateMs.p50, lateMs.p99, lateMs.most].map((ms) => (ms / 1_000).toFixed(1));
  const look = [perLook.storeCalls, perLook.readUnits, perLook.writeUnits].map((n) => n.toFixed(2));
  const minute = [
    perMinute.storeCalls,
    perMinute.questions,
    perMinute.secretReads,
    perMinute.gateReads,
  ].map(Math.round);
  const { exchange, aws } = one.noConnection;
  const cells = [
    ...[one.accounts, one.load, one.shards, seconds.join(' / '), one.left, one.looks],
    ...[look.join(', '), minute.join(', '), one.throttled, exchange + aws],
    ...[perLook.cpuMs.toFixed(2), one.heapMiB],
  ];
  return `| ${cells.join(' | ')} |`;
}

function numbers(text: string): readonly number[] {
  return text.split(',').map((part) => {
    const number = Number(part);
    if (Number.isInteger(number) && number > 0) return number;
    throw new Error(`${part} is no whole number from 1 up.`);
  });
}

function loadOf(text: string): Load {
  if (text === 'idle' || text === 'open' || text === 'doubt') return text;
  throw new Error(`--load ${text}: there are idle, open and doubt.`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
