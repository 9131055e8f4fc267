import { wrongInput } from '../command-line/exit-codes.ts';
import { checkRow, type RowDefaults, type RowFault } from './check-row.ts';
import { type Columns, readColumns } from './order-columns.ts';
import { openRows } from './read-rows.ts';

/** Rows of one file: hours at ten a second, and ids that fit into the memory of an import. */
export const ROWS_MAX = 100_000;

/** What a whole file is. */
export interface CheckedFile {
  readonly columns: Columns;
  readonly rows: number;
  readonly wrongRows: number;
  readonly sha256: string;
  /** Orders per account. */
  readonly accounts: ReadonlyMap<string, number>;
  /** Rows that name no deadline. */
  readonly withoutDeadline: number;
}

/** How a file is to be understood. */
export interface FileOptions {
  readonly file: string;
  readonly account: string | undefined;
  readonly idColumn: string | undefined;
  readonly validUntil: number | undefined;
  readonly now: number;
}

/**
 * Checks every row of a file before anything is sent.
 *
 * @param tell - hears of every fault, in the order of the file
 */
export async function validateFile(
  options: FileOptions,
  tell: (fault: RowFault) => void,
): Promise<CheckedFile> {
  const { file } = options;
  const open = openRows(file);
  // Any id of the right shape: the real one needs the whole file.
  const defaults: RowDefaults = { ...options, idOf: (row) => derivedId('0'.repeat(64), row) };
  const seen = new Map<string, number>();
  const accounts = new Map<string, number>();
  let columns: Columns | undefined;
  let rows = 0;
  let wrongRows = 0;
  let withoutDeadline = 0;
  for await (const row of open.rows()) {
    if (columns === undefined) {
      columns = readColumns(file, row.cells, options);
      continue;
    }
    rows += 1;
    if (rows > ROWS_MAX) throw wrongInput(`${file} has more than ${ROWS_MAX} rows: split it.`);
    const checked = checkRow(row, columns, defaults);
    const faults =
      checked.kind === 'wrong'
        ? checked.faults
        : repeatedId(seen, { ...checked.request, line: row.line, columns });
    for (const fault of faults) tell(fault);
    if (faults.length > 0) wrongRows += 1;
    if (checked.kind !== 'order') continue;
    const { accountId, validUntil } = checked.request;
    accounts.set(accountId, (accounts.get(accountId) ?? 0) + 1);
    if (validUntil === undefined) withoutDeadline += 1;
  }
  if (columns === undefined)
    throw wrongInput(`${file} is empty: its first line names the columns.`);
  if (rows === 0) throw wrongInput(`${file} has a header and no rows.`);
  return { columns, rows, wrongRows, sha256: open.sha256(), accounts, withoutDeadline };
}

/** The id of a row that names none: the same file and row give the same id, for ever. */
export function derivedId(sha256: string, rowNumber: number): string {
  return `imp-${sha256.slice(0, 16)}-${rowNumber}`;
}

function repeatedId(
  seen: Map<string, number>,
  row: {
    readonly accountId: string;
    readonly clientOrderId: string;
    readonly line: number;
    readonly columns: Columns;
  },
): readonly RowFault[] {
  const { accountId, clientOrderId, line, columns } = row;
  const key = `${accountId}/${clientOrderId}`;
  const first = seen.get(key);
  if (first === undefined) {
    seen.set(key, line);
    return [];
  }
  const column = columns.fields.indexOf('clientOrderId') + 1;
  const message = `"${clientOrderId}" stands in line ${first} already: every row needs an id of its own`;
  return [{ line, column, field: 'clientOrderId', message }];
}
