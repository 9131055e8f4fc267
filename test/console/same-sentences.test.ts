import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runCommandLine } from '../../cli/run-command-line.ts';
import { explain } from '../../console/model/explain.ts';
import type { AccountResource, OrderResource } from '../../console/model/resources.ts';
import { type RunningConsole, startConsole } from '../../console/server/start-console.ts';
import { STAGES } from '../../infra/stages.ts';
import { systemClock } from '../../lib/adapters/system/clock.ts';
import { orderResource } from '../../lib/application/order-resource.ts';
import { ORDER_STATUSES, type OrderStatus } from '../../lib/domain/order.ts';
import { NOON } from '../support/order-events.ts';
import { orderIn } from '../support/order-stories.ts';
import { accountWith } from './account-sample.ts';

/** A moment at which every story has still something before it. */
const now = NOON + 70_000;

const account = {
  ...accountWith(0),
  ...{ halted: true, reason: 'drill' },
  egress: { gate: { kind: 'closed', until: NOON + 90_000, reason: 'banned' }, closings: 1 },
};

let api: Server;
let apiUrl: string;
let served: RunningConsole;

beforeAll(async () => {
  api = createServer((request, response) => {
    const status = ORDER_STATUSES.find((one) => request.url === `/v1/orders/desk-1/${one}`);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(status === undefined ? account : orderResource(orderIn(status))));
  });
  api.listen(0, '127.0.0.1');
  await once(api, 'listening');
  apiUrl = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
  const horizonMs = STAGES.local.absenceHorizonMs;
  const place = { region: undefined, awsEndpoint: undefined, port: 0, stage: 'local' } as const;
  served = await startConsole({ ...place, apiUrl, horizonMs, accounts: [] });
});

afterAll(async () => {
  await served.close();
  api.close();
  api.closeAllConnections();
});

/** What `hashkey-orders why` writes. */
async function typed(status: OrderStatus): Promise<readonly string[]> {
  let stdout = '';
  const code = await runCommandLine(['why', 'desk-1', status, '--url', apiUrl], {
    stdin: Readable.from([]),
    stdout: {
      write(text) {
        stdout += text;
        return true;
      },
    },
    stderr: { write: () => true },
    environment: {},
    clock: { ...systemClock, now: () => now },
    signal: new AbortController().signal,
  });
  expect(code).toBe(0);
  return stdout
    .split('\n')
    .map((line) => line.trim().replace(/^\d{4}-\d\d-\d\d \S+ \S+ {2}/, ''))
    .filter((line) => line !== '');
}

/** What the page gets from its server and makes of it. */
async function shown(status: OrderStatus): Promise<readonly string[]> {
  const token = /console-token" content="([^"]+)"/.exec(
    await (await fetch(served.url)).text(),
  )?.[1];
  const ask = async (path: string) =>
    (
      await fetch(new URL(path, served.url), { headers: { 'x-console-token': token ?? '' } })
    ).json();
  const order = (await ask(`/api/orders/desk-1/${status}`)) as OrderResource;
  const known = (await ask('/api/accounts/desk-1')) as AccountResource;
  const { horizonMs } = (await ask('/api/about')) as { horizonMs: number };
  const explanation = explain(order, { now, horizonMs, account: known });
  return [
    `Order order-1 of account desk-1: ${explanation.order}`,
    ...explanation.status,
    'What happened',
    ...explanation.trail.map(({ text }) => text),
    'What happens next',
    ...explanation.next,
  ];
}

describe('an order explained in a terminal and in the console', () => {
  it.each(ORDER_STATUSES)('has the same sentences when it is %s', async (status) => {
    expect(await shown(status)).toEqual(await typed(status));
  });
});
