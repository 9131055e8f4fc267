import { Command } from '@commander-js/extra-typings';
import type { Order } from '../../client/index.ts';
import { WAIT_MAX_MS, waitForOrder } from '../await-order.ts';
import { accountId, clientOrderId, duration } from '../command-line/arguments.ts';
import { type Context, onStage } from '../command-line/context.ts';
import { EXIT, type ExitCode } from '../command-line/exit-codes.ts';
import { orderLines } from '../text/order-table.ts';

/** Statuses of a cancel that has come to its end. */
const OVER: readonly string[] = ['DONE', 'TOO_LATE', 'REFUSED'];

/** `cancel`: has one order canceled. */
export function cancelCommand(context: Context) {
  return new Command('cancel')
    .description('has one order canceled; safe to repeat')
    .argument('<account>', 'the account', accountId)
    .argument('<id>', 'client order id', clientOrderId)
    .option('--wait [duration]', 'waits until the order is over (1m)', duration(WAIT_MAX_MS))
    .action((account, id, { wait }, command) =>
      onStage(context, command, async (job) => {
        const { clock, connection, out, signal } = job;
        const asked = await (await connection.api()).cancel(account, id, { signal });
        const order =
          wait === undefined
            ? asked
            : await waitForOrder(job, asked, { until: 'final', forMs: wait });
        out.result(order, () => orderLines(order, out, { now: clock.now() }));
        return wait === undefined ? EXIT.ok : endOf(order);
      }),
    );
}

function endOf({ status, cancel }: Order): ExitCode {
  if (status === 'CANCELED' || status === 'PARTIALLY_CANCELED') return EXIT.ok;
  return OVER.includes(cancel?.status ?? 'DONE') ? EXIT.failed : EXIT.notOver;
}
