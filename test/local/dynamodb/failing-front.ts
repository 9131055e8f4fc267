import { join } from 'node:path';
import { LOCAL_IDENTITY } from '../../../local/aws-endpoint/aws-service.ts';
import { openJournalFile } from '../../../local/dynamodb/open-journal-file.ts';
import { type Database, startDynalite } from '../../../local/dynamodb/start-dynalite.ts';
import { createStreamJournal, type StreamJournal } from '../../../local/dynamodb/stream-journal.ts';
import { openTableCatalog } from '../../../local/dynamodb/table-catalog.ts';
import { createTableSettingsStore } from '../../../local/dynamodb/table-settings.ts';
import { createItemWriter, type ItemWriter } from '../../../local/dynamodb/write-item.ts';
import { movableClock } from './dynamodb-under-test.ts';

/** Where the next write stops. */
export type Failure = 'before the database' | 'after the database' | 'before the record';

/** The parts of the front, with a database and a journal that fail where they are told to. */
export interface FailingFront {
  readonly journal: StreamJournal;
  /** A writer that knows nothing of earlier ones, like that of a new process. */
  newWriter(): ItemWriter;
  failNext(failure: Failure): void;
  /** The items in the index of due orders, as the database has them. */
  due(): Promise<unknown[]>;
  close(): Promise<void>;
}

export async function openFailingFront(directory: string): Promise<FailingFront> {
  const file = openJournalFile(join(directory, 'stream.sqlite'));
  const items = join(directory, 'items');
  const real = await startDynalite({
    directory: items,
    identity: LOCAL_IDENTITY,
    halfDoneTables: [],
  });
  const stored = createStreamJournal(file);
  const catalog = await openTableCatalog(real, createTableSettingsStore(file));
  let next: Failure | undefined;

  const failIf = (failure: Failure) => {
    if (next !== failure) return;
    next = undefined;
    throw new Error(`killed ${failure}`);
  };
  const database: Database = {
    ...real,
    async call(operation, body) {
      const isWrite = operation !== 'GetItem';
      if (isWrite) failIf('before the database');
      const answer = await real.call(operation, body);
      if (isWrite) failIf('after the database');
      return answer;
    },
  };
  const journal: StreamJournal = {
    ...stored,
    end(id, change) {
      failIf('before the record');
      stored.end(id, change);
    },
  };
  const parts = { database, journal, catalog, clock: movableClock(), onRecord: () => {} };

  return {
    journal: stored,
    newWriter: () => createItemWriter(parts),
    failNext: (failure) => {
      next = failure;
    },
    async due() {
      const query = {
        TableName: 'orders',
        IndexName: 'due',
        KeyConditionExpression: 'dueShard = :all',
        ExpressionAttributeValues: { ':all': { S: 'all' } },
      };
      return JSON.parse((await real.call('Query', JSON.stringify(query))).body).Items;
    },
    async close() {
      await real.close();
      file.close();
    },
  };
}
