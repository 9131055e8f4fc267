import type { OrderRequest } from '../../client/index.ts';
import { deadlineErrors, parseOrderRequest } from '../../lib/application/order-request.ts';
import type { Columns } from './order-columns.ts';

/** One row of a file, as it was read. */
export interface Row {
  /** 1 is the first row below the header. */
  readonly number: number;
  /** Where the row ends in the file; 1 is the first line. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** What is wrong in one cell. `column` counts from 1; 0 stands for the row as a whole. */
export interface RowFault {
  readonly line: number;
  readonly column: number;
  readonly field: string;
  readonly message: string;
}

/** A request that can be sent: with its id. */
export type RowRequest = OrderRequest & { readonly clientOrderId: string };

/** What a row is as an order. */
export type CheckedRow =
  | { readonly kind: 'order'; readonly request: RowRequest }
  | { readonly kind: 'wrong'; readonly faults: readonly RowFault[] };

/** What completes a row. */
export interface RowDefaults {
  readonly account: string | undefined;
  /** Deadline of rows that name none. */
  readonly validUntil: number | undefined;
  /** The id of a row without one, by its number. */
  readonly idOf: (rowNumber: number) => string;
  readonly now: number;
}

/** Checks a row as the service will, so that a file is refused as a whole or not at all. */
export function checkRow(row: Row, columns: Columns, defaults: RowDefaults): CheckedRow {
  const { cells, line } = row;
  const { fields } = columns;
  if (cells.length !== fields.length) {
    const message = `has ${cells.length} cells, and the header has ${fields.length}`;
    return { kind: 'wrong', faults: [{ line, column: 0, field: 'row', message }] };
  }
  const given = requestOf(row, columns, defaults);
  const parsed = parseOrderRequest(given);
  const errors =
    parsed.kind === 'invalid' ? parsed.errors : deadlineErrors(parsed.request, defaults.now);
  if (parsed.kind === 'invalid' || errors.length > 0) {
    const faults = errors.map(({ field, message }) => ({
      line,
      column: fields.indexOf(field) + 1,
      field,
      message,
    }));
    return { kind: 'wrong', faults };
  }
  const { clientOrderId, ...rest } = parsed.request;
  return { kind: 'order', request: { ...withoutAbsent(rest), clientOrderId } };
}

/** Writes a fault as one line: file, line, column, what is wrong. */
export function faultLine(file: string, { line, column, field, message }: RowFault): string {
  const where = column === 0 ? field : `column ${column} (${field})`;
  return `${file} line ${line}, ${where}: ${message}`;
}

function requestOf(row: Row, { fields, idColumn }: Columns, defaults: RowDefaults) {
  const filled = fields.flatMap((field, index): [string, unknown][] => {
    const text = row.cells[index] ?? '';
    return text === '' ? [] : [[field, field === 'validUntil' ? momentOf(text) : text]];
  });
  const { account, validUntil } = defaults;
  return {
    ...(account !== undefined && { accountId: account }),
    ...(validUntil !== undefined && { validUntil }),
    // A file that has ids has them in every row: an empty one is a mistake, not a wish.
    ...(idColumn === undefined && { clientOrderId: defaults.idOf(row.number) }),
    ...Object.fromEntries(filled),
  };
}

/** Unix milliseconds, or a time with its offset; anything else stays text and is refused as such. */
function momentOf(text: string): unknown {
  if (/^\d{13}$/.test(text)) return Number(text);
  return /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : text;
}

function withoutAbsent<Value extends object>(value: Value) {
  const present = Object.entries(value).filter(([, one]) => one !== undefined);
  return Object.fromEntries(present) as { [Name in keyof Value]: Exclude<Value[Name], undefined> };
}
