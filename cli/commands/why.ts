import { Command } from '@commander-js/extra-typings';
import { OrdersApiError } from '../../client/index.ts';
import { codeMeaning } from '../../lib/adapters/hashkey/code-meaning.ts';
import { explainOrder, explanationLines } from '../../lib/application/explain/explain-order.ts';
import { ABSENCE_RULES } from '../../lib/domain/absence.ts';
import { SWEEPS } from '../../lib/domain/review-schedule.ts';
import { accountId, clientOrderId } from '../command-line/arguments.ts';
import { type Context, onStage } from '../command-line/context.ts';

/** `why`: tells one order's story. */
export function whyCommand(context: Context) {
  return new Command('why')
    .description(
      'tells in plain sentences what happened to an order, why it stands where it stands, and what comes next',
    )
    .argument('<account>', 'the account', accountId)
    .argument('<id>', 'client order id', clientOrderId)
    .action((account, id, _options, command) =>
      onStage(context, command, async ({ clock, connection, out, signal }) => {
        const api = await connection.api();
        const [order, accountView] = await Promise.all([
          api.get(account, id, { signal }),
          // Gates make it clearer; whoever may not see them still gets the story.
          api.account(account, { signal }).catch((error: unknown) => {
            if (error instanceof OrdersApiError) return undefined;
            throw error;
          }),
        ]);
        const { absenceHorizonMs: horizonMs } = connection.stage;
        const rules = { ...ABSENCE_RULES, ...SWEEPS, horizonMs };
        const outlook = { now: clock.now(), rules, account: accountView, codeMeaning };
        const explanation = explainOrder(order, outlook);
        out.result(explanation, () => explanationLines(order, explanation, outlook));
        return undefined;
      }),
    );
}
