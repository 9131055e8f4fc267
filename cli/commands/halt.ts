import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { OrdersApiError, OrdersUnreachableError } from '../../client/index.ts';
import { haltAccount, viewAccount } from '../../lib/application/control-account.ts';
import { accountId } from '../command-line/arguments.ts';
import { type Context, type Job, onStage } from '../command-line/context.ts';
import { CommandFailure, EXIT, wrongInput } from '../command-line/exit-codes.ts';

const REASON_CHARACTERS_MAX = 500;
const SERVER_ERROR = 500;

/** `halt`: an account takes no new orders. */
export function haltCommand(context: Context) {
  return new Command('halt')
    .description('lets an account take no new orders; cancels pass, and doubt goes on ending')
    .argument('<account>', 'the account', accountId)
    .requiredOption('--reason <text>', 'why, and who: for the next person')
    .option('--direct', 'writes it to the table, past the API; done by itself when the API is away')
    .action((account, { reason, direct = false }, command) => {
      if (reason.trim() === '' || reason.length > REASON_CHARACTERS_MAX) {
        throw wrongInput(`--reason takes 1 to ${REASON_CHARACTERS_MAX} characters.`);
      }
      return change(context, command, { account, direct, halt: { halted: true, reason } });
    });
}

/** `resume`: an account takes orders again. */
export function resumeCommand(context: Context) {
  return new Command('resume')
    .description('lets an account take orders again')
    .argument('<account>', 'the account', accountId)
    .option('--direct', 'writes it to the table, past the API; done by itself when the API is away')
    .action((account, { direct = false }, command) =>
      change(context, command, { account, direct, halt: { halted: false } }),
    );
}

interface Change {
  readonly account: string;
  readonly direct: boolean;
  readonly halt: { readonly halted: boolean; readonly reason?: string };
}

function change(context: Context, command: CommandUnknownOpts, asked: Change): Promise<void> {
  return onStage(context, command, async (job) => {
    const way = asked.direct ? 'table' : await overApi(job, asked);
    if (way === 'table') await inTable(job, asked);
    const { account, halt } = asked;
    const state = halt.halted
      ? `Account ${account} takes no new orders. Cancels pass, and doubt goes on ending.`
      : `Account ${account} takes orders again.`;
    job.out.result({ accountId: account, ...halt, way }, () => [state]);
    return undefined;
  });
}

/** An emergency stop must not depend on the API: where that is away, the table takes it. */
async function overApi({ connection, out, signal }: Job, { account, halt }: Change) {
  try {
    await (await connection.api()).halt(account, halt, { signal });
    return 'api' as const;
  } catch (error) {
    const isAway =
      error instanceof OrdersUnreachableError ||
      (error instanceof OrdersApiError && error.status >= SERVER_ERROR);
    if (!isAway) throw error;
    out.note('The API does not answer: writing to the table instead.');
    return 'table' as const;
  }
}

async function inTable({ connection }: Job, { account, halt }: Change): Promise<void> {
  const state = await connection.state();
  if ((await haltAccount(state, account, halt)) === undefined) throw noAccount(account);
}

/** Shows an account from its table and secret, past the API. */
export async function viewDirectly({ connection }: Job, account: string) {
  const view = await viewAccount(await connection.state(), account);
  if (view === undefined) throw noAccount(account);
  return view;
}

/** There is no such account on the stage. */
export function noAccount(account: string): CommandFailure {
  return new CommandFailure(
    EXIT.notFound,
    `Account ${account} is not configured on this stage: check the name and --stage, or add it with "account add".`,
  );
}
