import { OrdersApiError, type OrdersClient } from '../../client/index.ts';
import { checkRow, type RowDefaults, type RowRequest } from './check-row.ts';
import type { Journal } from './journal.ts';
import type { Columns } from './order-columns.ts';
import { openRows } from './read-rows.ts';

/** How many rows came to what. */
export interface ImportCounts {
  accepted: number;
  repeated: number;
  refused: number;
}

/** What submitting rows needs. */
export interface RowSubmission {
  readonly file: string;
  readonly columns: Columns;
  readonly defaults: RowDefaults;
  readonly journal: Journal;
  readonly api: Pick<OrdersClient, 'submit'>;
  readonly atOnce: number;
  readonly signal: AbortSignal;
  /** Hears of every row that came to an end. */
  readonly told: (counts: Readonly<ImportCounts>) => void;
  /** Hears of every row that the service refused. */
  readonly refused: (line: number, why: string) => void;
}

/** Answers that are about this one row; anything else would meet every row. */
const ABOUT_THE_ROW: readonly number[] = [400, 409, 413];

/**
 * Submits the rows of a checked file, some at a time, and writes each end to the journal.
 *
 * A row that was sent before and not written down is sent again with the same id and content: the
 * service knows it. What is on its way when it has to stop is waited for.
 *
 * @throws the first fault that is not about one row
 */
export async function submitRows(work: RowSubmission): Promise<Readonly<ImportCounts>> {
  const counts: ImportCounts = { accepted: 0, repeated: 0, refused: 0 };
  const rows = openRows(work.file).rows();
  let isOver = false;
  const worker = async () => {
    while (!isOver && !work.signal.aborted) {
      const next = await rows.next();
      if (next.done === true) return;
      const row = next.value;
      if (row.number === 0 || work.journal.done.has(row.number)) continue;
      const checked = checkRow(row, work.columns, work.defaults);
      try {
        if (checked.kind === 'wrong') {
          // It was right when the file was checked: its deadline has passed, or the file changed.
          const why = checked.faults.map(({ field, message }) => `${field} ${message}`).join('; ');
          refuse(work, counts, { number: row.number, line: row.line, id: '', why });
        } else {
          await submitRow(work, counts, { ...row, request: checked.request });
        }
      } catch (error) {
        isOver = true;
        throw error;
      }
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: work.atOnce }, worker));
  await rows.return();
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return counts;
}

async function submitRow(
  work: RowSubmission,
  counts: ImportCounts,
  row: { readonly number: number; readonly line: number; readonly request: RowRequest },
): Promise<void> {
  const { api, journal, told } = work;
  const id = row.request.clientOrderId;
  try {
    const { repeated } = await api.submit(row.request);
    const end = repeated ? 'repeated' : 'accepted';
    counts[end] += 1;
    journal.write({ row: row.number, id, end });
    told(counts);
  } catch (error) {
    if (!(error instanceof OrdersApiError && ABOUT_THE_ROW.includes(error.status))) throw error;
    refuse(work, counts, { number: row.number, line: row.line, id, why: error.message });
  }
}

function refuse(
  { journal, told, refused }: RowSubmission,
  counts: ImportCounts,
  row: {
    readonly number: number;
    readonly line: number;
    readonly id: string;
    readonly why: string;
  },
): void {
  counts.refused += 1;
  journal.write({ row: row.number, id: row.id, end: 'refused', why: row.why });
  refused(row.line, row.why);
  told(counts);
}
