import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Image } from '../../../local/dynamodb/attribute-values.ts';
import type { StreamRecord } from '../../../local/dynamodb/stream-source.ts';
import { seededRandom } from '../../support/random.ts';
import {
  clientOf,
  type DynamoDbUnderTest,
  startDynamoDb,
  temporaryDirectory,
} from './dynamodb-under-test.ts';
import { loadUntilGone } from './order-load.ts';
import { ORDERS } from './orders-table.ts';

const KILLS = 6;
const SEED = 20_260_301;
const RECORDS_MAX = 10_000;
const TEST_TIMEOUT_MS = 60_000;

const directories: string[] = [];
afterEach(() => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

async function startProcess(directory: string): Promise<{ child: ChildProcess; url: string }> {
  const program = new URL('./database-process.ts', import.meta.url).pathname;
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', program, directory],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const [url] = await once(createInterface(child.stdout), 'line');
  return { child, url: String(url) };
}

/** Runs a load and kills the process in the middle of the writes after one that was acknowledged. */
async function loadAndKill(directory: string, seed: number): Promise<Set<string>> {
  const random = seededRandom(seed);
  const killAfter = 50 + Math.floor(random() * 150);
  const { child, url } = await startProcess(directory);
  const client = clientOf(url);
  const exited = once(child, 'exit');

  const onAcknowledged = (count: number) => {
    if (count === killAfter) setTimeout(() => child.kill('SIGKILL'), random() * 4);
  };
  const { acknowledgedMarks } = await loadUntilGone(client, { seed, onAcknowledged });
  await exited;
  client.destroy();
  return acknowledgedMarks;
}

function allRecords(under: DynamoDbUnderTest): StreamRecord[] {
  const records: StreamRecord[] = [];
  for (;;) {
    const after = records.at(-1)?.dynamodb.SequenceNumber ?? '0';
    const page = under.db.streams.read('orders', after, RECORDS_MAX);
    if (page.length === 0) return records;
    records.push(...page);
  }
}

describe('a database that is killed under load, again and again', () => {
  it(
    'has for every item a chain of records from nothing to what it is',
    async () => {
      const directory = temporaryDirectory();
      directories.push(directory);
      const marks = new Set<string>();
      for (let kill = 0; kill < KILLS; kill += 1) {
        for (const mark of await loadAndKill(directory, SEED + kill)) marks.add(mark);
      }
      const under = await startDynamoDb(directory, [ORDERS]);
      const items = (await under.client.send(new ScanCommand({ TableName: 'orders' }))).Items ?? [];
      const due = await under.client.send(
        new QueryCommand({
          TableName: 'orders',
          IndexName: 'due',
          KeyConditionExpression: 'dueShard = :all',
          ExpressionAttributeValues: { ':all': { S: 'all' } },
        }),
      );
      const records = allRecords(under);
      await under.stop();

      const now = new Map<string, Image | undefined>();
      const written = new Set<string>();
      for (const { eventName, dynamodb } of records) {
        const { Keys, OldImage, NewImage } = dynamodb;
        const id = JSON.stringify(Keys);
        expect(OldImage).toEqual(now.get(id));
        expect(NewImage).not.toEqual(OldImage);
        expect(eventName).toBe(!OldImage ? 'INSERT' : NewImage ? 'MODIFY' : 'REMOVE');
        now.set(id, NewImage);
        const mark = JSON.stringify(NewImage?.mark);
        if (NewImage !== undefined) expect(written).not.toContain(mark);
        written.add(mark);
      }
      const byId = (one: Image) => JSON.stringify(one.clientOrderId);
      const sorted = (list: Image[]) =>
        list.sort((one, other) => (byId(one) < byId(other) ? -1 : 1));
      const left = [...now.values()].filter((image) => image !== undefined);

      expect(sorted(left)).toEqual(sorted(items));
      expect([...marks].filter((mark) => !written.has(JSON.stringify({ S: mark })))).toEqual([]);
      expect(sorted(due.Items ?? [])).toEqual(sorted(items.filter((item) => item.dueAt)));
      expect(marks.size).toBeGreaterThan(KILLS * 25);
    },
    TEST_TIMEOUT_MS,
  );
});
