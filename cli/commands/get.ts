import { Command } from '@commander-js/extra-typings';
import { accountId, clientOrderId } from '../command-line/arguments.ts';
import { type Context, onStage } from '../command-line/context.ts';
import { orderLines } from '../text/order-table.ts';

/** `get`: shows one order. */
export function getCommand(context: Context) {
  return new Command('get')
    .description('shows one order as it stands now')
    .argument('<account>', 'the account', accountId)
    .argument('<id>', 'client order id', clientOrderId)
    .action((account, id, _options, command) =>
      onStage(context, command, async ({ clock, connection, out, signal }) => {
        const api = await connection.api();
        const order = await api.get(account, id, { signal });
        out.result(order, () => orderLines(order, out, { now: clock.now() }));
        return undefined;
      }),
    );
}
