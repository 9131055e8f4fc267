import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type DrawnMark, drawTimeLine } from '../../console/model/draw-time-line.ts';
import { timeLineOf } from '../../console/model/time-line.ts';
import { timeScaleOf } from '../../console/model/time-scale.ts';
import { change, doubtful, orderWith, T0 } from './order-samples.ts';

const horizonMs = 60_000;

describe('the scale of a time-line', () => {
  const moments = fc.uniqueArray(fc.integer({ min: 0, max: 10 ** 9 }), {
    minLength: 2,
    maxLength: 30,
  });

  it('keeps the order of moments and reaches from edge to edge', () => {
    fc.assert(
      fc.property(moments, (some) => {
        const scale = timeScaleOf(some);
        const places = some.toSorted((one, two) => one - two).map((at) => scale.placeOf(at));
        expect(places[0]).toBe(0);
        expect(places.at(-1)).toBeCloseTo(1);
        places.forEach((place, index) => {
          if (index > 0) expect(place).toBeGreaterThan(places[index - 1] ?? 0);
        });
      }),
    );
  });

  it('has one moment at its beginning', () => expect(timeScaleOf([5]).placeOf(5)).toBe(0));
});

describe('the time-line of an order in doubt', () => {
  const timeLine = timeLineOf(doubtful(), { now: T0 + 20_000, horizonMs });

  it('shows attempt, doubt, not-found, fence, horizon and now', () => {
    expect(timeLine.lanes).toEqual(['sent', 'doubt']);
    expect(timeLine.spans.map(({ lane, from, to }) => [lane, from - T0, to - T0])).toEqual([
      ['sent', 100, 200],
      ['doubt', 200, 20_000],
    ]);
    expect(timeLine.lines.map(({ name, at }) => [name, at - T0])).toEqual([
      ['fence', 8_100],
      ['horizon', 68_100],
      ['now', 20_000],
    ]);
    expect(timeLine.marks.map(({ label }) => label)).toEqual([
      'received',
      'in doubt',
      'not found by id',
    ]);
  });

  it('ends the doubt where the status changes', () => {
    const found = doubtful({
      status: 'NEW',
      history: [
        ...doubtful().history.slice(0, 3),
        change(4, 'ExecutionReported', 2_500, 'NEW', { report: { status: 'NEW' } }),
      ],
    });
    const { spans, lines, marks } = timeLineOf(found, { now: T0 + 20_000, horizonMs });
    expect(spans.at(-1)).toMatchObject({ lane: 'doubt', from: T0 + 200, to: T0 + 2_500 });
    expect(lines.map(({ name }) => name)).toEqual(['now']);
    expect(marks.at(-1)).toMatchObject({ lane: 'exchange', label: 'NEW' });
  });

  it('shows verdict, trades and cancel in lanes of their own', () => {
    const over = orderWith({
      status: 'PARTIALLY_CANCELED',
      fills: [{ tradeId: 't1', price: '20000', quantity: '0.004', at: T0 + 900 }],
      history: [
        change(1, 'OrderReceived', 0, 'RECEIVED'),
        change(2, 'CancelRequested', 1_000, 'NEW'),
        change(3, 'ExecutionReported', 2_000, 'PARTIALLY_CANCELED'),
      ],
      updatedAt: T0 + 2_000,
    });
    const { lanes, lines } = timeLineOf(over, { now: T0 + 99_000, horizonMs });
    expect(lanes).toEqual(['sent', 'exchange', 'trades', 'cancel']);
    expect(lines).toEqual([]);
  });
});

describe('the drawing of a time-line', () => {
  it('stays inside its width, and no two words of a lane overlap', () => {
    const history = fc.array(fc.integer({ min: 300, max: 10 ** 7 }), { maxLength: 30 });
    fc.assert(
      fc.property(history, fc.integer({ min: 280, max: 1_600 }), (times, width) => {
        const order = doubtful({
          history: [
            ...doubtful().history.slice(0, 3),
            ...times
              .toSorted((one, two) => one - two)
              .map((at, index) =>
                change(4 + index, 'AbsenceObserved', at, 'IN_DOUBT', { source: 'query' }),
              ),
          ],
        });
        const drawn = drawTimeLine(timeLineOf(order, { now: T0 + 2 * 10 ** 7, horizonMs }), width);
        expect(drawn.width).toBeLessThanOrEqual(Math.max(width, 110));
        for (const { x } of [...drawn.marks, ...drawn.lines, ...drawn.ticks]) {
          expect(x).toBeGreaterThanOrEqual(0);
          expect(x).toBeLessThanOrEqual(drawn.right);
        }
        for (const lane of drawn.lanes) {
          const marks = drawn.marks.filter(({ lane: of }) => of === lane.name);
          const words = marks.flatMap(extentOf).sort(([one], [two]) => one - two);
          words.forEach(([from], index) => {
            expect(from).toBeGreaterThan(words[index - 1]?.[1] ?? 0);
          });
        }
      }),
    );
  });
});

/** From where to where the words of a mark reach, at the width of a narrow character. */
function extentOf({ text, label }: DrawnMark): readonly (readonly [number, number])[] {
  if (text === undefined) return [];
  const width = label.length * 6;
  const from = { start: text.x, middle: text.x - width / 2, end: text.x - width }[text.anchor];
  return [[from, from + width]];
}
