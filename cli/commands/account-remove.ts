import { Command } from '@commander-js/extra-typings';
import type { OrderStatus } from '../../lib/domain/order.ts';
import { accountSecrets, RECOVERY_DAYS } from '../account/account-secrets.ts';
import { accountId } from '../command-line/arguments.ts';
import { type Context, type Job, onStage } from '../command-line/context.ts';
import { CommandFailure, EXIT } from '../command-line/exit-codes.ts';
import { noAccount } from './halt.ts';

/** Orders that the service still has something to do for. */
const UNSETTLED: readonly OrderStatus[] = [
  'RECEIVED',
  'SENDING',
  'IN_DOUBT',
  'NEW',
  'PARTIALLY_FILLED',
  'HELD',
];
const PAGE = 100;

/** `account remove`: deletes the secret of an account. */
export function accountRemoveCommand(context: Context) {
  return new Command('remove')
    .description(
      `deletes the secret of an account; it can be brought back for ${RECOVERY_DAYS} days`,
    )
    .argument('<account>', 'the account', accountId)
    .option('--force', 'also while orders are not over: nobody follows them any more')
    .action((account, { force = false }, command) =>
      onStage(context, command, async (job) => {
        const { secrets } = await job.connection.state();
        const store = accountSecrets(secrets, job.connection.stage);
        if ((await store.read(account)) === undefined) throw noAccount(account);
        const unsettled = await countUnsettled(job, account);
        if (unsettled.length > 0 && !force) {
          const counts = unsettled.map(({ status, text }) => `${text} ${status}`).join(', ');
          throw new CommandFailure(
            EXIT.failed,
            `Account ${account} has orders that are not over (${counts}): without its keys nobody can end their doubt. Cancel them first ("cancel-all ${account} --halt"), or use --force. Nothing was removed.`,
          );
        }
        await store.remove(account);
        job.out.result({ accountId: account, removed: true, unsettled }, () => [
          `Account ${account} is removed. Its orders stay in the table; its secret can be brought back for ${RECOVERY_DAYS} days.`,
        ]);
        return undefined;
      }),
    );
}

async function countUnsettled({ connection }: Job, account: string) {
  const { orders } = await connection.state();
  const counts = await Promise.all(
    UNSETTLED.map(async (status) => {
      const page = await orders.list({ accountId: account, status, limit: PAGE });
      const atLeast = page.cursor === undefined ? '' : 'at least ';
      return { status, count: page.orders.length, text: `${atLeast}${page.orders.length}` };
    }),
  );
  return counts.filter(({ count }) => count > 0);
}
