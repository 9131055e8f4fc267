import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { changesSince, withEvents } from '../../console/model/events.ts';
import { ageText, spanText } from '../../console/model/format.ts';
import {
  type GaugeHistory,
  meanTaken,
  SAMPLES_MAX,
  shareOf,
  sparkPoints,
  withSample,
} from '../../console/model/gauge.ts';
import { accountSchema } from '../../console/model/resources.ts';
import { rowWindowOf } from '../../console/model/row-window.ts';
import { rowOf } from '../../console/model/rows.ts';
import { takeMessages } from '../../console/model/server-sent.ts';
import { groupByUrgency } from '../../console/model/urgency.ts';
import { accountWith } from './account-sample.ts';
import { doubtful, orderWith, row, T0 } from './order-samples.ts';

describe('what needs a look', () => {
  const orders = [
    row({ clientOrderId: 'open', status: 'NEW', since: T0 }),
    row({ clientOrderId: 'fresh', status: 'RECEIVED', since: T0 + 59_000 }),
    row({ clientOrderId: 'waits', status: 'RECEIVED', since: T0 }),
    row({ clientOrderId: 'sends', status: 'SENDING', since: T0 }),
    row({ clientOrderId: 'held', status: 'HELD', since: T0 }),
    row({ clientOrderId: 'young', status: 'IN_DOUBT', since: T0 + 50_000 }),
    row({ clientOrderId: 'old', status: 'IN_DOUBT', since: T0 }),
  ];

  it('is doubt first, then what is held, then what is late, each oldest first', () => {
    const groups = groupByUrgency(orders, T0 + 60_000);
    expect(
      groups.map(({ urgency, orders: of }) => [urgency, of.map((one) => one.clientOrderId)]),
    ).toEqual([
      ['in-doubt', ['old', 'young']],
      ['held', ['held']],
      ['sending', ['sends']],
      ['waiting', ['waits']],
    ]);
  });

  it('grows as orders grow old', () => {
    expect(groupByUrgency([orders[2] ?? row({})], T0 + 1_000)).toEqual([]);
    expect(groupByUrgency([orders[2] ?? row({})], T0 + 11_000)).toHaveLength(1);
  });

  it('measures a doubt from its beginning, not from its last change', () => {
    expect(rowOf(doubtful()).since).toBe(T0 + 200);
    expect(rowOf(orderWith()).since).toBe(T0);
  });
});

describe('the lines of a long list', () => {
  it('hold every line in sight, and few more', () => {
    fc.assert(
      fc.property(
        fc.nat(100_000),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 100, max: 2_000 }),
        (count, part, viewHeight) => {
          const rowHeight = 32;
          const scrollTop = part * Math.max(0, count * rowHeight - viewHeight);
          const { first, end, offset } = rowWindowOf({ count, rowHeight, scrollTop, viewHeight });
          expect(first * rowHeight).toBeLessThanOrEqual(scrollTop);
          expect(end * rowHeight).toBeGreaterThanOrEqual(
            Math.min(count * rowHeight, scrollTop + viewHeight),
          );
          expect(end).toBeLessThanOrEqual(count);
          expect(end - first).toBeLessThanOrEqual(viewHeight / rowHeight + 50);
          expect(offset).toBe(first * rowHeight);
        },
      ),
    );
  });
});

describe('a gauge', () => {
  const account = (taken: number | undefined, slowedTo?: number) =>
    accountSchema.parse(accountWith(taken, slowedTo));
  const looks = (...taken: readonly (number | undefined)[]) =>
    taken.reduce<readonly GaugeHistory[]>(
      (known, one, index) => withSample(known, account(one), T0 + index * 2_000),
      [],
    );

  it('keeps a bounded history of each budget of each key', () => {
    const known = looks(...Array.from({ length: SAMPLES_MAX + 20 }, () => 3));
    expect(known.map((one) => one.class)).toEqual(['order', 'query']);
    expect(known[0]?.samples).toHaveLength(SAMPLES_MAX);
  });

  it('shows the share of the limit that holds now, never more than all of it', () => {
    expect(shareOf({ at: T0, taken: 5, limit: 10, isOpen: true })).toBe(0.5);
    expect(shareOf({ at: T0, taken: 12, limit: 10, isOpen: true })).toBe(1);
    expect(withSample([], account(2, 4), T0)[0]?.samples[0]?.limit).toBe(4);
  });

  it('means what was told, and nothing when nothing was', () => {
    expect(meanTaken(looks(2, 4, 6)[0]?.samples ?? [], 60_000)).toBe(4);
    expect(meanTaken(looks(2, 4, 6)[0]?.samples ?? [], 3_000)).toBe(5);
    expect(meanTaken(looks(undefined)[0]?.samples ?? [], 60_000)).toBeUndefined();
  });

  it('draws the newest at the right edge', () => {
    const points = sparkPoints(looks(0, 10)[0]?.samples ?? [], { width: 149, height: 20 });
    expect(points).toBe('148.0,20.0 149.0,0.0');
  });
});

describe('events', () => {
  it('are the changes that were not seen before, each once', () => {
    const first = changesSince(new Map(), [doubtful()], (type) => type);
    expect(first.events.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4]);
    const again = changesSince(first.seen, [doubtful(), orderWith()], (type) => type);
    expect(again.events).toEqual([]);
  });

  it('are listed newest first, and a repeat changes nothing', () => {
    const { events } = changesSince(new Map(), [doubtful()], (type) => type);
    const listed = withEvents([], events, 3);
    expect(listed.map(({ sequence }) => sequence)).toEqual([4, 3, 2]);
    expect(withEvents(listed, events.slice(1), 3)).toEqual(listed);
  });

  it('are taken from a stream however it is cut', () => {
    const text = 'event: events\ndata: {"a":1}\n\nevent: away\ndata: {}\n\n';
    fc.assert(
      fc.property(fc.nat(text.length), (at) => {
        const first = takeMessages(text.slice(0, at));
        const second = takeMessages(first.rest + text.slice(at));
        expect([...first.messages, ...second.messages]).toEqual([
          { event: 'events', data: '{"a":1}' },
          { event: 'away', data: '{}' },
        ]);
        expect(second.rest).toBe('');
      }),
    );
  });
});

describe('lengths of time', () => {
  it.each([
    [0, '0 ms'],
    [640, '640 ms'],
    [8_420, '8.4 s'],
    [59_900, '59 s'],
    [184_000, '3 min 04 s'],
    [7_800_000, '2 h 10 min'],
    [445_000_000, '5 d 03 h'],
  ])('%d ms read as %s', (ms, text) => expect(spanText(ms)).toBe(text));

  it('as ages are in whole seconds', () => {
    expect([ageText(-5), ageText(999), ageText(59_999), ageText(60_001)]).toEqual([
      '0 s',
      '0 s',
      '59 s',
      '1 min 00 s',
    ]);
  });
});
