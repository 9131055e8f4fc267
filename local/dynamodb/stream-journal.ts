import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod/mini';
import type { Image } from './attribute-values.ts';

/** Age at which a record goes once every known consumer has passed it; DynamoDB's own figure. */
const RETENTION_MS = 24 * 60 * 60 * 1000;
/**
 * Age at which a record goes although a consumer has not read it. Longer than DynamoDB's 24 h on
 * purpose: this stack may be off for a holiday, and its events must survive that.
 */
const UNREAD_RETENTION_MS = 14 * 24 * 60 * 60 * 1000;
/** How often appending a record also trims old ones. */
const TRIM_INTERVAL_MS = 10 * 60 * 1000;

export type ChangeKind = 'INSERT' | 'MODIFY' | 'REMOVE';

/** One change of one item. */
export interface Change {
  readonly kind: ChangeKind;
  readonly key: Image;
  readonly oldImage: Image | undefined;
  readonly newImage: Image | undefined;
  readonly sizeBytes: number;
  readonly atMs: number;
}

/** A change with its place in the journal. */
export interface JournalRecord extends Change {
  readonly sequence: bigint;
}

/** A write that was begun: it may or may not have reached the database. */
export interface PendingWrite {
  readonly table: string;
  readonly key: Image;
  readonly oldImage: Image | undefined;
  readonly operation: string;
  /** The request body as the database gets it. */
  readonly request: string;
}

/** The durable order of changes. Every call is one transaction and returns when it is stored. */
export interface StreamJournal {
  begin(write: PendingWrite): bigint;
  /** Ends a begun write; with a change, the record is appended in the same transaction. */
  end(id: bigint, change: Change | undefined): void;
  pending(): ReadonlyMap<bigint, PendingWrite>;
  read(table: string, after: bigint, limit: number, bytesMax: number): JournalRecord[];
  latest(table: string): bigint;
  checkpoint(consumerId: string, table: string): bigint | undefined;
  saveCheckpoint(consumerId: string, table: string, sequence: bigint): void;
  trim(nowMs: number): void;
}

/** Keeps streams, begun writes and checkpoints in an open journal file. */
export function createStreamJournal(file: DatabaseSync): StreamJournal {
  const statements = prepare(file);
  let trimmedAtMs = 0;

  const trim = (nowMs: number) => {
    trimmedAtMs = nowMs;
    statements.trim.run(nowMs - RETENTION_MS, nowMs - UNREAD_RETENTION_MS);
  };

  return {
    begin(write) {
      const old = jsonOf(write.oldImage);
      const { table, operation, request } = write;
      const key = JSON.stringify(write.key);
      return BigInt(statements.begin.run(table, key, old, operation, request).lastInsertRowid);
    },

    end(id, change) {
      if (change === undefined) {
        statements.drop.run(id);
        return;
      }
      file.exec('BEGIN');
      try {
        const { kind, key, oldImage, newImage, sizeBytes, atMs } = change;
        const images = [jsonOf(oldImage), jsonOf(newImage)] as const;
        statements.append.run(kind, JSON.stringify(key), ...images, sizeBytes, atMs, id);
        statements.drop.run(id);
        file.exec('COMMIT');
      } catch (error) {
        file.exec('ROLLBACK');
        throw error;
      }
      if (change.atMs - trimmedAtMs >= TRIM_INTERVAL_MS) trim(change.atMs);
    },

    pending() {
      return new Map(statements.pending.all().map((row) => toPending(row)));
    },

    read(table, after, limit, bytesMax) {
      const records: JournalRecord[] = [];
      let bytes = 0;
      for (const row of statements.read.iterate(table, after, limit)) {
        const record = toRecord(row);
        bytes += record.sizeBytes;
        if (records.length > 0 && bytes > bytesMax) break;
        records.push(record);
      }
      return records;
    },

    latest: (table) => toSequence(statements.latest.get(table)) ?? 0n,
    checkpoint: (consumerId, table) => toSequence(statements.checkpoint.get(consumerId, table)),
    saveCheckpoint(consumerId, table, sequence) {
      statements.saveCheckpoint.run(consumerId, table, sequence);
    },
    trim,
  };
}

function prepare(file: DatabaseSync) {
  const readBigInts = (sql: string) => {
    const statement = file.prepare(sql);
    statement.setReadBigInts(true);
    return statement;
  };

  return {
    begin: readBigInts(`INSERT INTO pending_write
      (table_name, item_key, old_image, operation, request) VALUES (?, ?, ?, ?, ?)`),
    drop: file.prepare('DELETE FROM pending_write WHERE id = ?'),
    append: file.prepare(`INSERT INTO record
      (event_name, item_key, old_image, new_image, size_bytes, created_at_ms, table_name)
      SELECT ?, ?, ?, ?, ?, ?, table_name FROM pending_write WHERE id = ?`),
    pending: readBigInts('SELECT * FROM pending_write ORDER BY id'),
    read: readBigInts(
      'SELECT * FROM record WHERE table_name = ? AND sequence > ? ORDER BY sequence LIMIT ?',
    ),
    latest: readBigInts('SELECT max(sequence) AS sequence FROM record WHERE table_name = ?'),
    checkpoint: readBigInts(
      'SELECT sequence FROM checkpoint WHERE consumer_id = ? AND table_name = ?',
    ),
    // Only forward: a late save of an earlier batch must not undo a later one.
    saveCheckpoint: file.prepare(`INSERT INTO checkpoint (consumer_id, table_name, sequence)
      VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET sequence = max(sequence, excluded.sequence)`),
    trim: file.prepare(`DELETE FROM record WHERE created_at_ms < ?1 AND (
      created_at_ms < ?2 OR NOT EXISTS (
        SELECT 1 FROM checkpoint
        WHERE checkpoint.table_name = record.table_name AND checkpoint.sequence < record.sequence
      ))`),
  };
}

const imageSchema = z.record(z.string(), z.unknown());
const pendingRow = z.object({
  id: z.bigint(),
  table_name: z.string(),
  item_key: z.string(),
  old_image: z.nullable(z.string()),
  operation: z.string(),
  request: z.string(),
});
const recordRow = z.object({
  sequence: z.bigint(),
  event_name: z.enum(['INSERT', 'MODIFY', 'REMOVE']),
  item_key: z.string(),
  old_image: z.nullable(z.string()),
  new_image: z.nullable(z.string()),
  size_bytes: z.bigint(),
  created_at_ms: z.bigint(),
});
const sequenceRow = z.optional(z.object({ sequence: z.nullable(z.bigint()) }));

function toPending(row: unknown): [bigint, PendingWrite] {
  const parsed = pendingRow.parse(row);
  const write = {
    table: parsed.table_name,
    key: imageSchema.parse(JSON.parse(parsed.item_key)),
    oldImage: imageOf(parsed.old_image),
    operation: parsed.operation,
    request: parsed.request,
  };
  return [parsed.id, write];
}

function toRecord(row: unknown): JournalRecord {
  const parsed = recordRow.parse(row);
  return {
    sequence: parsed.sequence,
    kind: parsed.event_name,
    key: imageSchema.parse(JSON.parse(parsed.item_key)),
    oldImage: imageOf(parsed.old_image),
    newImage: imageOf(parsed.new_image),
    sizeBytes: Number(parsed.size_bytes),
    atMs: Number(parsed.created_at_ms),
  };
}

function toSequence(row: unknown): bigint | undefined {
  return sequenceRow.parse(row)?.sequence ?? undefined;
}

function imageOf(json: string | null): Image | undefined {
  return json === null ? undefined : imageSchema.parse(JSON.parse(json));
}

function jsonOf(value: Image | undefined): string | null {
  return value === undefined ? null : JSON.stringify(value);
}
