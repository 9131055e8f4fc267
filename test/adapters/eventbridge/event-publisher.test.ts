import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  EventBridgeClient,
  PutEventsCommand,
  type PutEventsCommandInput,
} from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { createEventPublisher } from '../../../lib/adapters/eventbridge/event-publisher.ts';
import { clientSettings } from '../../../lib/adapters/system/aws-client-settings.ts';
import { createEventBridge } from '../../../local/eventbridge/create-event-bridge.ts';
import { describeEventPublisher, eventOf } from '../../contracts/event-publisher-contract.ts';
import { serveAwsService } from '../../support/serve-aws-service.ts';

const idOf = (detail = '{}'): string => JSON.parse(detail).id;

/** A bus that answers as EventBridge does: entry by entry, the good ones of a call are taken. */
function openBus() {
  const client = new EventBridgeClient({ region: 'us-east-1' });
  const calls: PutEventsCommandInput[] = [];
  const taken: string[] = [];
  const refused = new Set<string>();
  const mock = mockClient(client);
  mock.on(PutEventsCommand).callsFake((input: PutEventsCommandInput) => {
    calls.push(input);
    const Entries = (input.Entries ?? []).map(({ Detail }, index) => {
      if (refused.has(idOf(Detail))) return { ErrorCode: 'ThrottlingException' };
      taken.push(idOf(Detail));
      return { EventId: `event-${index}` };
    });
    return { Entries, FailedEntryCount: Entries.filter(({ EventId }) => !EventId).length };
  });
  const publisher = createEventPublisher({ client, eventBusName: 'orders' });
  return { publisher, mock, calls, taken, refused };
}

describeEventPublisher('EventBridge', async () => {
  const { publisher, taken, refused } = openBus();
  return { publisher, taken: () => taken, refuse: (id) => refused.add(id) };
});

describe('the local event bus', () => {
  it('takes every event in its order from a real client', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'events-'));
    const bus = createEventBridge({ file: join(directory, 'events'), clock: { now: () => 1e12 } });
    bus.createEventBus('orders');
    const server = await serveAwsService(bus);
    const client = new EventBridgeClient({
      ...clientSettings,
      endpoint: server.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    const events = Array.from({ length: 12 }, (_, index) => eventOf(index));

    const published = await createEventPublisher({ client, eventBusName: 'orders' }).publish(
      events,
    );

    expect(published).toBe(12);
    expect(bus.events('orders', 0, 100).map(({ event }) => event.detail)).toEqual(
      events.map(({ id, data }) => expect.objectContaining({ id, ...data })),
    );
    client.destroy();
    await server.close();
    bus.close();
    await rm(directory, { recursive: true });
  });
});

describe('an event on EventBridge', () => {
  it('carries its id and version beside its data', async () => {
    const { publisher, calls } = openBus();

    await publisher.publish([eventOf(7, 'hello')]);

    const [entry] = calls[0]?.Entries ?? [];
    expect(entry).toMatchObject({
      EventBusName: 'orders',
      Source: 'hashkey-orders',
      DetailType: 'order.received',
    });
    expect(JSON.parse(entry?.Detail ?? '')).toEqual({
      id: 'desk-1/order-1/7',
      orderId: 'desk-1/order-1',
      schemaVersion: 1,
      sequence: 7,
      text: 'hello',
    });
  });

  it('goes with others only while all fit into one call', async () => {
    const { publisher, calls } = openBus();
    const large = Array.from({ length: 5 }, (_, index) => eventOf(index, '€'.repeat(30_000)));

    expect(await publisher.publish(large)).toBe(5);
    expect(calls.map(({ Entries }) => Entries?.length)).toEqual([2, 2, 1]);
  });
});

describe('EventBridge out of reach', () => {
  it('makes publishing throw when nothing was published', async () => {
    const { publisher, mock } = openBus();
    mock.on(PutEventsCommand).rejects(new Error('unreachable'));

    await expect(publisher.publish([eventOf(1)])).rejects.toThrow('unreachable');
  });

  it('makes publishing say how many were before', async () => {
    const { publisher, mock } = openBus();
    const entries = Array(10).fill({ EventId: 'e' });
    mock
      .on(PutEventsCommand)
      .resolvesOnce({ FailedEntryCount: 0, Entries: entries })
      .rejects(new Error('unreachable'));
    const events = Array.from({ length: 15 }, (_, index) => eventOf(index));

    expect(await publisher.publish(events)).toBe(10);
  });
});
