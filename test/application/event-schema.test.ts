import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { jsonSchemaOf, orderEventSchema } from '../../lib/application/event-schema.ts';
import { type IntegrationEvent, publishedForm } from '../../lib/application/integration-event.ts';
import { integrationEvents } from '../../lib/application/publish-events.ts';
import type { OrderEvent } from '../../lib/domain/events.ts';
import { evolve } from '../../lib/domain/evolve.ts';
import type { Order } from '../../lib/domain/order.ts';
import { WAY_TO } from '../support/order-stories.ts';
import { type Broken, brokenPromises } from '../support/schema-promises.ts';

const NAMES = ['order-event.v1', 'result-webhook.v1'] as const;
const DOCS = new URL('../../docs/events/', import.meta.url);
/** What was promised to receivers when version 1 was published. It is never changed again. */
const PROMISED = new URL('../fixtures/events/', import.meta.url);

const jsonIn = (folder: URL, file: string): unknown =>
  JSON.parse(readFileSync(new URL(file, folder), 'utf8'));

/** The events of an order whose every change was a write of its own. */
function eventsOf(events: readonly OrderEvent[]): readonly IntegrationEvent[] {
  let order: Order | undefined;
  return events.flatMap((event, previousVersion) => {
    order = evolve(order, event);
    return integrationEvents({ sequenceNumber: 's', previousVersion, order });
  });
}

describe.each(NAMES)('the published schema %s', (name) => {
  it('is the one that the code has: npm run event-schemas writes it', () => {
    expect(jsonIn(DOCS, `${name}.schema.json`)).toEqual(jsonSchemaOf(name));
  });

  it('keeps everything that version 1 promised', () => {
    const promised = jsonIn(PROMISED, `${name}.promised.json`);
    expect(brokenPromises(promised, jsonSchemaOf(name))).toEqual([]);
  });
});

describe('a change of the schema', () => {
  const promised = {
    type: 'object',
    required: ['a'],
    properties: { a: { type: 'string', enum: ['X', 'Y'] }, b: { items: { type: 'number' } } },
  };
  const { a, b } = promised.properties;
  const changed = (properties: unknown, required: readonly string[] = ['a']) =>
    brokenPromises(promised, { type: 'object', required, properties });

  it.each<[string, readonly Broken[], readonly Broken[]]>([
    ['an added field', changed({ a, b, c: {} }), []],
    ['an added word', changed({ a: { ...a, enum: ['X', 'Y', 'Z'] }, b }), []],
    ['a field that is always there now', changed({ a, b }, ['a', 'b']), []],
    ['a removed field', changed({ a }), ['b is gone']],
    ['another type', changed({ a: { ...a, type: 'number' }, b }), ['a has another type']],
    ['a removed word', changed({ a: { ...a, enum: ['X'] }, b }), ['a lost the words Y']],
    ['a field that may be missing', changed({ a, b }, []), ['a may be missing']],
    [
      'another type inside',
      changed({ a, b: { items: { type: 'string' } } }),
      ['b[] has another type'],
    ],
  ])('%s is judged', (_, found, expected) => expect(found).toEqual(expected));
});

describe('every event that the code makes', () => {
  it.each(Object.entries(WAY_TO))('of an order on its way to %s fits the schema', (_, way) => {
    for (const event of eventsOf(way)) {
      // As a receiver gets it: JSON has no undefined.
      const received: unknown = JSON.parse(JSON.stringify(publishedForm(event)));
      expect(orderEventSchema.safeParse(received).error?.issues ?? []).toEqual([]);
    }
  });
});

describe('the examples in docs/events', () => {
  const EXAMPLES = {
    'order.received': eventsOf(WAY_TO.RECEIVED).at(-1),
    'order.in-doubt': eventsOf(WAY_TO.IN_DOUBT).at(-1),
    'order.reported': eventsOf(WAY_TO.FILLED).at(-1),
    'order.rejected': eventsOf(WAY_TO.REJECTED).at(-1),
    'order.never-placed': eventsOf(WAY_TO.NEVER_PLACED).at(-1),
  };

  it.each(Object.entries(EXAMPLES))('%s is what the code makes', (type, event) => {
    expect(event?.type).toBe(type);
    const made = JSON.stringify(event && publishedForm(event), null, 2);
    // An example is written anew on purpose only: a changed one is a changed contract.
    if (process.env.WRITE_EXAMPLES === 'yes') {
      writeFileSync(new URL(`${type}.json`, DOCS), `${made}\n`);
    }
    expect(jsonIn(DOCS, `${type}.json`)).toEqual(JSON.parse(made));
  });

  it('are all of them checked', () => {
    const files = readdirSync(DOCS).filter((name) => !name.endsWith('.schema.json'));
    expect(files.toSorted()).toEqual(
      Object.keys(EXAMPLES)
        .map((type) => `${type}.json`)
        .toSorted(),
    );
  });
});
