import { describe, expect, it } from '@jest/globals';
import { ORDER_STATUSES } from '../../lib/domain/order.ts';
import { SECOND_MS } from '../../lib/domain/time.ts';
import { countsOf, drawBudget, runBudget } from '../../tools/pictures/draw-budget.ts';
import { drawDoubt, runDoubt } from '../../tools/pictures/draw-doubt.ts';
import { drawnPictures } from '../../tools/pictures/drawn-pictures.ts';
import { stateDiagram, transitions } from '../../tools/pictures/state-machine.ts';
import { readDocument } from '../support/documented-commands.ts';

const DRAWN = drawnPictures(readDocument);

describe('the pictures of docs/explanation.md', () => {
  it.each(DRAWN)(
    'are those that the code draws: $path (npm run docs:pictures)',
    ({ path, text }) => {
      expect(readDocument(path)).toBe(text);
    },
  );

  it.each([drawDoubt(), drawBudget()])('keep inside their frame: $title', (picture) => {
    const { width, height, marks } = picture;
    const points = marks.flatMap((mark) => {
      if (mark.kind === 'text') return [[mark.x, mark.y] as const];
      if (mark.kind === 'dot') return [mark.at];
      return mark.kind === 'path' ? mark.points : [mark.from, mark.to];
    });
    const outside = points.filter(([x, y]) => x < 0 || x > width || y < 0 || y > height);
    expect(outside).toEqual([]);
    expect(points.length).toBeGreaterThan(20);
  });
});

describe('the state machine', () => {
  const all = transitions();

  it('has every status, and sends from RECEIVED alone', () => {
    for (const status of ORDER_STATUSES) expect(stateDiagram()).toContain(status);
    expect(all.filter(({ to }) => to === 'SENDING').map(({ from }) => from)).toEqual(['RECEIVED']);
  });

  it('leads from doubt to a negative end by a proof or a refusal alone', () => {
    const ends = all.filter(({ from }) => from === 'IN_DOUBT');
    expect(ends.find(({ to }) => to === 'NEVER_PLACED')?.by).toEqual(['AbsenceProven']);
    expect(ends.find(({ to }) => to === 'REJECTED')?.by).toEqual(['OrderRejected']);
  });

  it('leaves what the exchange ended as it is', () => {
    const ended = ['FILLED', 'CANCELED', 'PARTIALLY_CANCELED', 'REJECTED', 'DENIED', 'EXPIRED'];
    expect(all.filter(({ from }) => ended.includes(from))).toEqual([]);
  });
});

describe('the stories that are drawn', () => {
  it('count no not-found before the fence, and end past the horizon', () => {
    const { questions, fenceAt, horizonAt, provenAt } = runDoubt();
    expect(questions.filter(({ at, counts }) => counts && at <= fenceAt)).toEqual([]);
    expect(
      new Set(questions.filter(({ at }) => at >= horizonAt).map(({ source }) => source)).size,
    ).toBe(2);
    expect(provenAt).toBeGreaterThan(horizonAt);
  });

  it('never bring eleven requests into a second, and send nothing through a closed gate', () => {
    const { sent, closedAt, reopensAt, openAt } = runBudget();
    expect(Math.max(...countsOf(sent).map(([, count]) => count))).toBe(10);
    expect(sent.filter(({ slotAt }) => slotAt > closedAt && slotAt < reopensAt)).toEqual([]);
    const reopened = sent.filter(({ slotAt }) => slotAt >= reopensAt && slotAt < openAt);
    expect(reopened).toMatchObject([{ probe: true }]);
    expect(reopensAt - closedAt).toBeGreaterThanOrEqual(60 * SECOND_MS);
  });
});
