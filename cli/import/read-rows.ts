import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { CsvError, type Info, parse } from 'csv-parse';
import * as z from 'zod/mini';
import { errorCode } from '../command-line/error-code.ts';
import { CommandFailure, EXIT, wrongInput } from '../command-line/exit-codes.ts';
import type { Row } from './check-row.ts';

/** Characters of one row: more than a body of 16 KiB is no order. */
const ROW_CHARACTERS_MAX = 16_384;

const recordSchema = z.object({
  info: z.object({ lines: z.number() }),
  record: z.array(z.string()),
});

/** A file that is being read. */
export interface OpenRows {
  /** Every row, the header first with number 0. */
  rows(): AsyncGenerator<Row, void, undefined>;
  /** SHA-256 (hex) of what was read; whole once the rows are read to their end. */
  sha256(): string;
}

/**
 * Reads a file of comma-separated values, row by row, in bounded memory.
 *
 * @throws CommandFailure when it cannot be read, or is no such file; the message names the line
 */
export function openRows(file: string): OpenRows {
  const hash = createHash('sha256');
  return {
    sha256: () => hash.copy().digest('hex'),
    async *rows() {
      const bytes = createReadStream(file);
      bytes.on('data', (piece) => hash.update(piece));
      const parser = parse({
        bom: true,
        info: true,
        relax_column_count: true,
        skip_empty_lines: true,
        trim: true,
        max_record_size: ROW_CHARACTERS_MAX,
      });
      bytes.on('error', (error) => parser.destroy(error));
      let number = 0;
      try {
        for await (const value of bytes.pipe(parser)) {
          const { info, record } = recordSchema.parse(value);
          yield { number, line: info.lines, cells: record };
          number += 1;
        }
      } catch (error) {
        throw explained(file, error);
      } finally {
        bytes.destroy();
      }
    },
  };
}

function explained(file: string, error: unknown): unknown {
  if (error instanceof CsvError) {
    const lines =
      'lines' in error ? Number((error satisfies CsvError & Partial<Info>).lines) : Number.NaN;
    const where = Number.isInteger(lines) ? ` line ${lines}` : '';
    return wrongInput(`${file}${where}: ${error.message}. Nothing was sent.`);
  }
  const code = errorCode(error);
  if (code === 'ENOENT')
    return new CommandFailure(EXIT.notFound, `${file}: there is no such file.`);
  if (code === 'EACCES' || code === 'EISDIR') {
    return wrongInput(`${file} cannot be read (${code}): give a file that you may read.`);
  }
  return error;
}
