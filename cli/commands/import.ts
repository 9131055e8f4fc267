import { Command } from '@commander-js/extra-typings';
import { OrdersApiError } from '../../client/index.ts';
import { spanText } from '../../lib/application/explain/time-text.ts';
import { VALID_FOR_MAX_MS } from '../../lib/application/order-request.ts';
import { MINUTE_MS, SECOND_MS } from '../../lib/domain/time.ts';
import { accountId, duration, whole } from '../command-line/arguments.ts';
import { type Context, type Job, onStage } from '../command-line/context.ts';
import { EXIT, type ExitCode, wrongInput } from '../command-line/exit-codes.ts';
import { faultLine } from '../import/check-row.ts';
import { type EarlierRun, openJournal, readJournal } from '../import/journal.ts';
import { submitRows } from '../import/submit-rows.ts';
import { type CheckedFile, derivedId, validateFile } from '../import/validate-file.ts';
import { progressBar, progressWords } from '../text/progress-text.ts';

const AT_ONCE_MAX = 32;
/** How long an order lives when nothing says otherwise. */
const VALID_FOR_DEFAULT_MS = MINUTE_MS;
const REDRAW_MS = 100;
const LINE_EVERY_MS = 2 * SECOND_MS;

interface Options {
  readonly account?: string | undefined;
  readonly idColumn?: string | undefined;
  readonly validFor?: number | undefined;
  readonly concurrency: number;
  readonly journal?: string | undefined;
  readonly restart?: true | undefined;
  readonly dryRun?: true | undefined;
}

/** `import`: has every row of a file placed, each once. */
export function importCommand(context: Context) {
  return new Command('import')
    .description(
      'checks a whole CSV file, then has every row placed, each once; goes on where it was stopped',
    )
    .argument('<file>', 'CSV with a header of order fields: symbol, side, type, quantity, price …')
    .option('--account <account>', 'the account of rows that name none', accountId)
    .option('--id-column <name>', 'the column with the row ids (clientOrderId)')
    .option(
      '--valid-for <duration>',
      'deadline of rows without validUntil, from the first run on',
      duration(VALID_FOR_MAX_MS),
    )
    .option('--concurrency <n>', 'orders submitted at once, 1 to 32', whole(1, AT_ONCE_MAX), 8)
    .option('--journal <file>', 'where progress is kept (FILE.import.jsonl)')
    .option('--restart', 'forgets an earlier run; ids keep orders from being placed twice')
    .option('--dry-run', 'only checks the file')
    .action((file, options, command) =>
      onStage(context, command, (job) => importFile(job, file, options)),
    );
}

async function importFile(job: Job, file: string, options: Options): Promise<ExitCode> {
  const { clock, connection, out } = job;
  const validFor = options.validFor;
  const deadline = validFor === undefined ? undefined : clock.now() + validFor;
  const checked = await validateFile(
    {
      file,
      account: options.account,
      idColumn: options.idColumn,
      validUntil: deadline,
      now: clock.now(),
    },
    (fault) => out.note(faultLine(file, fault)),
  );
  if (checked.wrongRows > 0) {
    throw wrongInput(
      `${file}: ${checked.wrongRows} of ${checked.rows} rows are wrong; nothing was sent.`,
    );
  }
  if (checked.columns.idColumn === undefined) {
    out.note(
      `${file} has no column of ids: they are derived from its content and the row's number.`,
    );
  }
  if (options.dryRun === true) {
    out.result({ file, rows: checked.rows, sha256: checked.sha256 }, () => [
      `${file}: ${checked.rows} rows are right; nothing was sent.`,
    ]);
    return EXIT.ok;
  }
  const url = await connection.apiUrl();
  const identity = {
    sha256: checked.sha256,
    stage: connection.stage.name,
    url,
    account: options.account,
  };
  const path = options.journal ?? `${file}.import.jsonl`;
  const earlier = options.restart === true ? undefined : readJournal(path, identity);
  if (earlier !== undefined) {
    out.note(`${earlier.done.size} of ${checked.rows} rows were submitted before (${path}).`);
  }
  await warnOfDeadline(job, checked, earlier);
  // A repeat must say the very same as the first time: its deadline counts from the first run.
  const validUntil = earlier === undefined ? deadline : earlier.validUntil;
  return submitFile(job, { file, checked, options, validUntil, path, identity, earlier });
}

async function submitFile(
  job: Job,
  work: {
    readonly file: string;
    readonly checked: CheckedFile;
    readonly options: Options;
    readonly validUntil: number | undefined;
    readonly path: string;
    readonly identity: Parameters<typeof readJournal>[1];
    readonly earlier: EarlierRun | undefined;
  },
): Promise<ExitCode> {
  const { clock, connection, out, signal } = job;
  const { file, checked, options, validUntil, path } = work;
  const api = await connection.api();
  const journal = openJournal(path, { identity: work.identity, earlier: work.earlier, validUntil });
  const before = journal.done.size;
  const draw = progressOf(job, { total: checked.rows, before });
  try {
    const counts = await submitRows({
      file,
      api,
      journal,
      signal,
      columns: checked.columns,
      atOnce: options.concurrency,
      defaults: {
        account: options.account,
        validUntil,
        idOf: (row) => derivedId(checked.sha256, row),
        now: clock.now(),
      },
      told: ({ accepted, repeated, refused }) =>
        draw(before + accepted + repeated + refused, refused),
      refused(line, why) {
        if (out.notesAreSeen) out.redraw('');
        out.note(`${file} line ${line}: ${why}`);
      },
    });
    const done = before + counts.accepted + counts.repeated;
    draw(done + counts.refused, counts.refused, true);
    out.result({ file, rows: checked.rows, before, ...counts, journal: path }, () => [
      `${file}: ${done} of ${checked.rows} rows are with the service: ${before} before, ${counts.accepted} now, ${counts.repeated} it had already; ${counts.refused} refused.`,
    ]);
    if (signal.aborted) {
      out.note('Stopped. The same command goes on where it was.');
      return EXIT.interrupted;
    }
    return counts.refused > 0 ? EXIT.failed : EXIT.ok;
  } catch (error) {
    out.note('Stopped. The same command goes on where it was, and places nothing twice.');
    throw error;
  } finally {
    journal.close();
  }
}

/** A bar on a terminal, lines elsewhere; neither more often than somebody can read. */
function progressOf(
  { clock, out }: Job,
  { total, before }: { readonly total: number; readonly before: number },
): (done: number, wrong: number, isLast?: boolean) => void {
  const startedMs = clock.monotonicMs();
  const everyMs = out.notesAreSeen ? REDRAW_MS : LINE_EVERY_MS;
  let lastMs = startedMs;
  return (done, wrong, isLast = false) => {
    const nowMs = clock.monotonicMs();
    if (!isLast && nowMs - lastMs < everyMs) return;
    lastMs = nowMs;
    const progress = { done, total, before, wrong, elapsedMs: nowMs - startedMs };
    if (!out.notesAreSeen) out.note(progressWords(progress));
    else out.redraw(progressBar(progress, out.columns));
    if (out.notesAreSeen && isLast) out.note('');
  };
}

/** Orders that live a minute are no use at the end of a queue of ten minutes. */
async function warnOfDeadline(job: Job, checked: CheckedFile, earlier: EarlierRun | undefined) {
  if (checked.withoutDeadline === 0 || earlier !== undefined) return;
  const { connection, out, signal } = job;
  const api = await connection.api();
  for (const [account, orders] of checked.accounts) {
    try {
      const { keys, limits } = await api.account(account, { signal });
      const sendingMs = (orders / (keys.length * limits.ordersPerSecond)) * SECOND_MS;
      if (sendingMs <= VALID_FOR_DEFAULT_MS) continue;
      out.note(
        `Account ${account} sends ${keys.length * limits.ordersPerSecond} orders a second: these ${orders} take ${spanText(sendingMs)}. Rows without validUntil may expire before that; --valid-for gives them time.`,
      );
    } catch (error) {
      if (!(error instanceof OrdersApiError && error.status === 404)) throw error;
      throw wrongInput(`${account} is not configured on this stage; nothing was sent.`);
    }
  }
}
