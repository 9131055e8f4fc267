import { closeSync, existsSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { Command, Option } from '@commander-js/extra-typings';
import type { Order } from '../../client/index.ts';
import { exportOrders } from '../../lib/application/operations/export-orders.ts';
import { accountId } from '../command-line/arguments.ts';
import { type Context, type Job, onStage } from '../command-line/context.ts';
import { errorCode } from '../command-line/error-code.ts';
import { CommandFailure, EXIT, wrongInput } from '../command-line/exit-codes.ts';
import { csvHeader, csvLine } from '../text/order-csv.ts';
import { noAccount } from './halt.ts';

/** `export`: writes an account's orders to a file. */
export function exportCommand(context: Context) {
  return new Command('export')
    .description('writes all orders of an account, newest first, to a file or to stdout')
    .argument('<account>', 'the account', accountId)
    .requiredOption('--out <file>', 'a file that is not there yet, or - for stdout')
    .addOption(
      new Option('--format <format>', 'by the ending of the file when left out').choices([
        'csv',
        'jsonl',
      ]),
    )
    .action((account, { out: file, format }, command) =>
      onStage(context, command, async (job) => {
        const { connection, out } = job;
        if ((await (await connection.state()).accounts.get(account)) === undefined) {
          throw noAccount(account);
        }
        const isCsv = (format ?? (file.endsWith('.csv') ? 'csv' : 'jsonl')) === 'csv';
        if (file === '-') {
          await writeOrders(job, account, { isCsv, write: (text) => out.raw(text) });
          return undefined;
        }
        const orders = await writeFile(job, account, { file, isCsv });
        out.result({ account, file, orders }, () => [
          `${orders} orders of ${account} are in ${file}`,
        ]);
        return undefined;
      }),
    );
}

/** Writes beside the file and gives it its name at the end: a file is whole or not there. */
async function writeFile(
  job: Job,
  account: string,
  { file, isCsv }: { readonly file: string; readonly isCsv: boolean },
): Promise<number> {
  if (existsSync(file)) throw wrongInput(`${file} is there already: name another, or remove it.`);
  const partial = `${file}.partial`;
  const handle = opened(partial);
  try {
    const orders = await writeOrders(job, account, {
      isCsv,
      write: (text) => void writeSync(handle, text),
    });
    closeSync(handle);
    renameSync(partial, file);
    return orders;
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}

/** Whoever may read the table may read the file: nobody else. */
function opened(path: string): number {
  try {
    return openSync(path, 'w', 0o600);
  } catch (error) {
    throw wrongInput(`${path} cannot be written (${errorCode(error)}): choose another --out.`);
  }
}

async function writeOrders(
  { connection, signal }: Job,
  account: string,
  { isCsv, write }: { readonly isCsv: boolean; readonly write: (text: string) => void },
): Promise<number> {
  const { orders } = await connection.state();
  let count = 0;
  if (isCsv) write(csvHeader());
  for await (const line of exportOrders(orders, account)) {
    if (signal.aborted) throw new CommandFailure(EXIT.interrupted, 'Stopped; no file was written.');
    const order: Order = JSON.parse(line);
    write(isCsv ? csvLine(order) : `${line}\n`);
    count += 1;
  }
  return count;
}
