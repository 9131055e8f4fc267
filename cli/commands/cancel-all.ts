import { Command, Option } from '@commander-js/extra-typings';
import { createHashkeyExchange } from '../../lib/adapters/hashkey/client.ts';
import { createRecordingMetrics } from '../../lib/adapters/memory/metrics.ts';
import { createOrderQueue } from '../../lib/adapters/sqs/order-queue.ts';
import { systemIds } from '../../lib/adapters/system/ids.ts';
import { type CancelAllProgress, cancelAll } from '../../lib/application/cancel/cancel-all.ts';
import { DEFAULT_SETTINGS } from '../../lib/application/settings.ts';
import { MINUTE_MS } from '../../lib/domain/time.ts';
import { WAIT_MAX_MS } from '../await-order.ts';
import { accountId, duration, symbol } from '../command-line/arguments.ts';
import { type Context, type Job, onStage } from '../command-line/context.ts';
import { EXIT } from '../command-line/exit-codes.ts';
import type { StageState } from '../connection/stage-state.ts';
import { noAccount } from './halt.ts';

const WAIT_DEFAULT_MS = 2 * MINUTE_MS;
/** Orders named when some are left. */
const LEFT_SHOWN_MAX = 20;

/** `cancel-all`: cancels everything of an account or an instrument. */
export function cancelAllCommand(context: Context) {
  return new Command('cancel-all')
    .description('cancels every open order of an account, ours or not, and says how far it is')
    .argument('<account>', 'the account', accountId)
    .option('--symbol <name>', 'only orders of this instrument', symbol)
    .option('--halt', 'halts the account first: it then takes no new orders')
    .addOption(
      new Option('--wait <duration>', 'until ours are known to be over')
        .argParser(duration(WAIT_MAX_MS))
        .default(WAIT_DEFAULT_MS, '2m'),
    )
    .action((account, { halt = false, symbol: instrument, wait }, command) =>
      onStage(context, command, async (job) => {
        const { clock, connection, out } = job;
        const state = await connection.state();
        const configured = await state.accounts.get(account);
        if (configured === undefined) throw noAccount(account);
        if (halt) {
          const changedAt = clock.now();
          await state.halts.set(account, { halted: true, reason: 'cancel-all', changedAt });
          out.line(`account ${account} takes no new orders`);
        }
        const dependencies = dependenciesOf(state, connection.stage.absenceHorizonMs);
        await dependencies.exchange.resynchronise(configured);
        const end = await cancelAll(dependencies, configured, {
          ...(instrument !== undefined && { symbol: instrument }),
          waitMs: wait,
          report: progressTo(job),
        });
        const left = end.left.map(({ clientOrderId, status, cancel }) => ({
          clientOrderId,
          status,
          cancel: cancel?.status ?? 'none',
        }));
        const isDone = left.length === 0 && end.open === 0;
        out.result({ account, halted: halt, ...end, left }, () => [
          ...left
            .slice(0, LEFT_SHOWN_MAX)
            .map((one) => `left: ${one.clientOrderId} ${one.status}, cancel ${one.cancel}`),
          isDone ? 'done: nothing is left' : `${left.length} not over yet; the service goes on`,
        ]);
        return isDone ? EXIT.ok : EXIT.notOver;
      }),
    );
}

/** As the function that cancels has them, with the caller's own credentials. */
function dependenciesOf(state: StageState, horizonMs: number) {
  const { cancel, reconcile } = DEFAULT_SETTINGS;
  const rules = { ...reconcile, horizonMs };
  return {
    ...state,
    metrics: createRecordingMetrics(),
    // The calls that cancel many need no queue; what they leave open the reconciler asks for.
    queue: createOrderQueue({ client: state.sqs, queueUrl: 'none', deadLetterQueueUrl: '' }),
    exchange: createHashkeyExchange({ clock: state.clock }),
    ids: systemIds,
    settings: cancel,
    reconcile: rules,
    rules,
  };
}

function progressTo({ out }: Job): (progress: CancelAllProgress) => void {
  let last = '';
  return ({ step, wanted, over, calls, open }) => {
    const atExchange = open === undefined ? '' : `, ${open} open at the exchange`;
    const line = `${step}: ${over} of ${wanted} orders over, ${calls} calls${atExchange}`;
    if (line !== last) out.line(line);
    last = line;
  };
}
