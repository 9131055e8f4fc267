import {
  appendFileSync,
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import * as z from 'zod/mini';
import { wrongInput } from '../command-line/exit-codes.ts';

/** What an import is about; a journal serves only the very same one. */
export interface ImportIdentity {
  readonly sha256: string;
  readonly stage: string;
  readonly url: string;
  readonly account: string | undefined;
}

/** What became of one row. */
export interface JournalEntry {
  readonly row: number;
  readonly id: string;
  readonly end: 'accepted' | 'repeated' | 'refused';
  readonly why?: string | undefined;
}

/** The record of an import, in a file: what is written survives a kill. */
export interface Journal {
  readonly validUntil: number | undefined;
  /** Rows that the service has. Refused ones are tried again. */
  readonly done: ReadonlySet<number>;
  write(entry: JournalEntry): void;
  close(): void;
}

const headSchema = z.object({
  sha256: z.string(),
  stage: z.string(),
  url: z.string(),
  account: z.optional(z.string()),
  validUntil: z.optional(z.number()),
});
const entrySchema = z.object({ row: z.number(), end: z.enum(['accepted', 'repeated', 'refused']) });

/** What a journal said before this run. */
export interface EarlierRun {
  readonly validUntil: number | undefined;
  readonly done: ReadonlySet<number>;
}

/**
 * Reads what an earlier run of the same import has done.
 *
 * @returns undefined when there was none
 * @throws CommandFailure when the journal is of another file, stage or account
 */
export function readJournal(path: string, identity: ImportIdentity): EarlierRun | undefined {
  if (!existsSync(path)) return undefined;
  // The last line may be half written; it is then as if it were not there.
  const [first, ...lines] = readFileSync(path, 'utf8').split('\n').map(fieldsOf);
  const head = headSchema.safeParse(first);
  if (!head.success) {
    throw wrongInput(`${path} is no record of an import: move it, or give --journal FILE.`);
  }
  const { validUntil, ...told } = head.data;
  const other = differenceOf(told, identity);
  if (other !== undefined) {
    throw wrongInput(
      `${path} is of another import (${other}). Run that one to its end, or give --restart to begin anew: row ids keep orders from being placed twice.`,
    );
  }
  const done = new Set<number>();
  for (const line of lines) {
    const entry = entrySchema.safeParse(line);
    if (entry.success && entry.data.end !== 'refused') done.add(entry.data.row);
  }
  return { validUntil, done };
}

/** Goes on with a journal, or begins one. */
export function openJournal(
  path: string,
  {
    identity,
    earlier,
    validUntil,
  }: {
    readonly identity: ImportIdentity;
    readonly earlier: EarlierRun | undefined;
    readonly validUntil: number | undefined;
  },
): Journal {
  // Whoever may read the orders' file may read this one: nobody else.
  const head = `${JSON.stringify({ ...identity, validUntil })}\n`;
  if (earlier === undefined) writeFileSync(path, head, { mode: 0o600 });
  // After a kill the last line may have no end.
  else appendFileSync(path, '\n');
  const file = openSync(path, 'a');
  return {
    validUntil,
    done: earlier?.done ?? new Set(),
    write: (entry) => appendFileSync(file, `${JSON.stringify(entry)}\n`),
    close: () => closeSync(file),
  };
}

function differenceOf(told: ImportIdentity | z.infer<typeof headSchema>, wanted: ImportIdentity) {
  if (told.sha256 !== wanted.sha256) return 'the file has changed since';
  if (told.stage !== wanted.stage || told.url !== wanted.url) return `${told.stage} at ${told.url}`;
  return told.account === wanted.account ? undefined : `account ${told.account ?? 'in a column'}`;
}

function fieldsOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
