import type { SQLOutputValue } from 'node:sqlite';

/**
 * One row as SQLite gives it. Readers below name the column when a file does not hold what the
 * schema promises.
 */
export type Row = Record<string, SQLOutputValue>;

export function integer(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== 'number') throw columnError(column, 'a number', value);
  return value;
}

export function integerOrNull(row: Row, column: string): number | null {
  return row[column] === null ? null : integer(row, column);
}

export function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw columnError(column, 'a text', value);
  return value;
}

export function textOrNull(row: Row, column: string): string | null {
  return row[column] === null ? null : text(row, column);
}

function columnError(column: string, wanted: string, value: unknown): Error {
  return new Error(
    `Column ${column} of the queue file should be ${wanted} but is ${typeof value}.` +
      ' Delete the file to start afresh.',
  );
}
