import * as z from 'zod/mini';
import { AwsError, type AwsIdentity, type WallClock } from '../aws-endpoint/aws-service.ts';
import type { Database, DatabaseAnswer } from './start-dynalite.ts';
import { streamArn } from './stream-source.ts';
import type { TableCatalog } from './table-catalog.ts';
import {
  STREAM_VIEW_TYPES,
  type TableSettings,
  type TableSettingsStore,
} from './table-settings.ts';

/** How often a new or a deleted table is looked at, about a millisecond each. */
const LOOKS_MAX = 5_000;

export interface TableParts {
  readonly database: Database;
  readonly catalog: TableCatalog;
  readonly settings: TableSettingsStore;
  readonly identity: AwsIdentity;
  readonly clock: WallClock;
}

export const creation = z.looseObject({
  TableName: z.string(),
  StreamSpecification: z.optional(
    z.object({
      StreamEnabled: z.boolean(),
      StreamViewType: z.optional(z.enum(STREAM_VIEW_TYPES)),
    }),
  ),
  Tags: z.optional(z.array(z.object({ Key: z.string(), Value: z.string() }))),
});
const described = z.object({
  Table: z.looseObject({ TableStatus: z.string(), TableArn: z.string() }),
});

/** Creates a table and answers when it can be used. */
export async function createTable(
  parts: TableParts,
  request: z.infer<typeof creation>,
): Promise<DatabaseAnswer> {
  const { TableName: name, StreamSpecification: stream, Tags: tags = [] } = request;
  const { database, settings, catalog, clock } = parts;
  if ((await lookAtTable(parts, name)) !== undefined) {
    throw new AwsError('ResourceInUseException', `Table already exists: ${name}`);
  }
  if (stream?.StreamEnabled && stream.StreamViewType === undefined) {
    throw new AwsError(
      'ValidationException',
      `The stream of table ${name} needs a StreamViewType.`,
    );
  }

  const own: TableSettings = {
    state: 'creating',
    streamViewType: stream?.StreamEnabled ? stream.StreamViewType : undefined,
    streamLabel: new Date(clock.now()).toISOString().slice(0, -1),
    recoveryEnabled: false,
  };
  settings.put(name, own);
  const answer = await database.call('CreateTable', JSON.stringify(request));
  if (answer.status !== 200) {
    settings.remove(name);
    return answer;
  }

  const table = await until(parts, name, (status) => status === 'ACTIVE');
  if (tags.length > 0) {
    const tagging = { ResourceArn: table?.TableArn, Tags: tags };
    await database.call('TagResource', JSON.stringify(tagging));
  }
  settings.put(name, { ...own, state: 'active' });
  await catalog.refresh(name);
  return ok({ TableDescription: table });
}

/** Deletes a table with its items. */
export async function deleteTable(parts: TableParts, name: string): Promise<DatabaseAnswer> {
  const table = await lookAtTable(parts, name);
  if (table === undefined) throw notFound(name);

  const before = settingsOf(parts, name);
  parts.settings.put(name, { ...before, state: 'deleting' });
  const answer = await parts.database.call('DeleteTable', JSON.stringify({ TableName: name }));
  if (answer.status !== 200) {
    parts.settings.put(name, before);
    return answer;
  }
  await until(parts, name, (status) => status === undefined);
  parts.settings.remove(name);
  await parts.catalog.refresh(name);
  return ok({ TableDescription: { ...table, TableStatus: 'DELETING' } });
}

async function until(
  parts: TableParts,
  name: string,
  isReached: (status: string | undefined) => boolean,
) {
  for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
    const table = await lookAtTable(parts, name);
    if (isReached(table?.TableStatus)) return table;
  }
  throw new Error(`Table ${name} did not reach its status in ${LOOKS_MAX} looks.`);
}

/** A table's description with its stream, or `undefined` when there is none of this name. */
export async function lookAtTable(parts: TableParts, name: string) {
  const answer = await parts.database.call('DescribeTable', JSON.stringify({ TableName: name }));
  if (answer.status !== 200) return undefined;
  const { Table: table } = described.parse(JSON.parse(answer.body));
  const { streamViewType, streamLabel } = settingsOf(parts, name);
  if (streamViewType === undefined) return table;
  return {
    ...table,
    StreamSpecification: { StreamEnabled: true, StreamViewType: streamViewType },
    LatestStreamLabel: streamLabel,
    LatestStreamArn: streamArn(parts.identity, name, streamLabel),
  };
}

export function settingsOf(parts: TableParts, name: string): TableSettings {
  const none = { state: 'active', streamLabel: '', recoveryEnabled: false } as const;
  return parts.settings.get(name) ?? none;
}

export function ok(body: unknown): DatabaseAnswer {
  return { status: 200, body: JSON.stringify(body) };
}

export function notFound(name: string): AwsError {
  return new AwsError(
    'ResourceNotFoundException',
    `Requested resource not found: Table: ${name} not found`,
  );
}
