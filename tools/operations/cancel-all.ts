import { parseArgs } from 'node:util';
import {
  composeBudget,
  composeCancels,
  composeExchange,
  composeOrders,
  composeSecrets,
  composeSettings,
  composeTelemetry,
} from '../../lambdas/edge/compose.ts';
import { systemIds } from '../../lib/adapters/system/ids.ts';
import type { CancelAllProgress } from '../../lib/application/cancel/cancel-all.ts';
import { cancelAll } from '../../lib/application/cancel/cancel-all.ts';

const HELP = `Cancels every open order of an account, or of one of its instruments, and says how far it is.

  npm run cancel-all -- --account desk-1 [options]

  --account ID      the account                                              (required)
  --symbol BTCUSD   only orders of this instrument
  --halt            halt the account first: it then takes no new orders
  --wait SECONDS    how long to wait until ours are known to be over          (default 120)
  --stage NAME      the stage on AWS, by your AWS credentials and region
  --local           the local stack on this machine                           (default)
  --endpoint URL    where the local stack has its AWS services  (default http://127.0.0.1:4566)
  --help            this text

The wish is recorded with each order of ours first, so that orders in doubt are canceled when they
are found. Orders at the exchange that are not ours are canceled too. It spends the account's own
rate budget, ahead of new orders. Safe to repeat and to stop at any time.

The exit code is 0 when nothing is left, 1 when some orders are not over yet (the service goes on
with them), 2 when the command is wrong.`;

const OPTIONS = {
  account: { type: 'string' },
  symbol: { type: 'string' },
  halt: { type: 'boolean', default: false },
  wait: { type: 'string', default: '120' },
  stage: { type: 'string' },
  local: { type: 'boolean', default: false },
  endpoint: { type: 'string', default: 'http://127.0.0.1:4566' },
  help: { type: 'boolean', default: false },
} as const;

/** The command line is wrong; the message is for a terminal. */
class UsageError extends Error {}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  const isUsage = error instanceof UsageError;
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  if (isUsage) process.stderr.write('See --help.\n');
  process.exitCode = isUsage ? 2 : 1;
}

async function run(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (options === undefined) {
    process.stdout.write(`${HELP}\n`);
    return 0;
  }
  becomeFunction(options);
  const { cancel, reconcile } = composeSettings();
  const dependencies = {
    ...composeTelemetry(),
    ...composeBudget(),
    accounts: composeSecrets().accounts,
    orders: composeOrders(),
    queue: composeCancels({ putsAside: false }),
    exchange: composeExchange(),
    ids: systemIds,
    settings: cancel,
    reconcile,
    rules: reconcile,
  };
  const account = await dependencies.accounts.get(options.account);
  if (account === undefined) {
    throw new UsageError(
      `No account ${options.account} is configured there: check --account and --stage.`,
    );
  }
  if (options.halt) {
    const changedAt = dependencies.clock.now();
    await dependencies.halts.set(options.account, {
      halted: true,
      reason: 'cancel-all',
      changedAt,
    });
    process.stdout.write(`account ${options.account} takes no new orders\n`);
  }
  await dependencies.exchange.resynchronise(account);
  const { symbol, waitMs } = options;
  const end = await cancelAll(dependencies, account, {
    ...(symbol === undefined ? {} : { symbol }),
    waitMs,
    report: progressTo((line) => process.stdout.write(`${line}\n`)),
  });
  for (const { clientOrderId, status, cancel: wish } of end.left.slice(0, 20)) {
    process.stdout.write(`left: ${clientOrderId} ${status}, cancel ${wish?.status ?? 'none'}\n`);
  }
  const isDone = end.left.length === 0 && end.open === 0;
  process.stdout.write(isDone ? 'done: nothing is left\n' : `${end.left.length} not over yet\n`);
  return isDone ? 0 : 1;
}

function readOptions(args: readonly string[]) {
  const values = parsed(args);
  if (values.help) return undefined;
  const { account, symbol, halt, stage, endpoint } = values;
  if (account === undefined) throw new UsageError('--account is missing: name the account.');
  if (stage !== undefined && values.local) throw new UsageError('Either --stage or --local.');
  if (!/^\d{1,5}$/.test(values.wait)) throw new UsageError('--wait takes whole seconds.');
  if (!URL.canParse(endpoint))
    throw new UsageError('--endpoint takes an address such as http://127.0.0.1:4566.');
  return { account, symbol, halt, stage, endpoint, waitMs: Number(values.wait) * 1_000 };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : 'wrong options');
  }
}

/** Takes the names under which a stage's functions know its resources. */
function becomeFunction({
  stage,
  endpoint,
}: {
  stage: string | undefined;
  endpoint: string;
}): void {
  const prefix = stage === undefined || stage === 'local' ? '' : `hashkey-orders-${stage}-`;
  const local = {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  };
  Object.assign(process.env, {
    ...(stage === undefined ? local : {}),
    LOG_LEVEL: 'SILENT',
    SECRETS_PREFIX: `hashkey-orders/${stage ?? 'local'}`,
    ORDERS_TABLE: `${prefix}orders`,
    RATE_BUDGETS_TABLE: `${prefix}rate-budgets`,
    // The calls that cancel many need no queue; what they leave open the reconciler asks for.
    CANCELS_QUEUE_URL: 'none',
  });
}

function progressTo(write: (line: string) => void): (progress: CancelAllProgress) => void {
  let last = '';
  return ({ step, wanted, over, calls, open }) => {
    const atExchange = open === undefined ? '' : `, ${open} open at the exchange`;
    const line = `${step}: ${over} of ${wanted} orders over, ${calls} calls${atExchange}`;
    if (line !== last) write(line);
    last = line;
  };
}
