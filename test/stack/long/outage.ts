import { setTimeout as sleep } from 'node:timers/promises';
import { type RunningStack, startRunningStack } from '../../support/running-stack.ts';
import { readNumbers } from './arguments.ts';
import { judge, progress, quantile, questionsOf, seconds } from './figures.ts';

const HELP = `Puts hundreds of orders in doubt on the local stack, in real time, and follows their ends.

  npm run test:outage -- [options]

  --orders N     orders in doubt, every second one of them placed (default 600)
  --outage N     the outage lasts at least so many seconds (default 60)
  --horizon N    seconds of silence that may prove absence (default 60)
  --seed N       delays of the exchange (default 20261122)
  --help         this text

While the outage lasts no create is answered well, and no question at all. Each third create is
refused in between, because after three silent ones in a row the key would pause. Takes about
seven minutes with the defaults. The exit code is 1 when a promise is broken.
`;

const QUERIES_PER_SECOND = 2;
/** Row 1: so long after the exchange is back what was placed is settled. */
const SETTLED_MAX_MS = 15_000;
/** The receive window and the error of clocks: no acceptance can begin later. */
const FENCE_MS = 7_000;
const GIVE_UP_MS = 900_000;
const LOOK_MS = 2_000;
/** An absent order is looked for in lists and asked about in rounds of so long. */
const ROUND_MS = 10_000;

const options = readNumbers(HELP, { orders: 600, outage: 60, horizon: 60, seed: 20_261_122 });
const horizonMs = options.horizon * 1_000;
const stack = await startRunningStack({
  accounts: 1,
  ...{ latencyMs: 20, jitterMs: 10, seed: options.seed },
  ...{ horizonMs, spacingMs: Math.min(10_000, Math.max(1_000, horizonMs / 2)) },
});
try {
  await run(stack);
} finally {
  await stack.stop();
}

interface Told {
  readonly clientOrderId: string;
  readonly status: string;
  readonly history: readonly { readonly at: number; readonly status: string }[];
  readonly attempts: readonly { readonly fenceAt: number }[];
}

async function run(running: RunningStack): Promise<void> {
  const { admin } = running.desk.simulator;
  const startedAt = Date.now();
  beginOutage(running);
  const ids = await placeAll(running);
  const inDoubt = ids.filter((id) => !id.startsWith('refused'));
  await sleep(Math.max(0, startedAt + options.outage * 1_000 - Date.now()));
  admin.clearRules();
  const returnedAt = Date.now();
  const told = await untilOver(running, { ids: inDoubt, returnedAt });
  report(running, { told, returnedAt, outageMs: returnedAt - startedAt });
}

function beginOutage({ desk }: RunningStack): void {
  const { admin } = desk.simulator;
  const silent = { kind: 'status', status: 503 } as const;
  for (const endpoint of ['query', 'openOrders', 'history', 'trades', 'cancel'] as const) {
    admin.addRule({ match: { endpoint }, fault: silent });
  }
  const create = (prefix: string) =>
    ({ endpoint: 'create', clientOrderId: `${prefix}-*` }) as const;
  admin.addRule({ match: create('absent'), fault: silent });
  admin.addRule({ match: create('placed'), fault: { ...silent, when: 'after' } });
  const refused = { kind: 'code', code: '0401', status: 400 } as const;
  admin.addRule({ match: create('refused'), fault: refused });
}

/** One after the other, as their common ordering key keeps them: never three silent ones in a row. */
async function placeAll(running: RunningStack): Promise<readonly string[]> {
  const { arrivals } = { arrivals: () => running.desk.simulator.admin.statistics().arrivals };
  const pairs = Math.ceil(options.orders / 2);
  const ids = Array.from({ length: pairs }, (_, index) => [
    `absent-${index}`,
    `placed-${index}`,
    `refused-${index}`,
  ]).flat();
  for (const [index, clientOrderId] of ids.entries()) {
    const terms = { symbol: 'BTCUSD', side: 'BUY', type: 'LIMIT', quantity: '0.001' };
    const body = { accountId: 'desk-1', clientOrderId, ...terms, price: '95000' };
    const validUntil = Date.now() + GIVE_UP_MS;
    const answer = await running.post('/v1/orders', { ...body, validUntil });
    if (answer.status !== 202) throw new Error(JSON.stringify(answer));
    if (index % 100 === 0) progress(`outage: ${index} of ${ids.length} orders accepted`);
  }
  for (;;) {
    const sent = new Set(
      arrivals()
        .filter(({ endpoint }) => endpoint === 'create')
        .map(({ clientOrderId }) => clientOrderId),
    );
    progress(`outage: ${sent.size} of ${ids.length} orders arrived at the exchange`);
    if (ids.every((id) => sent.has(id))) return ids;
    await sleep(LOOK_MS);
  }
}

async function untilOver(
  running: RunningStack,
  { ids, returnedAt }: { readonly ids: readonly string[]; readonly returnedAt: number },
): Promise<readonly Told[]> {
  const told = new Map<string, Told>();
  const isOver = (id: string) =>
    !['RECEIVED', 'SENDING', 'IN_DOUBT'].includes(told.get(id)?.status ?? 'RECEIVED');
  while (Date.now() < returnedAt + GIVE_UP_MS) {
    for (const id of ids.filter((one) => !isOver(one))) {
      const { body } = await running.get(`/v1/orders/desk-1/${id}`);
      told.set(id, JSON.parse(JSON.stringify(body)));
    }
    const left = ids.filter((id) => !isOver(id)).length;
    const since = seconds(Date.now() - returnedAt);
    progress(`${since} after the return: ${left} of ${ids.length} orders in doubt`);
    if (left === 0) break;
    await sleep(LOOK_MS);
  }
  return [...told.values()];
}

function report(
  { desk }: RunningStack,
  {
    told,
    returnedAt,
    outageMs,
  }: {
    readonly told: readonly Told[];
    readonly returnedAt: number;
    readonly outageMs: number;
  },
): void {
  const { admin } = desk.simulator;
  const isPlaced = ({ clientOrderId }: Told) => clientOrderId.startsWith('placed');
  const placed = told.filter(isPlaced);
  const absent = told.filter((one) => !isPlaced(one));
  const reached = (one: Told, status: RegExp) =>
    one.history.find((event) => status.test(event.status) && event.at >= returnedAt)?.at ??
    Number.POSITIVE_INFINITY;
  const settledMs = placed.map((one) => reached(one, /^(?:NEW|FILLED)$/) - returnedAt);
  const provenAt = absent.map((one) => reached(one, /^NEVER_PLACED$/));
  const lastFence = Math.max(...absent.map(({ attempts }) => attempts.at(-1)?.fenceAt ?? 0));
  const provenMs = provenAt.map((at) => at - returnedAt);
  const horizonMaxMs = lastFence + horizonMs - returnedAt;
  const questionsMs = (absent.length / QUERIES_PER_SECOND) * 1_000;
  const { total, ...statistics } = admin.statistics();
  const asked = questionsOf({ total, ...statistics }, returnedAt);
  const line = (text: string) => process.stdout.write(`${text}\n`);

  line(`\n${told.length} orders in doubt after ${seconds(outageMs)}, seed ${options.seed}`);
  line(`placed   ${settledMs.length}: settled after ${spread(settledMs)}`);
  line(`absent   ${provenMs.length}: proven absent after ${spread(provenMs)}`);
  line(`asked    ${asked.text}; weight ${asked.weight}`);
  const pass = seconds((told.length / QUERIES_PER_SECOND) * 1_000);
  line(`one by one, for comparison: ${told.length} questions, ${pass} a pass at the limit itself`);
  line(
    `bound    the last horizon ends ${seconds(horizonMaxMs)} after the return; a question for each ` +
      `absent order past its horizon takes ${seconds(questionsMs)} at the limit itself`,
  );

  judge(Math.max(...settledMs) <= SETTLED_MAX_MS, 'all placed ones settled within 15 s');
  // Questions past the horizon, with what lists and followed orders take of the budget.
  const boundMs = Math.max(horizonMaxMs, FENCE_MS) + 1.5 * questionsMs + 3 * ROUND_MS;
  judge(Math.max(...provenMs) <= boundMs, `all others proven absent within ${seconds(boundMs)}`);
  judge(
    absent.every(({ clientOrderId }) => admin.orders({ clientOrderId }).length === 0),
    'none of them exists',
  );
  const { status429, duplicates, largestQueriesInAnySecond: most } = total;
  judge(status429 === 0, `no 429; the highest weight of questions in any second was ${most}`);
  judge(duplicates === 0, 'no order placed twice');
}

function spread(values: readonly number[]): string {
  return `${seconds(quantile(values, 0.5))} (half), ${seconds(Math.max(...values))} (all)`;
}
