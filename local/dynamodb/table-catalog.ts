import * as z from 'zod/mini';
import type { KeyAttribute } from './attribute-values.ts';
import type { Database } from './start-dynalite.ts';
import type { StreamViewType, TableSettingsStore } from './table-settings.ts';

/** A stack has a handful of tables; this only ends a loop that a broken page would make endless. */
const TABLE_PAGES_MAX = 100;

/** What the front must know about a table to write to it. */
export interface KnownTable {
  readonly name: string;
  /** Another one when a table of the same name is created afresh. */
  readonly id: string;
  readonly keyAttributes: readonly KeyAttribute[];
  readonly streamViewType: StreamViewType | undefined;
  readonly streamLabel: string;
  /**
   * Whether writes are journaled first: for the stream, and for secondary indexes, which dynalite
   * writes apart from the item, so that a kill between the two would leave them apart for good.
   */
  readonly journaled: boolean;
}

/** The tables of the database, in memory. */
export interface TableCatalog {
  get(name: string): KnownTable | undefined;
  /** Reads one table afresh, after it was created, changed or deleted. */
  refresh(name: string): Promise<void>;
}

const keySchema = z.array(z.object({ AttributeName: z.string(), KeyType: z.string() }));
const description = z.object({
  Table: z.object({
    TableName: z.string(),
    TableId: z.string(),
    TableStatus: z.string(),
    KeySchema: keySchema,
    AttributeDefinitions: z.array(
      z.object({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) }),
    ),
    GlobalSecondaryIndexes: z.optional(z.array(z.unknown())),
    LocalSecondaryIndexes: z.optional(z.array(z.unknown())),
  }),
});
const tablePage = z.object({
  TableNames: z.array(z.string()),
  LastEvaluatedTableName: z.optional(z.string()),
});

/** Reads all tables of the database. */
export async function openTableCatalog(
  database: Database,
  settings: TableSettingsStore,
): Promise<TableCatalog> {
  const tables = new Map<string, KnownTable>();

  const refresh = async (name: string) => {
    const answer = await database.call('DescribeTable', JSON.stringify({ TableName: name }));
    const table = answer.status === 200 ? knownTable(answer.body, settings) : undefined;
    if (table === undefined) tables.delete(name);
    else tables.set(name, table);
  };

  for (const name of await listTables(database)) await refresh(name);
  return { get: (name) => tables.get(name), refresh };
}

function knownTable(body: string, settings: TableSettingsStore): KnownTable | undefined {
  const { Table: table } = description.parse(JSON.parse(body));
  if (table.TableStatus === 'CREATING' || table.TableStatus === 'DELETING') return undefined;

  const types = new Map(table.AttributeDefinitions.map((a) => [a.AttributeName, a.AttributeType]));
  const own = settings.get(table.TableName);
  const indexes = [table.GlobalSecondaryIndexes ?? [], table.LocalSecondaryIndexes ?? []].flat();
  return {
    name: table.TableName,
    id: table.TableId,
    keyAttributes: table.KeySchema.map(({ AttributeName: name }) => ({
      name,
      type: types.get(name) ?? 'S',
    })),
    streamViewType: own?.streamViewType,
    streamLabel: own?.streamLabel ?? '',
    journaled: own?.streamViewType !== undefined || indexes.length > 0,
  };
}

async function listTables(database: Database): Promise<string[]> {
  const names: string[] = [];
  let start: string | undefined;
  for (let page = 0; page < TABLE_PAGES_MAX; page += 1) {
    const request = start === undefined ? {} : { ExclusiveStartTableName: start };
    const answer = await database.call('ListTables', JSON.stringify(request));
    const { TableNames, LastEvaluatedTableName } = tablePage.parse(JSON.parse(answer.body));
    names.push(...TableNames);
    start = LastEvaluatedTableName;
    if (start === undefined) break;
  }
  return names;
}
