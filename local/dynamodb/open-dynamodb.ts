import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  type AwsIdentity,
  type AwsService,
  LOCAL_IDENTITY,
  type WallClock,
} from '../aws-endpoint/aws-service.ts';
import { answerCall } from './answer-call.ts';
import { ensureTable } from './ensure-table.ts';
import { openJournalFile } from './open-journal-file.ts';
import { startDynalite } from './start-dynalite.ts';
import { createStreamJournal } from './stream-journal.ts';
import { createStreamSource, type StreamSource, streamArn } from './stream-source.ts';
import { openTableCatalog } from './table-catalog.ts';
import { createTableOperations } from './table-operations.ts';
import { createTableSettingsStore } from './table-settings.ts';
import type { TableDefinition } from './table-shape.ts';
import { createItemWriter } from './write-item.ts';

/** DynamoDB for one machine: durable tables and their streams. */
export interface LocalDynamoDb extends AwsService {
  readonly streams: StreamSource;
  /** Creates a table, or keeps the one there is when it has the same shape; else it rejects. */
  createTable(definition: TableDefinition): Promise<void>;
  /** The ARN of a table's stream; `undefined` when it has none. */
  streamArn(tableName: string): string | undefined;
  /** Takes no more calls and frees the directory. */
  close(): Promise<void>;
}

/**
 * Opens the tables in a directory, which is then locked until the process ends or `close`.
 *
 * Writes that an earlier process had begun when it was killed are settled before it resolves.
 */
export async function openDynamoDb(options: {
  readonly directory: string;
  readonly clock: WallClock;
  readonly identity?: AwsIdentity;
}): Promise<LocalDynamoDb> {
  const { directory, clock, identity = LOCAL_IDENTITY } = options;
  mkdirSync(directory, { recursive: true });
  const file = openJournalFile(join(directory, 'stream.sqlite'));
  const settings = createTableSettingsStore(file);
  const journal = createStreamJournal(file);

  const halfDoneTables = settings.halfDone();
  const items = join(directory, 'items');
  const database = await startDynalite({ directory: items, identity, halfDoneTables });
  for (const table of halfDoneTables) settings.remove(table);

  const catalog = await openTableCatalog(database, settings);
  const streams = createStreamSource({ journal, catalog, identity });
  const onRecord = (table: string) => streams.wake(table);
  const writer = createItemWriter({ database, journal, catalog, clock, onRecord });
  await writer.recover();
  journal.trim(clock.now());

  const tables = createTableOperations({ database, catalog, settings, identity, clock });
  return {
    streams,
    createTable: (definition) => ensureTable(tables, definition),
    streamArn: (tableName) => {
      const table = catalog.get(tableName);
      if (table?.streamViewType === undefined) return undefined;
      return streamArn(identity, tableName, table.streamLabel);
    },
    handle: (request) => answerCall({ database, catalog, writer, tables }, request),
    close: async () => {
      await database.close().finally(() => file.close());
    },
  };
}
