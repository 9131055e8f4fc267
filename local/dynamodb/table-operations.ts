import * as z from 'zod/mini';
import { AwsError, parseBody } from '../aws-endpoint/aws-service.ts';
import {
  createTable,
  creation,
  deleteTable,
  lookAtTable,
  notFound,
  ok,
  settingsOf,
  type TableParts,
} from './change-tables.ts';
import { createKeyedLock } from './keyed-lock.ts';
import type { DatabaseAnswer } from './start-dynalite.ts';
import type { TableSettings } from './table-settings.ts';

/** The calls about whole tables, by operation: those that dynalite answers incompletely or not at all. */
export type TableOperations = ReadonlyMap<string, (body: string) => Promise<DatabaseAnswer>>;

type TableCall = (parts: TableParts, body: string, name: string) => Promise<DatabaseAnswer>;

const CALLS: readonly (readonly [string, TableCall])[] = [
  ['CreateTable', (parts, body) => createTable(parts, parse(creation, body))],
  ['DeleteTable', (parts, _body, name) => deleteTable(parts, name)],
  ['UpdateTable', refuseUpdate],
  ['DescribeTable', describeTable],
  ['DescribeTimeToLive', describeExpiry],
  ['UpdateTimeToLive', updateExpiry],
  ['DescribeContinuousBackups', describeBackups],
  ['UpdateContinuousBackups', updateBackups],
];

const named = z.looseObject({ TableName: z.string() });
const expiry = z.object({
  TimeToLiveSpecification: z.object({ AttributeName: z.string(), Enabled: z.boolean() }),
});
const recovery = z.object({
  PointInTimeRecoverySpecification: z.object({ PointInTimeRecoveryEnabled: z.boolean() }),
});

/** Makes the table calls; those of one table run one after the other. */
export function createTableOperations(parts: TableParts): TableOperations {
  const lock = createKeyedLock();
  return new Map(
    CALLS.map(([operation, call]) => [
      operation,
      async (body) => {
        const { TableName: name } = parse(named, body);
        return lock.run(name, () => call(parts, body, name));
      },
    ]),
  );
}

async function describeTable(parts: TableParts, _body: string, name: string) {
  const table = await lookAtTable(parts, name);
  if (table === undefined) throw notFound(name);
  return ok({ Table: table });
}

async function refuseUpdate(_parts: TableParts, _body: string, name: string): Promise<never> {
  throw new AwsError(
    'ValidationException',
    `The local DynamoDB cannot change table ${name}: choose a new --data-dir to create it afresh.`,
  );
}

async function describeExpiry(parts: TableParts, _body: string, name: string) {
  const { expiryAttribute } = await existing(parts, name);
  const status =
    expiryAttribute === undefined
      ? { TimeToLiveStatus: 'DISABLED' }
      : { TimeToLiveStatus: 'ENABLED', AttributeName: expiryAttribute };
  return ok({ TimeToLiveDescription: status });
}

async function updateExpiry(parts: TableParts, body: string, name: string) {
  const { TimeToLiveSpecification: asked } = parse(expiry, body);
  const before = await existing(parts, name);
  const expiryAttribute = asked.Enabled ? asked.AttributeName : undefined;
  parts.settings.put(name, { ...before, expiryAttribute });
  return ok({ TimeToLiveSpecification: asked });
}

async function describeBackups(parts: TableParts, _body: string, name: string) {
  return backups(await existing(parts, name));
}

async function updateBackups(parts: TableParts, body: string, name: string) {
  const { PointInTimeRecoverySpecification: asked } = parse(recovery, body);
  const before = await existing(parts, name);
  const after = { ...before, recoveryEnabled: asked.PointInTimeRecoveryEnabled };
  parts.settings.put(name, after);
  return backups(after);
}

function backups({ recoveryEnabled }: TableSettings): DatabaseAnswer {
  const status = recoveryEnabled ? 'ENABLED' : 'DISABLED';
  return ok({
    ContinuousBackupsDescription: {
      ContinuousBackupsStatus: 'ENABLED',
      PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: status },
    },
  });
}

async function existing(parts: TableParts, name: string): Promise<TableSettings> {
  if ((await lookAtTable(parts, name)) === undefined) throw notFound(name);
  return settingsOf(parts, name);
}

function parse<T>(schema: z.ZodMiniType<T>, body: string): T {
  return parseBody(schema, body, 'ValidationException');
}
