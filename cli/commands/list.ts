import { Argument, Command, Option } from '@commander-js/extra-typings';
import type { OrderQuery } from '../../client/index.ts';
import { ORDER_STATUSES } from '../../lib/domain/order.ts';
import { accountId, whole } from '../command-line/arguments.ts';
import { type Context, type Job, onStage } from '../command-line/context.ts';
import { orderTable } from '../text/order-table.ts';

const PAGE_MAX = 100;

/** `list`: shows an account's orders. */
export function listCommand(context: Context) {
  return new Command('list')
    .description('lists orders of an account, newest first')
    .addArgument(new Argument('<account>', 'the account').argParser(accountId))
    .addOption(new Option('--status <status>', 'only these').choices(ORDER_STATUSES))
    .option('--limit <n>', 'how many, 1 to 100', whole(1, PAGE_MAX), 20)
    .option('--cursor <text>', 'goes on where a page ended')
    .option('--all', 'all pages; with --json one order per line')
    .action((account, { status, limit, cursor, all = false }, command) =>
      onStage(context, command, async (job) => {
        const query: OrderQuery = {
          accountId: account,
          limit: all ? PAGE_MAX : limit,
          ...(status !== undefined && { status }),
          ...(cursor !== undefined && { cursor }),
        };
        await (all ? showAll(job, query) : showPage(job, query));
        return undefined;
      }),
    );
}

async function showPage({ clock, connection, out, signal }: Job, query: OrderQuery) {
  const page = await (await connection.api()).list(query, { signal });
  out.result(page, () => {
    if (page.orders.length === 0) return ['No such orders.'];
    const more = page.cursor === undefined ? [] : [`More: --cursor ${page.cursor}`];
    return [...orderTable(page.orders, out, { now: clock.now() }), ...more];
  });
}

async function showAll({ clock, connection, out, signal }: Job, query: OrderQuery) {
  const api = await connection.api();
  let cursor = query.cursor;
  let count = 0;
  do {
    const page = await api.list({ ...query, ...(cursor !== undefined && { cursor }) }, { signal });
    const lines = orderTable(page.orders, out, { now: clock.now() });
    if (out.isJson) for (const order of page.orders) out.item(order, () => []);
    else for (const line of count === 0 ? lines : lines.slice(1)) out.line(line);
    count += page.orders.length;
    cursor = page.cursor;
  } while (cursor !== undefined);
  out.line(`${count} orders`);
}
