import { setTimeout as sleep } from 'node:timers/promises';
import { Command, Option } from '@commander-js/extra-typings';
import { FINAL_STATUSES, type Order, OrdersUnreachableError } from '../../client/index.ts';
import { momentText } from '../../lib/application/explain/time-text.ts';
import { inParallel } from '../../lib/application/in-parallel.ts';
import { SECOND_MS } from '../../lib/domain/time.ts';
import { WAIT_MAX_MS } from '../await-order.ts';
import { accountId, clientOrderId, duration, whole } from '../command-line/arguments.ts';
import { type Context, type Job, onStage } from '../command-line/context.ts';
import { EXIT, type ExitCode, wrongInput } from '../command-line/exit-codes.ts';
import { orderTable } from '../text/order-table.ts';

/** Orders that are asked for one by one. */
const IDS_MAX = 50;
const AT_ONCE_MAX = 4;
const EVERY_MIN_MS = 250;
const EVERY_MAX_MS = 60 * SECOND_MS;
/** While nothing changes, looks become rarer, up to so many times the wanted pause. */
const SLOWER_MAX = 5;

interface Watch {
  readonly account: string;
  readonly ids: readonly string[];
  readonly limit: number;
  readonly everyMs: number;
  readonly forMs: number;
  readonly untilFinal: boolean;
}

/** `watch`: shows orders as they change. */
export function watchCommand(context: Context) {
  return new Command('watch')
    .description('shows orders live; Ctrl-C ends it')
    .argument('<account>', 'the account', accountId)
    .argument('[ids...]', 'client order ids; without any, the newest orders', readIds, [])
    .option('--limit <n>', 'how many of the newest, 1 to 100', whole(1, 100), 20)
    .addOption(
      new Option('--every <duration>', 'pause between looks; longer while nothing changes')
        .argParser(duration(EVERY_MAX_MS, EVERY_MIN_MS))
        .default(SECOND_MS, '1s'),
    )
    .addOption(
      new Option('--for <duration>', 'ends after so long')
        .argParser(duration(WAIT_MAX_MS))
        .default(WAIT_MAX_MS, '1d'),
    )
    .option('--until-final', 'ends when every order shown is over or held')
    .action((account, ids, options, command) =>
      onStage(context, command, (job) =>
        watch(job, {
          account,
          ids,
          limit: options.limit,
          everyMs: options.every,
          forMs: options.for,
          untilFinal: options.untilFinal ?? false,
        }),
      ),
    );
}

function readIds(text: string, before: readonly string[]): readonly string[] {
  if (before.length === IDS_MAX) throw wrongInput(`Give at most ${IDS_MAX} ids.`);
  return [...before, clientOrderId(text)];
}

async function watch(job: Job, asked: Watch): Promise<ExitCode> {
  const { clock, signal } = job;
  const endsAt = clock.monotonicMs() + asked.forMs;
  const show = screenOf(job);
  let known: ReadonlyMap<string, number> = new Map();
  let pauseMs = asked.everyMs;
  while (!signal.aborted) {
    const orders = await look(job, asked);
    if (orders !== undefined) {
      const changed = orders.filter(({ clientOrderId: id, version }) => known.get(id) !== version);
      show(orders, changed);
      known = new Map(orders.map(({ clientOrderId: id, version }) => [id, version]));
      if (asked.untilFinal && orders.length > 0 && orders.every(isOver)) return endOf(orders);
      pauseMs =
        changed.length > 0 ? asked.everyMs : Math.min(pauseMs * 1.5, asked.everyMs * SLOWER_MAX);
    }
    const leftMs = endsAt - clock.monotonicMs();
    if (leftMs <= 0) return asked.untilFinal ? EXIT.notOver : EXIT.ok;
    await sleep(Math.min(pauseMs, leftMs), undefined, { signal }).catch(() => undefined);
  }
  return EXIT.interrupted;
}

/** A service that is away for a while does not end the watch. */
async function look(
  { connection, out, signal }: Job,
  { account, ids, limit }: Watch,
): Promise<readonly Order[] | undefined> {
  const api = await connection.api();
  try {
    if (ids.length === 0) return (await api.list({ accountId: account, limit }, { signal })).orders;
    const found = new Map<string, Order>();
    await inParallel(ids, AT_ONCE_MAX, async (id) => {
      found.set(id, await api.get(account, id, { signal }));
    });
    return ids.flatMap((id) => found.get(id) ?? []);
  } catch (error) {
    if (signal.aborted) return undefined;
    if (!(error instanceof OrdersUnreachableError)) throw error;
    out.note('No answer; asking again.');
    return undefined;
  }
}

/** On a terminal one table that is drawn over; elsewhere a line for every change. */
function screenOf({ clock, out }: Job) {
  let drawn = 0;
  return (orders: readonly Order[], changed: readonly Order[]) => {
    const lines = orderTable(orders, out, { now: clock.now() });
    if (out.isTerminal) {
      const title = `${momentText(clock.now())}  ${orders.length} orders; Ctrl-C ends this`;
      drawn = out.drawOver([out.paint('dim', title), ...lines], drawn);
      return;
    }
    for (const order of changed.toReversed()) {
      out.item(order, () => orderTable([order], out, { now: clock.now() }).slice(1));
    }
  };
}

function isOver({ status }: Order): boolean {
  return status === 'HELD' || FINAL_STATUSES.includes(status);
}

function endOf(orders: readonly Order[]): ExitCode {
  return orders.some(({ status }) => status === 'HELD') ? EXIT.failed : EXIT.ok;
}
