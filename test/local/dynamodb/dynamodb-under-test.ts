import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  type AwsEndpoint,
  startAwsEndpoint,
} from '../../../local/aws-endpoint/start-aws-endpoint.ts';
import { type LocalDynamoDb, openDynamoDb } from '../../../local/dynamodb/open-dynamodb.ts';
import { BUDGETS, ORDERS } from './orders-table.ts';

export const STARTED_AT_MS = 1_700_000_000_000;

/** A clock that stands until it is moved. */
export interface MovableClock {
  now(): number;
  forward(ms: number): void;
}

/** A database of its own behind an endpoint, with a real client. */
export interface DynamoDbUnderTest {
  readonly directory: string;
  readonly clock: MovableClock;
  readonly db: LocalDynamoDb;
  readonly client: DynamoDBClient;
  /** Closes everything but keeps the directory. */
  stop(): Promise<void>;
  /** Closes everything and removes the directory. */
  close(): Promise<void>;
}

/** Makes a directory that goes with the test. */
export function temporaryDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'local-aws-'));
}

/** Starts the database with the usual tables. */
export async function startDynamoDb(
  directory = temporaryDirectory(),
  tables = [ORDERS, BUDGETS],
): Promise<DynamoDbUnderTest> {
  const clock = movableClock();
  const db = await openDynamoDb({ directory, clock });
  for (const table of tables) await db.createTable(table);
  const endpoint: AwsEndpoint = await startAwsEndpoint({ port: 0, services: { dynamodb: db } });
  const client = clientOf(endpoint.url);

  const stop = async () => {
    client.destroy();
    await endpoint.close();
    await db.close();
  };
  const close = async () => {
    await stop();
    rmSync(directory, { recursive: true, force: true });
  };
  return { directory, clock, db, client, stop, close };
}

/** A client that makes each call once. */
export function clientOf(endpoint: string): DynamoDBClient {
  return new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    maxAttempts: 1,
  });
}

export function movableClock(startMs = STARTED_AT_MS): MovableClock {
  let nowMs = startMs;
  return {
    now: () => nowMs,
    forward: (ms) => {
      nowMs += ms;
    },
  };
}
