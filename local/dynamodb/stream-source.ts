import { createHash } from 'node:crypto';
import type { AwsIdentity } from '../aws-endpoint/aws-service.ts';
import type { Image } from './attribute-values.ts';
import type { ChangeKind, JournalRecord, StreamJournal } from './stream-journal.ts';
import type { KnownTable, TableCatalog } from './table-catalog.ts';
import type { StreamViewType } from './table-settings.ts';

/** Most records of one read; DynamoDB's own limit for a Lambda batch. */
const READ_RECORDS_MAX = 10_000;
/** Most bytes of images in one read (one record is always given): Lambda's limit for an event. */
const READ_BYTES_MAX = 6 * 1024 * 1024;
/** AWS's sequence numbers have at least 21 digits; with a fixed width, text order is their order. */
const SEQUENCE_DIGITS = 21;

/** One record, as a Lambda function receives it in `event.Records`. */
export interface StreamRecord {
  readonly eventID: string;
  readonly eventName: ChangeKind;
  readonly eventVersion: '1.1';
  readonly eventSource: 'aws:dynamodb';
  readonly awsRegion: string;
  readonly eventSourceARN: string;
  readonly dynamodb: {
    /** Unix seconds. */
    readonly ApproximateCreationDateTime: number;
    readonly Keys: Image;
    readonly OldImage?: Image;
    readonly NewImage?: Image;
    /** 21 digits; bigger is later. */
    readonly SequenceNumber: string;
    readonly SizeBytes: number;
    readonly StreamViewType: StreamViewType;
  };
}

/** The streams of all tables, for consumers in this process. */
export interface StreamSource {
  /** The records after a sequence number, oldest first; `0n` (or `'0'`) reads from the oldest kept. */
  read(tableName: string, afterSequence: bigint | string, limit: number): StreamRecord[];
  /** The newest sequence number of a table: where a consumer that starts at `LATEST` begins. */
  latestSequence(tableName: string): string;
  /** The sequence number up to which a consumer is done; `undefined` before its first save. */
  checkpoint(consumerId: string, tableName: string): string | undefined;
  /** Stores how far a consumer is done; it never moves back. */
  saveCheckpoint(consumerId: string, tableName: string, sequence: bigint | string): void;
  /** Resolves when `read` would give something, or when the signal aborts. */
  waitForRecords(
    tableName: string,
    afterSequence: bigint | string,
    signal: AbortSignal,
  ): Promise<void>;
}

/** A stream source, and the way to tell it of a new record. */
export interface OpenStreamSource extends StreamSource {
  wake(tableName: string): void;
}

/** The ARN of a table's stream. */
export function streamArn(identity: AwsIdentity, tableName: string, label: string): string {
  const { region, accountId } = identity;
  return `arn:aws:dynamodb:${region}:${accountId}:table/${tableName}/stream/${label}`;
}

/** Serves the journal's records to consumers. */
export function createStreamSource(parts: {
  readonly journal: StreamJournal;
  readonly catalog: TableCatalog;
  readonly identity: AwsIdentity;
}): OpenStreamSource {
  const { journal, catalog, identity } = parts;
  const waiting = new Map<string, Set<() => void>>();

  return {
    read(tableName, afterSequence, limit) {
      const table = catalog.get(tableName);
      if (table?.streamViewType === undefined) {
        throw new Error(`Table ${tableName} has no stream: it needs a StreamSpecification.`);
      }
      const view = { table, viewType: table.streamViewType, identity };
      const most = Math.max(1, Math.min(limit, READ_RECORDS_MAX));
      const records = journal.read(tableName, BigInt(afterSequence), most, READ_BYTES_MAX);
      return records.map((record) => toStreamRecord(record, view));
    },

    latestSequence: (tableName) => sequenceText(journal.latest(tableName)),

    checkpoint(consumerId, tableName) {
      const sequence = journal.checkpoint(consumerId, tableName);
      return sequence === undefined ? undefined : sequenceText(sequence);
    },

    saveCheckpoint(consumerId, tableName, sequence) {
      journal.saveCheckpoint(consumerId, tableName, BigInt(sequence));
    },

    async waitForRecords(tableName, afterSequence, signal) {
      if (signal.aborted || journal.latest(tableName) > BigInt(afterSequence)) return;

      const { promise, resolve } = Promise.withResolvers<void>();
      const waiters = waiting.get(tableName) ?? new Set();
      waiting.set(tableName, waiters.add(resolve));
      const onAbort = () => resolve();
      signal.addEventListener('abort', onAbort, { once: true });

      await promise;
      waiters.delete(resolve);
      signal.removeEventListener('abort', onAbort);
    },

    wake(tableName) {
      for (const resolve of waiting.get(tableName) ?? []) resolve();
    },
  };
}

function toStreamRecord(
  record: JournalRecord,
  view: { table: KnownTable; viewType: StreamViewType; identity: AwsIdentity },
): StreamRecord {
  const { table, viewType, identity } = view;
  const sequence = sequenceText(record.sequence);
  const arn = streamArn(identity, table.name, table.streamLabel);
  const showsOld = viewType === 'OLD_IMAGE' || viewType === 'NEW_AND_OLD_IMAGES';
  const showsNew = viewType === 'NEW_IMAGE' || viewType === 'NEW_AND_OLD_IMAGES';

  return {
    eventID: createHash('md5').update(`${arn}/${sequence}`).digest('hex'),
    eventName: record.kind,
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: identity.region,
    eventSourceARN: arn,
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(record.atMs / 1000),
      Keys: record.key,
      ...(showsOld && record.oldImage ? { OldImage: record.oldImage } : {}),
      ...(showsNew && record.newImage ? { NewImage: record.newImage } : {}),
      SequenceNumber: sequence,
      SizeBytes: record.sizeBytes,
      StreamViewType: viewType,
    },
  };
}

function sequenceText(sequence: bigint): string {
  return sequence.toString().padStart(SEQUENCE_DIGITS, '0');
}
