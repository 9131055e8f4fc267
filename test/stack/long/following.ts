import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { CANCEL_MANY_LIMIT } from '../../../lib/application/cancel/cancel-many.ts';
import { inParallel } from '../../../lib/application/in-parallel.ts';
import { isOpen } from '../../../simulator/exchange/order.ts';
import { seededRandom } from '../../support/random.ts';
import { type RunningStack, startRunningStack } from '../../support/running-stack.ts';
import { readNumbers } from './arguments.ts';
import { judge, progress, quantile, questionsOf, seconds } from './figures.ts';

const HELP = `Follows hundreds of open orders with fills at random on the local stack, in real time.

  npm run test:following -- [options]

  --orders N     open orders (default 300)
  --minutes N    followed for so long, once without the stream and once with it (default 5)
  --seed N       which orders are filled, when and how much (default 20261122)
  --help         this text

In the end cancel-all ends what is still open. The exit code is 1 when a promise is broken.
`;

const QUERIES_PER_SECOND = 2;
/** Row 4: two passes of the schedule without the stream, a second with it. */
const STORED_MAX_MS = { without: 120_000, with: 1_000 } as const;
const QUANTITY = 10;
const PRICE = '95000';

const options = readNumbers(HELP, { orders: 300, minutes: 5, seed: 20_261_122 });
for (const streams of [false, true]) await follow(streams);

interface Change {
  readonly clientOrderId: string;
  readonly at: number;
  /** In thousandths of a coin, as all quantities here. */
  readonly executed: number;
}

async function follow(streams: boolean): Promise<void> {
  const running = await startRunningStack({
    accounts: 1,
    streams,
    ...{ latencyMs: 20, jitterMs: 10, seed: options.seed },
  });
  try {
    const ids = Array.from({ length: options.orders }, (_, index) => `followed-${index}`);
    await placeAll(running, ids, streams);
    const startedAt = Date.now();
    const changes = await fillAtRandom(running, ids);
    const endedAt = Date.now();
    const delays = await delaysOf(running, changes);
    report(running, { streams, changes, delays, startedAt, endedAt });
    await cancelAll(running);
  } finally {
    await running.stop();
  }
}

/** The exchange cancels 200 orders a call at most, so the command calls until none is open. */
async function cancelAll({ desk, stack }: RunningStack): Promise<void> {
  const { admin } = desk.simulator;
  const open = () => admin.orders().filter(isOpen).length;
  const before = open();
  const command = ['tools/operations/cancel-all.ts', '--account', 'desk-1', '--wait', '120'];
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...command,
    ...['--endpoint', stack.awsUrl],
  ]);
  const calls = admin.statistics().total.requestsByEndpoint.cancelMany ?? 0;
  const least = Math.ceil(before / CANCEL_MANY_LIMIT);
  judge(open() === 0 && calls >= least, `cancel-all ended ${before} open orders in ${calls} calls`);
  judge(stdout.endsWith('done: nothing is left\n'), 'and knew of each that it was over');
}

function heldIn({ desk }: RunningStack, clientOrderId: string) {
  return desk.simulator.admin.orders({ clientOrderId })[0];
}

async function placeAll(
  running: RunningStack,
  ids: readonly string[],
  streams: boolean,
): Promise<void> {
  const terms = { symbol: 'BTCUSD', side: 'BUY', type: 'LIMIT', quantity: '0.01', price: PRICE };
  for (const [index, clientOrderId] of ids.entries()) {
    const body = { accountId: 'desk-1', clientOrderId, ...terms, orderingKey: `key-${index % 10}` };
    const answer = await running.post('/v1/orders', { ...body, validUntil: Date.now() + 600_000 });
    if (answer.status !== 202) throw new Error(JSON.stringify(answer));
  }
  for (;;) {
    const placed = ids.filter((id) => heldIn(running, id) !== undefined).length;
    const connections = running.desk.simulator.admin.streamConnections();
    progress(`${placed} of ${ids.length} orders placed, ${connections} streams`);
    if (placed === ids.length && connections === (streams ? 1 : 0)) break;
    await sleep(1_000);
  }
  for (const id of ids) await running.until('desk-1', id, ['NEW']);
}

/** About one fill a second: a part of an order, or what is left of it. */
async function fillAtRandom(running: RunningStack, ids: readonly string[]): Promise<Change[]> {
  const random = seededRandom(options.seed);
  const changes: Change[] = [];
  const endsAt = Date.now() + options.minutes * 60_000;
  while (Date.now() < endsAt) {
    await sleep(100 + random() * 1_900);
    const clientOrderId = ids[Math.floor(random() * ids.length)] ?? '';
    const held = heldIn(running, clientOrderId);
    if (held === undefined || !isOpen(held)) continue;
    const left = QUANTITY - Math.round(Number(held.executed) * 1_000);
    const part = 1 + Math.floor(random() * left);
    const quantity = (part / 1_000).toFixed(3);
    running.desk.simulator.admin.fillOrder({ clientOrderId, quantity });
    changes.push({ clientOrderId, at: Date.now(), executed: QUANTITY - left + part });
    progress(`${changes.length} fills, ${seconds(endsAt - Date.now())} to go`);
  }
  return changes;
}

/** How long after each fill it was stored; waits until the last one is. */
async function delaysOf(running: RunningStack, changes: readonly Change[]): Promise<number[]> {
  const delays: number[] = [];
  await inParallel(changes, 8, async ({ clientOrderId, at, executed }) => {
    const giveUpAt = Date.now() + 2 * STORED_MAX_MS.without;
    for (;;) {
      const { body } = await running.get(`/v1/orders/desk-1/${clientOrderId}`);
      const stored = storedAt(JSON.parse(JSON.stringify(body)), executed);
      const isOver = stored !== undefined && body.fillsComplete === true;
      if (isOver || Date.now() > giveUpAt) {
        delays.push((isOver ? stored : Number.POSITIVE_INFINITY) - at);
        return;
      }
      await sleep(500);
    }
  });
  return delays;
}

/** When the order was first known to have traded so much. */
function storedAt(
  order: { readonly history: readonly { readonly at: number; readonly report?: Reported }[] },
  executed: number,
): number | undefined {
  return order.history.find(
    ({ report }) => Math.round(Number(report?.executedQuantity ?? 0) * 1_000) >= executed,
  )?.at;
}

interface Reported {
  readonly executedQuantity?: string;
}

function report(
  { desk }: RunningStack,
  seen: {
    readonly streams: boolean;
    readonly changes: readonly Change[];
    readonly delays: readonly number[];
    readonly startedAt: number;
    readonly endedAt: number;
  },
): void {
  const { streams, delays, startedAt, endedAt } = seen;
  const statistics = desk.simulator.admin.statistics();
  const asked = questionsOf(statistics, startedAt);
  const share = asked.weight / (((endedAt - startedAt) / 1_000) * QUERIES_PER_SECOND);
  const word = streams ? 'with the stream' : 'without the stream';
  const line = (text: string) => process.stdout.write(`${text}\n`);
  line(`\n${word}: ${options.orders} open orders, ${delays.length} fills, seed ${options.seed}`);
  line(
    `stored   after ${seconds(quantile(delays, 0.5))} (half), ${seconds(quantile(delays, 0.99))} ` +
      `(99 %), ${seconds(Math.max(...delays))} (all)`,
  );
  line(`asked    ${asked.text}; ${(100 * share).toFixed(1)} % of the query budget`);
  const maxMs = STORED_MAX_MS[streams ? 'with' : 'without'];
  judge(Math.max(...delays) <= maxMs, `each fill stored within ${seconds(maxMs)}`);
  const { status429, duplicates, largestQueriesInAnySecond: most } = statistics.total;
  judge(status429 === 0, `no 429; the highest weight of questions in any second was ${most}`);
  judge(duplicates === 0, 'no order placed twice');
}
