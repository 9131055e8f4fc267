import { AwsError, type WallClock } from '../aws-endpoint/aws-service.ts';
import { type Image, itemName, keyOf, sameImage } from './attribute-values.ts';
import { createImageCache } from './image-cache.ts';
import { createKeyedLock } from './keyed-lock.ts';
import { readItem } from './read-item.ts';
import type { Database, DatabaseAnswer } from './start-dynalite.ts';
import type { PendingWrite, StreamJournal } from './stream-journal.ts';
import type { KnownTable, TableCatalog } from './table-catalog.ts';
import {
  callersAnswer,
  callersRefusal,
  changeOf,
  forwardedRequest,
  newImageIn,
  type WriteCall,
} from './write-shape.ts';

/** Writes single items, so that every change has exactly one record in the journal. */
export interface ItemWriter {
  write(call: WriteCall): Promise<DatabaseAnswer>;
  /** Finds out what became of the writes that a kill interrupted. Call it before the first write. */
  recover(): Promise<void>;
}

export interface WriterParts {
  readonly database: Database;
  readonly journal: StreamJournal;
  readonly catalog: TableCatalog;
  readonly clock: WallClock;
  /** Told after a record was stored. */
  readonly onRecord: (table: string) => void;
}

interface Target {
  readonly table: KnownTable;
  readonly key: Image;
  readonly name: string;
}

/**
 * Makes the writer. Each write of a journaled table goes, alone among those of its item:
 *
 *     read the old image ─► journal: begun ─► database ─► journal: record, no longer begun
 *
 * A kill at any arrow leaves at most one begun write per item. If the item differs from the old
 * image, the write had taken effect and only its record is missing. If it does not, the same write
 * is made again: it starts from the same image, so it does what it would have done, and it repairs
 * the indexes where the kill fell between an index and the item.
 */
export function createItemWriter(parts: WriterParts): ItemWriter {
  const lock = createKeyedLock();
  /** Writes of this process whose end is not known, by item; settled before the item's next write. */
  const unsettled = new Map<string, bigint>();

  const cache = createImageCache();

  const writeInTurn = async (target: Target, call: WriteCall) => {
    const { table, key, name } = target;
    const earlier = unsettled.get(name);
    if (earlier !== undefined) {
      await settle(parts, earlier);
      unsettled.delete(name);
    }
    const known = cache.get(name) ?? { image: await readItem(parts.database, table.name, key) };
    const written = await writeJournaled(parts, target, { call, before: known.image });
    if (written.kind === 'unknown') {
      cache.forget(name);
      unsettled.set(name, written.id);
      throw unknownEnd(call.operation, written.cause);
    }
    cache.put(name, written.image);
    return written.answer;
  };

  return {
    async write(call) {
      const { operation, request } = call;
      const table = parts.catalog.get(request.TableName);
      if (!table?.journaled) return parts.database.call(operation, JSON.stringify(request));
      const key = keyOf(table.keyAttributes, request.Key ?? request.Item ?? {});
      if (key === undefined) throw keyMismatch(table);

      const name = itemName(table.id, key);
      return lock.run(name, () => writeInTurn({ table, key, name }, call));
    },

    async recover() {
      for (const id of parts.journal.pending().keys()) await settle(parts, id);
    },
  };
}

type Written =
  | { readonly kind: 'known'; readonly answer: DatabaseAnswer; readonly image: Image | undefined }
  | { readonly kind: 'unknown'; readonly id: bigint; readonly cause: unknown };

async function writeJournaled(
  parts: WriterParts,
  { table, key }: Target,
  { call, before }: { readonly call: WriteCall; readonly before: Image | undefined },
): Promise<Written> {
  const { database, journal } = parts;
  const { operation } = call;
  const request = forwardedRequest(call);
  const id = journal.begin({ table: table.name, key, oldImage: before, operation, request });

  try {
    const answer = await database.call(operation, request);
    if (answer.status >= 500) return { kind: 'unknown', id, cause: answer.body };
    if (answer.status !== 200) {
      journal.end(id, undefined);
      const refusal = callersRefusal(call.request, answer, before);
      return { kind: 'known', answer: refusal, image: before };
    }
    const inAnswer = newImageIn(call, answer);
    const after = inAnswer === 'read' ? await readItem(database, table.name, key) : inAnswer;
    end(parts, id, { table, before, after });
    return { kind: 'known', answer: callersAnswer(call, answer), image: after };
  } catch (cause) {
    return { kind: 'unknown', id, cause };
  }
}

async function settle(parts: WriterParts, id: bigint): Promise<void> {
  const { database, journal, catalog } = parts;
  const begun: PendingWrite | undefined = journal.pending().get(id);
  if (begun === undefined) return;
  const table = catalog.get(begun.table);
  if (table === undefined) return journal.end(id, undefined);

  const before = begun.oldImage;
  const found = await readItem(database, table.name, begun.key);
  if (!sameImage(found, before)) return end(parts, id, { table, before, after: found });

  const answer = await database.call(begun.operation, begun.request);
  if (answer.status >= 500) throw unknownEnd(begun.operation, answer.body);
  const after = await readItem(database, table.name, begun.key);
  end(parts, id, { table, before, after });
}

function end(
  parts: WriterParts,
  id: bigint,
  seen: { table: KnownTable; before: Image | undefined; after: Image | undefined },
): void {
  const { table, before, after } = seen;
  const isStreamed = table.streamViewType !== undefined;
  const atMs = parts.clock.now();
  const change = isStreamed ? changeOf(table, { before, after, atMs }) : undefined;
  parts.journal.end(id, change);
  if (change !== undefined) parts.onRecord(table.name);
}

function keyMismatch(table: KnownTable): AwsError {
  const wanted = table.keyAttributes.map(({ name, type }) => `${name} (${type})`).join(', ');
  return new AwsError(
    'ValidationException',
    `The provided key element does not match the schema of table ${table.name}: ${wanted}.`,
  );
}

function unknownEnd(operation: string, cause: unknown): AwsError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new AwsError(
    'InternalServerError',
    `It is not known whether ${operation} took effect: ${reason}. Read the item before repeating.`,
    { status: 500 },
  );
}
