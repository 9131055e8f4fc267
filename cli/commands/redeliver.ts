import { Command } from '@commander-js/extra-typings';
import {
  type Redelivered,
  redeliverLetters,
  redeliverOrder,
} from '../../lib/application/operations/redeliver.ts';
import { accountId, clientOrderId, whole } from '../command-line/arguments.ts';
import { type Context, onStage } from '../command-line/context.ts';
import { CommandFailure, EXIT, wrongInput } from '../command-line/exit-codes.ts';

const sequence = whole(1, 999_999_999);

/** `redeliver`: sends results to producers again. */
export function redeliverCommand(context: Context) {
  return new Command('redeliver')
    .description('sends results to producers again: those given up, or events of one order')
    .argument('[account]', 'the account of the order whose events are sent again', accountId)
    .argument('[id]', 'the client order id', clientOrderId)
    .option('--from <sequence>', 'the first event of the order', sequence)
    .option('--to <sequence>', 'the last event of the order', sequence)
    .option('--apply', 'does it; otherwise it only says what would be sent')
    .action((account, id, { apply = false, from, to }, command) => {
      const isOrder = account !== undefined;
      if (isOrder && (id === undefined || from === undefined || to === undefined)) {
        throw wrongInput('Name the order and its events: ACCOUNT ID --from N --to N.');
      }
      if (!isOrder && (from !== undefined || to !== undefined)) {
        throw wrongInput('--from and --to are events of one order: name ACCOUNT and ID too.');
      }
      return onStage(context, command, async ({ connection, out }) => {
        const state = await connection.state();
        const dependencies = { ...state, ...(await state.resultQueues()) };
        const all =
          account === undefined || id === undefined || from === undefined || to === undefined
            ? await redeliverLetters(dependencies, { apply })
            : await eventsOf({ account, id }, (key) =>
                redeliverOrder(dependencies, key, { apply, from, to }),
              );
        out.result({ applied: apply, results: all }, () => [
          ...all.map(({ fate, id: name, why }) => `${name}  ${fate}: ${why}`),
          `${all.length} results${apply ? '' : ' looked at; --apply does it'}`,
        ]);
        return all.some(({ fate }) => fate === 'stays') ? EXIT.failed : EXIT.ok;
      });
    });
}

async function eventsOf(
  { account, id }: { readonly account: string; readonly id: string },
  redeliver: (key: {
    readonly accountId: string;
    readonly clientOrderId: string;
  }) => Promise<readonly Redelivered[] | undefined>,
): Promise<readonly Redelivered[]> {
  const all = await redeliver({ accountId: account, clientOrderId: id }).catch((error: unknown) => {
    throw error instanceof RangeError ? new CommandFailure(EXIT.failed, error.message) : error;
  });
  if (all === undefined)
    throw new CommandFailure(EXIT.notFound, `There is no order ${account} ${id}.`);
  return all;
}
