import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateEventBusCommand,
  DescribeEventBusCommand,
  EventBridgeClient,
  ListEventBusesCommand,
  PutEventsCommand,
  type PutEventsRequestEntry,
  PutRuleCommand,
} from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type AwsEndpoint,
  startAwsEndpoint,
} from '../../../local/aws-endpoint/start-aws-endpoint.ts';
import {
  createEventBridge,
  type LocalEventBridge,
} from '../../../local/eventbridge/create-event-bridge.ts';
import type { KeptEvent } from '../../../local/eventbridge/event-store.ts';

const EVENTS_MAX = 5;
let directory: string;
let faults: unknown[];
let bridge: LocalEventBridge;
let endpoint: AwsEndpoint;
let client: EventBridgeClient;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'local-events-'));
  faults = [];
  bridge = open();
  bridge.createEventBus('orders');
  bridge.createEventBus('orders');
  endpoint = await startAwsEndpoint({
    port: 0,
    services: { eventBridge: bridge },
    pages: { '/_local/events': (query) => bridge.eventsPage(query) },
  });
  client = new EventBridgeClient({
    endpoint: endpoint.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    maxAttempts: 1,
  });
});
afterEach(async () => {
  client.destroy();
  await endpoint.close();
  bridge.close();
  rmSync(directory, { recursive: true, force: true });
});

function open(): LocalEventBridge {
  return createEventBridge({
    file: join(directory, 'events.sqlite'),
    clock: { now: () => 1_700_000_000_000 },
    eventsMax: EVENTS_MAX,
    onFault: (error) => faults.push(error),
  });
}
const entry = (rest: PutEventsRequestEntry = {}): PutEventsRequestEntry => ({
  EventBusName: 'orders',
  Source: 'hashkey-orders',
  DetailType: 'order.filled',
  Detail: '{"sequence":3}',
  ...rest,
});
const put = (...Entries: PutEventsRequestEntry[]) => client.send(new PutEventsCommand({ Entries }));
const page = async (query: string) => {
  const answer = await fetch(`${endpoint.url}/_local/events?${query}`);
  return { status: answer.status, body: await answer.json() };
};

describe('an event', () => {
  it('is kept as a target would receive it, and is there after a restart', async () => {
    const answer = await put(entry({ Resources: ['order/1'], Time: new Date(1_650_000_000_000) }));
    expect(answer.FailedEntryCount).toBe(0);
    const again = open();
    expect(again.events('orders', 0, 10)).toEqual([
      {
        id: 1,
        busName: 'orders',
        event: {
          version: '0',
          id: answer.Entries?.[0]?.EventId,
          'detail-type': 'order.filled',
          source: 'hashkey-orders',
          account: '000000000000',
          time: '2022-04-15T05:20:00Z',
          region: 'us-east-1',
          resources: ['order/1'],
          detail: { sequence: 3 },
        },
      },
    ]);
    again.close();
  });

  it('reaches listeners until they leave, and a bad listener harms nobody', async () => {
    const heard: KeptEvent[] = [];
    bridge.onEvent(() => {
      throw new Error('bad listener');
    });
    const leave = bridge.onEvent((event) => heard.push(event));
    await put(entry());
    leave();
    const answer = await put(entry());
    expect(answer.FailedEntryCount).toBe(0);
    expect(heard.map(({ id }) => id)).toEqual([1]);
    expect(faults).toHaveLength(2);
  });

  it('goes to the default bus, or to one named by its ARN', async () => {
    const EventBusName = 'arn:aws:events:us-east-1:000000000000:event-bus/orders';
    await put(entry({ EventBusName: undefined }), entry({ EventBusName }));
    expect(bridge.events('default', 0, 10)).toHaveLength(1);
    expect(bridge.events('orders', 0, 10)).toHaveLength(1);
  });

  it('is forgotten when enough newer ones are there', async () => {
    for (let n = 0; n < EVENTS_MAX + 2; n += 1) await put(entry());
    expect(bridge.events('orders', 0, 100).map(({ id }) => id)).toEqual([3, 4, 5, 6, 7]);
    expect(bridge.events('orders', 5, 1).map(({ id }) => id)).toEqual([6]);
  });
});

describe('a request with bad entries', () => {
  it('fails those alone', async () => {
    const answer = await put(
      entry({ EventBusName: 'nowhere' }),
      entry({ Detail: 'not json' }),
      entry({ Detail: '[]' }),
      entry({ Source: undefined }),
      entry({ Source: 'aws.s3' }),
      entry(),
    );
    expect(answer.FailedEntryCount).toBe(5);
    expect(answer.Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
      'ResourceNotFoundException',
      'MalformedDetail',
      'MalformedDetail',
      'InvalidArgument',
      'NotAuthorizedForSourceException',
      undefined,
    ]);
    expect(bridge.events('orders', 0, 10)).toHaveLength(1);
  });

  it('is refused when it is too long or too large', async () => {
    const name = 'ValidationException';
    await expect(put(...Array.from({ length: 11 }, () => entry()))).rejects.toMatchObject({ name });
    const large = entry({ Detail: JSON.stringify({ text: 'x'.repeat(130_000) }) });
    await expect(put(large, large)).resolves.toMatchObject({ FailedEntryCount: 0 });
    await expect(put(large, large, large)).rejects.toMatchObject({
      name,
      message: expect.stringContaining('over the limit'),
    });
  });
});

describe('a bus', () => {
  it('is created once, described and listed beside the default one', async () => {
    await client.send(new CreateEventBusCommand({ Name: 'audit' }));
    await expect(client.send(new CreateEventBusCommand({ Name: 'audit' }))).rejects.toMatchObject({
      name: 'ResourceAlreadyExistsException',
    });
    expect(await client.send(new DescribeEventBusCommand({ Name: 'audit' }))).toMatchObject({
      Arn: 'arn:aws:events:us-east-1:000000000000:event-bus/audit',
    });
    const all = await client.send(new ListEventBusesCommand({}));
    expect(all.EventBuses?.map(({ Name }) => Name)).toEqual(['audit', 'default', 'orders']);
    const some = await client.send(new ListEventBusesCommand({ NamePrefix: 'o' }));
    expect(some.EventBuses?.map(({ Name }) => Name)).toEqual(['orders']);
  });

  it('is not found under another name', async () => {
    await expect(
      client.send(new DescribeEventBusCommand({ Name: 'nowhere' })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('has no rules, and says so', async () => {
    const rule = new PutRuleCommand({ Name: 'all', EventPattern: '{}' });
    await expect(client.send(rule)).rejects.toThrow(/PutRule.*no rules or targets/);
  });
});

describe('the page of events', () => {
  it('is read on from where the last one ended', async () => {
    for (let n = 0; n < 3; n += 1) await put(entry());
    await put(entry({ EventBusName: 'default' }));
    const first = await page('bus=orders&limit=2');
    expect(first.body).toMatchObject({ events: [{ id: 1 }, { id: 2 }], next: 2 });
    const rest = await page('after=2');
    expect(rest.body).toMatchObject({
      events: [{ id: 3 }, { id: 4, busName: 'default' }],
      next: 4,
    });
  });

  it('refuses what is no number', async () => {
    expect(await page('after=x')).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('after') },
    });
  });
});
