// The store of one run: dynalite in memory, with both tables, behind a way that can be cut.

import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { LIMITS_TABLE, TABLE_DEFINITIONS } from '../ours/tables.ts';
import { answerCalls } from './answer-calls.ts';
import { portOf, startTcpProxy, type TcpProxy } from './tcp-proxy.ts';

/** Calls by `operation table`, those that a condition refused too. */
let counts: Record<string, number> = {};
let proxy: TcpProxy | undefined;

answerCalls({
  async start() {
    const server = dynalite({ createTableMs: 0 });
    server.prependListener('request', count);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const client = new DynamoDBClient({
      endpoint: `http://127.0.0.1:${portOf(server)}`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    for (const table of [...TABLE_DEFINITIONS, LIMITS_TABLE])
      await client.send(new CreateTableCommand(table));
    client.destroy();
    counts = {};
    proxy = await startTcpProxy(portOf(server));
    return {
      directUrl: `http://127.0.0.1:${portOf(server)}`,
      url: `http://127.0.0.1:${proxy.port}`,
    };
  },
  counts: () => counts,
  forgetCounts() {
    counts = {};
  },
  cut: () => proxy?.cut(),
  restore: () => proxy?.restore(),
});

/** Reads along without changing what the database itself gets to read. */
function count(request: IncomingMessage): void {
  const operation = String(request.headers['x-amz-target']).split('.')[1] ?? 'unknown';
  const pieces: Buffer[] = [];
  request.on('data', (piece: Buffer) => pieces.push(piece));
  request.on('end', () => {
    const table = /"TableName":"([^"]*)"/.exec(Buffer.concat(pieces).toString())?.[1] ?? 'several';
    const name = `${operation} ${table}`;
    counts[name] = (counts[name] ?? 0) + 1;
  });
}
