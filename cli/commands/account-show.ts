import { Command } from '@commander-js/extra-typings';
import type { Account } from '../../client/index.ts';
import { keyUse } from '../../lib/application/operations/key-use.ts';
import { accountId } from '../command-line/arguments.ts';
import { type Context, onStage } from '../command-line/context.ts';
import { gateText } from '../text/gate-text.ts';
import { noAccount, viewDirectly } from './halt.ts';

/** `account list`: which accounts a stage has. */
export function accountListCommand(context: Context) {
  return new Command('list')
    .description('lists the accounts of the stage')
    .action((_options, command) =>
      onStage(context, command, async ({ connection, out }) => {
        const names = await (await connection.state()).accountNames.list();
        const accounts = names.map(({ accountId: name }) => name);
        out.result({ accounts }, () => (accounts.length === 0 ? ['No accounts.'] : accounts));
        return undefined;
      }),
    );
}

/** `account show`: halt, gates, budgets; never a key. */
export function accountShowCommand(context: Context) {
  return new Command('show')
    .description('shows halt, gates and budgets of an account; never a key')
    .argument('<account>', 'the account', accountId)
    .option('--direct', 'reads tables and secret, past the API')
    .action((account, { direct = false }, command) =>
      onStage(context, command, async (job) => {
        const { clock, connection, out, signal } = job;
        if (direct) {
          const view = await viewDirectly(job, account);
          out.result(view, () => JSON.stringify(view, null, 2).split('\n'));
          return undefined;
        }
        const view = await (await connection.api()).account(account, { signal });
        out.result(view, () => accountLines(view, clock.now()));
        return undefined;
      }),
    );
}

/** `account keys`: what still hangs on each key. */
export function accountKeysCommand(context: Context) {
  return new Command('keys')
    .description('says of each key whether orders still hang on it, before it is deleted')
    .argument('<account>', 'the account', accountId)
    .action((account, _options, command) =>
      onStage(context, command, async ({ clock, connection, out }) => {
        const uses = await keyUse(await connection.state(), account, clock.now());
        if (uses === undefined) throw noAccount(account);
        out.result({ account, keys: uses }, () =>
          uses.map(({ keyId, isConfigured, unsettled, gate }) => {
            const where = isConfigured ? 'in the secret' : 'not in the secret';
            const advice =
              unsettled === 0 ? 'nothing hangs on it' : `${unsettled} orders hang on it`;
            return `${keyId}  ${where}, gate ${gateText(gate, clock.now())}: ${advice}`;
          }),
        );
        return undefined;
      }),
    );
}

function accountLines(view: Account, now: number): readonly string[] {
  const { limits } = view;
  const state = view.halted ? `halted: ${view.reason ?? 'no reason given'}` : 'takes orders';
  return [
    `${view.accountId}  ${state}`,
    `  ${view.site} ${view.environment}, ${view.lanes} lanes, ${limits.ordersPerSecond} orders and ${limits.queriesPerSecond} queries a second for each key`,
    `  address (egress): ${gateText(view.egress.gate, now)}`,
    ...view.keys.map(({ keyId, gate, budgets }) => {
      const slowed = budgets.find(({ slowedTo }) => slowedTo !== undefined)?.slowedTo;
      const shared =
        slowed === undefined ? '' : `, slowed to ${slowed} a second: somebody else uses it`;
      return `  key ${keyId}: ${gateText(gate, now)}${shared}`;
    }),
    ...(view.externalOrders.length === 0
      ? []
      : [
          `  ${view.externalOrders.length} orders at the exchange are not ours (--json shows them)`,
        ]),
  ];
}
