import { Command } from '@commander-js/extra-typings';
import { copyRestored, markRestored } from '../../lib/application/operations/restore-orders.ts';
import { DEFAULT_SETTINGS } from '../../lib/application/settings.ts';
import { moment } from '../command-line/arguments.ts';
import { type Context, onStage } from '../command-line/context.ts';
import { wrongInput } from '../command-line/exit-codes.ts';

const RULES = { ...DEFAULT_SETTINGS.reconcile, ...DEFAULT_SETTINGS.submit };
/** DynamoDB's own rule for the name of a table. */
const TABLE = /^[A-Za-z0-9_.-]{3,255}$/;

/** `restore`: the steps of a restored orders table that no other tool can do. */
export function restoreCommand(context: Context) {
  return new Command('restore')
    .description('the steps of restoring the orders table: see docs/runbook.md')
    .addCommand(markCommand(context))
    .addCommand(copyCommand(context));
}

function markCommand(context: Context) {
  return new Command('mark')
    .description('puts in doubt, in a restored table, what may have been sent since')
    .argument('<table>', 'the restored table', tableName)
    .requiredOption('--stopped-at <time>', 'when the last sender had surely stopped', moment)
    .option('--apply', 'does it; otherwise it is only counted')
    .action((table, { apply = false, stoppedAt }, command) =>
      onStage(context, command, async ({ clock, connection, out }) => {
        if (stoppedAt <= 0 || stoppedAt > clock.now()) {
          throw wrongInput(
            `--stopped-at ${stoppedAt} is not in the past: give the moment of the stop.`,
          );
        }
        const state = await connection.state();
        const summary = await markRestored(
          {
            accounts: state.accounts,
            restored: state.restoredIn(table),
            store: state.storeOf(table),
            rules: RULES,
          },
          { apply, stoppedAt },
        );
        const done = apply ? 'marked' : 'to be marked; --apply does it';
        out.result({ applied: apply, ...summary }, () => [
          `${summary.seen} orders, ${summary.changed} ${done}`,
        ]);
        return undefined;
      }),
    );
}

function copyCommand(context: Context) {
  return new Command('copy')
    .description('copies a marked table to the live one, where that has none or an older order')
    .argument('<table>', 'the restored and marked table', tableName)
    .option('--apply', 'does it; otherwise it is only counted')
    .action((table, { apply = false }, command) =>
      onStage(context, command, async ({ clock, connection, out }) => {
        const state = await connection.state();
        const summary = await copyRestored(
          { restored: state.restoredIn(table), live: state.live, rules: RULES },
          { apply, now: clock.now() },
        );
        const done = apply ? 'copied' : 'at most to be copied; --apply does it';
        out.result({ applied: apply, ...summary }, () => [
          `${summary.seen} orders, ${summary.changed} ${done}`,
        ]);
        return undefined;
      }),
    );
}

function tableName(text: string): string {
  if (TABLE.test(text)) return text;
  throw wrongInput(
    `"${text}" is no name of a table: 3 to 255 of letters, digits, "_", "." and "-".`,
  );
}
