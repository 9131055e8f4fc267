import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import * as z from 'zod/mini';
import { AWS_SERVICES } from '../../../lib/adapters/aws/known-services.ts';
import { createEventPublisher } from '../../../lib/adapters/eventbridge/event-publisher.ts';
import { createEventBridge } from '../../../local/eventbridge/create-event-bridge.ts';
import { describeEventPublisher, eventOf } from '../../contracts/event-publisher-contract.ts';
import { awsClientAt } from '../../support/aws-client-at.ts';
import { type ScriptedAnswer, startScriptedAws } from '../../support/scripted-aws.ts';
import { serveAwsService } from '../../support/serve-aws-service.ts';

const idOf = (detail: string): string => JSON.parse(detail).id;
const putInput = z.object({
  Entries: z.array(
    z.object({
      EventBusName: z.string(),
      Source: z.string(),
      DetailType: z.string(),
      Detail: z.string(),
    }),
  ),
});

const opened: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

/** A bus that answers as EventBridge does: entry by entry, the good ones of a call are taken. */
async function openBus(
  answerInstead: (call: number) => ScriptedAnswer | undefined = () => undefined,
) {
  const calls: z.infer<typeof putInput>[] = [];
  const taken: string[] = [];
  const refused = new Set<string>();
  const bus = await startScriptedAws(({ input }, number) => {
    const instead = answerInstead(number);
    if (instead !== undefined) return instead;
    const call = putInput.parse(input);
    calls.push(call);
    const Entries = call.Entries.map(({ Detail }, index) => {
      if (refused.has(idOf(Detail))) return { ErrorCode: 'ThrottlingException' };
      taken.push(idOf(Detail));
      return { EventId: `event-${index}` };
    });
    const body = { Entries, FailedEntryCount: Entries.filter(({ EventId }) => !EventId).length };
    return { body };
  });
  const client = awsClientAt(bus.url, AWS_SERVICES.EVENTBRIDGE);
  opened.push(client, bus);
  const publisher = createEventPublisher({ client, eventBusName: 'orders' });
  return { publisher, calls, taken, refused };
}

describeEventPublisher('EventBridge', async () => {
  const { publisher, taken, refused } = await openBus();
  return { publisher, taken: () => taken, refuse: (id) => refused.add(id) };
});

describe('the local event bus', () => {
  it('takes every event in its order from the client of functions', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'events-'));
    const bus = createEventBridge({ file: join(directory, 'events'), clock: { now: () => 1e12 } });
    bus.createEventBus('orders');
    const server = await serveAwsService(bus);
    const client = awsClientAt(server.endpoint, AWS_SERVICES.EVENTBRIDGE);
    const events = Array.from({ length: 12 }, (_, index) => eventOf(index));

    const published = await createEventPublisher({ client, eventBusName: 'orders' }).publish(
      events,
    );

    expect(published).toBe(12);
    expect(bus.events('orders', 0, 100).map(({ event }) => event.detail)).toEqual(
      events.map(({ id, data }) => expect.objectContaining({ id, ...data })),
    );
    client.close();
    await server.close();
    bus.close();
    await rm(directory, { recursive: true });
  });
});

describe('an event on EventBridge', () => {
  it('carries its id and version beside its data', async () => {
    const { publisher, calls } = await openBus();

    await publisher.publish([eventOf(7, 'hello')]);

    const [entry] = calls[0]?.Entries ?? [];
    expect(entry).toMatchObject({
      EventBusName: 'orders',
      Source: 'hashkey-orders',
      DetailType: 'order.received',
    });
    expect(JSON.parse(entry?.Detail ?? '')).toEqual({
      ...eventOf(7, 'hello').data,
      id: 'desk-1/order-1/7',
      orderId: 'desk-1/order-1',
      schemaVersion: 1,
      sequence: 7,
    });
  });

  it('goes with others only while all fit into one call', async () => {
    const { publisher, calls } = await openBus();
    const large = Array.from({ length: 5 }, (_, index) => eventOf(index, '€'.repeat(30_000)));

    expect(await publisher.publish(large)).toBe(5);
    expect(calls.map(({ Entries }) => Entries?.length)).toEqual([2, 2, 1]);
  });
});

describe('EventBridge out of reach', () => {
  it('makes publishing throw when nothing was published', async () => {
    const { publisher } = await openBus(() => 'break the connection');

    await expect(publisher.publish([eventOf(1)])).rejects.toThrow('socket hang up');
  });

  it('makes publishing throw when the first answer cannot be read', async () => {
    const { publisher } = await openBus(() => ({ body: { FailedEntryCount: '0' } }));

    await expect(publisher.publish([eventOf(1)])).rejects.toThrow();
  });

  it.each<readonly [string, ScriptedAnswer]>([
    ['breaks off', 'break the connection'],
    ['says nothing of its events', { body: {} }],
    ['counts failures without naming one', { body: { FailedEntryCount: 1, Entries: [] } }],
  ])('makes publishing say how many were before a call that %s', async (_name, answer) => {
    const { publisher } = await openBus((call) => (call === 1 ? undefined : answer));
    const events = Array.from({ length: 15 }, (_, index) => eventOf(index));

    expect(await publisher.publish(events)).toBe(10);
  });
});
