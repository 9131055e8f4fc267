import { randomBytes } from 'node:crypto';
import { Command, Option } from '@commander-js/extra-typings';
import type { Order, OrderRequest } from '../../client/index.ts';
import {
  deadlineErrors,
  parseOrderRequest,
  VALID_FOR_MAX_MS,
} from '../../lib/application/order-request.ts';
import { WAIT_MAX_MS, waitForOrder } from '../await-order.ts';
import {
  accountId,
  clientOrderId,
  decimal,
  duration,
  moment,
  symbol,
} from '../command-line/arguments.ts';
import { type Context, type Job, onStage } from '../command-line/context.ts';
import { EXIT, type ExitCode, wrongInput } from '../command-line/exit-codes.ts';
import { orderLines } from '../text/order-table.ts';

/** Statuses in which nothing is on its way any more: open at the exchange, ended, or held. */
const SETTLED = [
  'NEW',
  'PARTIALLY_FILLED',
  'FILLED',
  'CANCELED',
  'PARTIALLY_CANCELED',
  'REJECTED',
  'DENIED',
  'EXPIRED',
  'NEVER_PLACED',
  'HELD',
] as const;
const AT_EXCHANGE: readonly Order['status'][] = ['NEW', 'PARTIALLY_FILLED', 'FILLED'];
const ON_ITS_WAY: readonly Order['status'][] = ['RECEIVED', 'SENDING', 'IN_DOUBT'];

/** `submit`: has one order placed. */
export function submitCommand(context: Context) {
  return new Command('submit')
    .description('has an order placed; the same --id again never places a second one')
    .argument('<account>', 'the account', accountId)
    .option('--id <id>', 'client order id; made up and shown when left out', clientOrderId)
    .requiredOption('--symbol <name>', 'the instrument, such as BTCUSD', symbol)
    .addOption(
      new Option('--side <side>', 'which way').choices(['BUY', 'SELL']).makeOptionMandatory(),
    )
    .addOption(
      new Option('--type <type>', 'order type')
        .choices(['LIMIT', 'MARKET', 'LIMIT_MAKER'])
        .makeOptionMandatory(),
    )
    .option('--quantity <decimal>', 'base units', decimal)
    .option('--amount <decimal>', 'quote units; MARKET only, in place of --quantity', decimal)
    .option('--price <decimal>', 'LIMIT and LIMIT_MAKER only', decimal)
    .addOption(
      new Option('--time-in-force <tif>', 'default by type').choices(['GTC', 'IOC', 'FOK']),
    )
    .addOption(
      new Option('--stp-mode <mode>', 'self-trade prevention').choices([
        'EXPIRE_TAKER',
        'EXPIRE_MAKER',
      ]),
    )
    .addOption(
      new Option('--valid-for <duration>', 'never sent later than so long from now')
        .argParser(duration(VALID_FOR_MAX_MS))
        .conflicts('validUntil'),
    )
    .option('--valid-until <time>', 'never sent later than this', moment)
    .option('--ordering-key <key>', 'orders of one key are sent one after the other', clientOrderId)
    .addOption(
      new Option('--on-never-placed <choice>', 'what follows a proof of absence').choices([
        'fail',
        'resubmit',
      ]),
    )
    .option('--replaces <id>', 'takes the place of this order', clientOrderId)
    .option(
      '--wait [duration]',
      'waits until it is open, ended or held (1m)',
      duration(WAIT_MAX_MS),
    )
    .action((account, { wait, validFor, id, ...terms }, command) =>
      onStage(context, command, async (job) => {
        const now = job.clock.now();
        const request: OrderRequest & { readonly clientOrderId: string } = {
          accountId: account,
          clientOrderId: id ?? madeUpId(now),
          ...terms,
          ...(validFor !== undefined && { validUntil: now + validFor }),
        };
        checkRequest(request, now);
        const order = await submit(job, request, id !== undefined);
        const seen =
          wait === undefined
            ? order
            : await waitForOrder(job, order, { until: SETTLED, forMs: wait });
        job.out.result(seen, () => orderLines(seen, job.out, { now: job.clock.now() }));
        return wait === undefined ? endOf(seen, EXIT.ok) : endOf(seen, EXIT.notOver);
      }),
    );
}

/** The service would say the same; here nothing has left yet, and options are named. */
function checkRequest(request: OrderRequest, now: number): void {
  const parsed = parseOrderRequest(request);
  const errors = parsed.kind === 'invalid' ? parsed.errors : deadlineErrors(parsed.request, now);
  if (errors.length === 0) return;
  const faults = errors.map(({ field, message }) => `--${optionOf(field)} ${message}`);
  throw wrongInput(`${faults.join('; ')}. Nothing was sent.`);
}

async function submit(
  { connection, out, signal }: Job,
  request: OrderRequest & { readonly clientOrderId: string },
  isOwnId: boolean,
): Promise<Order> {
  // Said before it is sent: with it the same command can be run again without a second order.
  if (!isOwnId) out.note(`client order id: ${request.clientOrderId}`);
  const api = await connection.api();
  const { order, repeated } = await api.submit(request, { signal });
  if (repeated) out.note('The service had this very order already; here is where it stands.');
  return order;
}

function endOf({ status }: Order, onItsWay: ExitCode): ExitCode {
  if (ON_ITS_WAY.includes(status)) return onItsWay;
  return AT_EXCHANGE.includes(status) ? EXIT.ok : EXIT.failed;
}

function madeUpId(now: number): string {
  return `cli-${now.toString(36)}-${randomBytes(6).toString('hex')}`;
}

function optionOf(field: string): string {
  return field.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
