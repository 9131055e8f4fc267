import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type StackRun, startStackRun } from './stack-run.ts';

const HELP = `Measures the whole local stack, as npm start runs it, against the simulator.

Usage: npm run bench -- [--orders N] [--seed N]

  --orders N   orders of the throughput run   (default 300)
  --seed N     of the simulator's jitter       (default 1)

throughput  orders through one key and ten ordering keys, exchange at 40 ms with 20 ms jitter
latency     one order at a time on an idle stack: webhook answer to arrival at the exchange
memory      resident memory of the idle stack, all processes but npm itself`;

/** The exchange of every run. */
const EXCHANGE = { latencyMs: 40, jitterMs: 20 };
const LIMIT_PER_SECOND = 10;
const SYMBOLS = ['BTCUSD', 'ETHUSD', 'SOLUSD', 'BTCHKD', 'ETHHKD', 'BTCUSDT'];
/** Orders sent one at a time; the first ones warm up. */
const SINGLE_ORDERS = 25;
const WARM_UP = 5;
/** Functions' processes that nobody needs have ended by then. */
const IDLE_MS = 40_000;

const { values } = parseArgs({
  options: {
    orders: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  process.stdout.write(`${HELP}\n`);
} else {
  await measure(Number(values.orders), Number(values.seed));
}

async function measure(orders: number, seed: number): Promise<void> {
  const run = await startStackRun({ ...EXCHANGE, seed });
  try {
    say(await latencyLine(run));
    say(await throughputLine(run, orders));
    await sleep(IDLE_MS);
    say(`memory: ${Math.round(run.residentMiB())} MiB resident, idle, all processes of the stack`);
  } finally {
    await run.stop();
  }
}

/** Posts one order after the other and compares each answer's time with the exchange's stamp. */
async function latencyLine(run: StackRun): Promise<string> {
  const delays: number[] = [];
  for (let index = 0; index < SINGLE_ORDERS; index += 1) {
    const clientOrderId = `single-${index}`;
    await place(run, clientOrderId, index);
    const answeredAt = Date.now();
    await sleep(1_000);
    const arrival = arrivals(run).find((one) => one.clientOrderId === clientOrderId);
    if (index >= WARM_UP && arrival !== undefined) delays.push(arrival.at - answeredAt);
  }
  const sorted = delays.toSorted((left, right) => left - right);
  const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
  return (
    `latency: webhook answer to arrival at the exchange, ${sorted.length} orders one at a time: ` +
    `median ${at(0.5)} ms, p90 ${at(0.9)} ms, max ${at(1)} ms`
  );
}

/** Puts a backlog on the queue and measures between the first and the last arrival. */
async function throughputLine(run: StackRun, orders: number): Promise<string> {
  run.simulator.admin.resetStatistics();
  for (let index = 0; index < orders; index += 1) await place(run, `many-${index}`, index);
  const giveUpAt = Date.now() + orders * 500 + 30_000;
  while (arrivals(run).length < orders && Date.now() < giveUpAt) {
    await sleep(1_000);
    process.stderr.write(`  ${arrivals(run).length} of ${orders} orders\r`);
  }
  const times = arrivals(run).map((one) => one.at);
  const { total } = run.simulator.admin.statistics();
  const spanMs = (times.at(-1) ?? 0) - (times[0] ?? 0);
  const perSecond = ((times.length - 1) * 1_000) / spanMs;
  return (
    `throughput: ${times.length} of ${orders} orders through one key at ${perSecond.toFixed(2)} ` +
    `orders/s, ${((perSecond / LIMIT_PER_SECOND) * 100).toFixed(1)} % of the limit; ` +
    `${total.status429} times 429, ${total.duplicates} duplicates, ` +
    `at most ${total.largestOrdersInAnySecond} in any second`
  );
}

function arrivals(run: StackRun) {
  return run.simulator.admin
    .statistics()
    .arrivals.filter((one) => one.endpoint === 'create' && one.status === 200);
}

async function place(run: StackRun, clientOrderId: string, index: number): Promise<void> {
  const order = {
    accountId: run.accountId,
    clientOrderId,
    symbol: SYMBOLS[index % SYMBOLS.length],
    side: index % 2 === 0 ? 'BUY' : 'SELL',
    type: 'MARKET',
    quantity: '0.01',
    orderingKey: `key-${index % 10}`,
    validUntil: Date.now() + 600_000,
  };
  const answer = await fetch(`${run.apiUrl}/v1/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(order),
  });
  if (answer.status !== 202) throw new Error(`${answer.status}: ${await answer.text()}`);
  await answer.arrayBuffer();
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
