import { Command } from '@commander-js/extra-typings';
import { redrive } from '../../lib/application/operations/redrive.ts';
import { DEFAULT_SETTINGS } from '../../lib/application/settings.ts';
import { type Context, onStage } from '../command-line/context.ts';
import { EXIT } from '../command-line/exit-codes.ts';

const RULES = { ...DEFAULT_SETTINGS.reconcile, ...DEFAULT_SETTINGS.submit };

/** `redrive`: goes through the dead-letter queue. */
export function redriveCommand(context: Context) {
  return new Command('redrive')
    .description('goes through the dead-letter queue and says what would become of each letter')
    .option('--apply', 'gives back what may go back, and removes what is done')
    .action(({ apply = false }, command) =>
      onStage(context, command, async ({ connection, out }) => {
        const { clock, accounts, orders, queues } = await connection.state();
        const dependencies = { clock, accounts, orders, rules: RULES, ...(await queues()) };
        const all = await redrive(dependencies, { apply });
        const letters = all.map(({ letter, fate }) => ({ messageId: letter.messageId, ...fate }));
        out.result({ applied: apply, letters }, () => [
          ...letters.map(({ messageId, kind, why }) => `${messageId}  ${kind}: ${why}`),
          `${letters.length} letters${apply ? '' : ' looked at; --apply does it'}`,
        ]);
        return letters.some(({ kind }) => kind === 'stays') ? EXIT.failed : EXIT.ok;
      }),
    );
}
