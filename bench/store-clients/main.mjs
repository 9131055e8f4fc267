// Measures what one call of DynamoDB costs its caller, with the clients that there are.

import { parseArgs } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { NOTHING, startChild } from '../budget/processes/child.ts';

const HELP = `Measures what one call of DynamoDB costs its caller, beside other clients.

Usage: npm run bench:store-clients -- [--repeats N]

  --repeats N   runs of each client, by turns   (default 7)

Each client has a process of its own, and only its processor time counts. Calls are reads and
conditional updates by turns, against dynalite, in two ways: back to back (2,000 a run, warm), and
20 ms apart (150 a run), as the calls of a paced submitter come: then the processor's caches
belong to others in between. The other clients have to be there: (cd bench/store-clients && npm ci).`;

const NAMES = [
  'SDK, document client',
  'SDK, attribute values',
  'aws-lite',
  'aws4fetch',
  'aws4 over node:http',
  'ours',
];
const WAYS = [
  { name: 'back to back', calls: 2_000, pauseMs: 0 },
  { name: '20 ms apart', calls: 150, pauseMs: 20 },
];
const WITHIN_MS = 60_000;
const WARM_UP = { calls: 2_000, pauseMs: 0 };

const { values } = parseArgs({
  options: {
    repeats: { type: 'string', default: '7' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) process.stdout.write(`${HELP}\n`);
else await measure(Number(values.repeats));

async function measure(repeats) {
  const stores = new URL('../budget/processes/store-process.ts', import.meta.url);
  const clients = new URL('client-process.mjs', import.meta.url);
  const urls = z.object({ directUrl: z.string() });
  const children = [];
  try {
    const seen = new Map(NAMES.map((name) => [name, WAYS.map(() => [])]));
    const running = new Map();
    for (const name of NAMES) {
      const store = await startChild(stores);
      children.push(store);
      const start = { name: 'start', answer: urls, withinMs: WITHIN_MS };
      const { directUrl: url } = await store.ask(start);
      await putOrder(url);
      const child = await startChild(clients);
      children.push(child);
      running.set(name, child);
      await child.ask({
        name: 'start',
        input: { name, url },
        answer: NOTHING,
        withinMs: WITHIN_MS,
      });
      const run = { name: 'run', input: WARM_UP, answer: z.number(), withinMs: WITHIN_MS };
      await child.ask(run);
    }
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      for (const [name, child] of running) {
        for (const [way, input] of WAYS.entries()) {
          const run = { name: 'run', input, answer: z.number(), withinMs: WITHIN_MS };
          seen.get(name)[way].push(await child.ask(run));
        }
      }
      process.stderr.write(`${repeat + 1} of ${repeats}\n`);
    }
    print(seen);
  } finally {
    await Promise.all(children.map((child) => child.stop()));
  }
}

async function putOrder(endpoint) {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const raw = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials });
  const entry = { sequence: 1, type: 'OrderReceived', at: 1, status: 'RECEIVED', detail: {} };
  const Item = {
    accountId: 'desk-1',
    clientOrderId: 'order-1',
    version: 1,
    status: 'RECEIVED',
    terms: { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '0.001', price: '99000' },
    request: 'x'.repeat(300),
    history: [entry, { ...entry, sequence: 2 }, { ...entry, sequence: 3 }],
  };
  await DynamoDBDocumentClient.from(raw).send(new PutCommand({ TableName: 'orders', Item }));
  raw.destroy();
}

function print(seen) {
  const ways = WAYS.map(({ name }) => `${name}: median (least to most)`);
  const lines = [`| processor ms per call | ${ways.join(' | ')} |`, '| --- | --- | --- |'];
  for (const [name, ofWays] of seen) {
    const cells = ofWays.map((values) => {
      const sorted = values.toSorted((left, right) => left - right);
      const at = (share) => sorted[Math.floor((sorted.length - 1) * share)].toFixed(3);
      return `${at(0.5)} (${at(0)} to ${at(1)})`;
    });
    lines.push(`| ${name} | ${cells.join(' | ')} |`);
  }
  process.stdout.write(`${lines.join('\n')}\n`);
}
