import { describe, expect, it } from '@jest/globals';
import { UNUSED_EGRESS } from '../../lib/domain/egress-budget.ts';
import { closeGate, gateOfQuestion, OPEN_GATE } from '../../lib/domain/gate.ts';
import {
  type KeyBudget,
  type KeyRequest,
  planReservation,
  UNUSED_KEY,
} from '../../lib/domain/key-budget.ts';
import { type CallFate, NO_CALLS, noteFate, noteReserved } from '../../lib/domain/live-calls.ts';
import type { WindowEntry } from '../../lib/domain/request-window.ts';
import { isToldLater, tellCalls } from '../../lib/domain/tell-calls.ts';
import {
  asKnown,
  byAnswersAlone,
  UNTOLD_MS,
  waitsForOthers,
} from '../../lib/domain/told-window.ts';
import { NOON as NOW } from '../support/order-events.ts';

const OWN = noteReserved(NO_CALLS, [NOW - 100]);
const entry = (slotAt: number, arrivesBy: number): WindowEntry => ({ slotAt, arrivesBy });
const NEVER = Number.POSITIVE_INFINITY;
const key = (...query: readonly WindowEntry[]): KeyBudget => ({
  ...UNUSED_KEY,
  windows: { order: [], query },
});
const question = (change: Partial<KeyRequest> = {}): KeyRequest => ({
  keyId: 'key-1',
  class: 'query',
  weight: 1,
  limitPerSecond: 1,
  count: 1,
  now: NOW,
  reachMs: 4_000,
  ...change,
});

describe('a window in which only answers count', () => {
  const alone = (slotAt: number, arrivesBy: number) =>
    byAnswersAlone([entry(slotAt, arrivesBy)], OWN, { now: NOW, clockErrorMs: 50 })[0]?.arrivesBy;

  it('gives a call up seven seconds after its slot', () => {
    expect(UNTOLD_MS).toBe(7_000);
  });

  it('knows an answer of its own process at once, and of others when their clocks allow', () => {
    expect(alone(NOW - 100, NOW)).toBe(NOW);
    expect(alone(NOW - 100, NOW + 1)).toBe(NEVER);
    expect(alone(NOW - 101, NOW - 50)).toBe(NOW);
    expect(alone(NOW - 101, NOW - 49)).toBe(NEVER);
  });

  it('is left where somebody else has not told, and nothing else', () => {
    const waits = (slotAt: number, arrivesBy: number) =>
      waitsForOthers([entry(slotAt, arrivesBy)], OWN, NOW);
    expect(waits(NOW - 101, NOW + 1)).toBe(true);
    expect(waits(NOW - 101, NOW)).toBe(false);
    expect(waits(NOW - 100, NOW + 1)).toBe(false);
    expect(waitsForOthers([], OWN, NOW)).toBe(false);
    const budget = key(entry(NOW - 101, NOW + 1));
    expect(isToldLater(budget, OWN, question())).toBe(true);
    expect(isToldLater(budget, OWN, question({ class: 'order' }))).toBe(false);
    expect(isToldLater(key(), OWN, question())).toBe(false);
  });

  it('keeps what is known when it is planned on', () => {
    const planned = [entry(NOW - 9, NEVER), entry(NOW, NOW + 50)];
    expect(asKnown(planned, [entry(NOW - 9, NOW - 1)])).toEqual([
      entry(NOW - 9, NOW - 1),
      entry(NOW, NOW + 50),
    ]);
  });
});

describe('what a process tells of its calls', () => {
  const stored = entry(NOW - 100, NOW - 100 + UNTOLD_MS);
  const timing = { sentAt: NOW - 90, answeredAt: NOW - 10 };
  const tell = (fate: CallFate) =>
    tellCalls(key(stored), noteFate(NO_CALLS, NOW - 100, fate), { class: 'query', now: NOW });

  it.each<[CallFate, number]>([
    [{ kind: 'answered', ...timing }, NOW - 10],
    [{ kind: 'unanswered', ...timing }, NOW - 10 + 1_000],
    [{ kind: 'not-sent' }, NOW - 100],
  ])('is when a call was over: %j', (fate, arrivesBy) => {
    expect(tell(fate)).toEqual(key(entry(NOW - 100, arrivesBy)));
  });

  it.each<[CallFate]>([[{ kind: 'reserved' }], [{ kind: 'leaving', sentAt: NOW - 90 }]])(
    'is nothing while a call is not: %j',
    (fate) => {
      const budget = key(stored);
      const live = noteFate(NO_CALLS, NOW - 100, fate);
      expect(tellCalls(budget, live, { class: 'query', now: NOW + 7_000 })).toBe(budget);
    },
  );

  it('is nothing of the calls of others, nor of the other class', () => {
    const budget = key(stored);
    expect(tellCalls(budget, OWN, { class: 'query', now: NOW })).toBe(budget);
    const live = noteFate(NO_CALLS, NOW - 100, { kind: 'answered', ...timing });
    expect(tellCalls(budget, live, { class: 'order', now: NOW })).toBe(budget);
    const told = tellCalls(budget, live, { class: 'query', now: NOW });
    expect(tellCalls(told, live, { class: 'query', now: NOW })).toBe(told);
    const two = key(entry(NOW - 200, NOW), stored);
    expect(tellCalls(two, live, { class: 'query', now: NOW }).windows.query).toEqual([
      entry(NOW - 200, NOW),
      entry(NOW - 100, NOW - 10),
    ]);
  });
});

describe('a question', () => {
  const plan = (budget: KeyBudget, live = NO_CALLS, change: Partial<KeyRequest> = {}) =>
    planReservation({ budget, egress: UNUSED_EGRESS, live }, question(change), {
      guardMs: 50,
      minGapMs: 25,
    });

  it('waits for the answer before it, and stores its own bound', () => {
    expect(plan(key(entry(NOW - 900, NOW + 10))).answer.kind).toBe('later');
    const own = noteReserved(NO_CALLS, [NOW - 900]);
    const after = plan(key(entry(NOW - 900, NOW - 500)), own);
    expect(after.answer).toMatchObject({ slots: [NOW + 500] });
    expect(after.budget?.windows.query).toEqual([entry(NOW + 500, NOW + 500 + UNTOLD_MS)]);
    const others = plan(key(entry(NOW - 900, NOW - 500)));
    expect(others.answer).toMatchObject({ slots: [NOW + 550] });
  });

  it('stores of a call that is not over the bound, not the doubt', () => {
    const open = entry(NOW - 900, NOW + 5_000);
    const { budget } = plan(key(open), NO_CALLS, { limitPerSecond: 2 });
    expect(budget?.windows.query).toEqual([open, entry(NOW, NOW + UNTOLD_MS)]);
  });

  it('passes a gate that was closed for silence, and no other', () => {
    const until = NOW + 1_000;
    const close = (reason: string, gate = OPEN_GATE as ReturnType<typeof gateOfQuestion>) =>
      closeGate(gate, { until, reason, now: NOW });
    const silent = close('unavailable');
    expect(gateOfQuestion(silent)).toEqual({ closings: 1 });
    expect(gateOfQuestion(close('throttled'))).toEqual(close('throttled'));
    expect(gateOfQuestion(OPEN_GATE)).toBe(OPEN_GATE);

    const shut = { ...key(), gate: silent };
    expect(plan(shut).answer.kind).toBe('reserved');
    expect(plan(shut, NO_CALLS, { class: 'order' }).answer.kind).toBe('closed');
    expect(plan({ ...key(), gate: close('throttled') }).answer.kind).toBe('closed');
  });

  it('is held back by a closing that silence made longer', () => {
    const banned = closeGate(OPEN_GATE, { until: NOW + 500, reason: 'banned', now: NOW });
    const longer = { until: NOW + 900, reason: 'unavailable', now: NOW + 1 };
    expect(closeGate(banned, longer).closing).toEqual({ until: NOW + 900, reason: 'banned' });
    const later = { until: NOW + 900, reason: 'unavailable', now: NOW + 500 };
    // Its probe is still due.
    expect(closeGate(banned, later).closing).toEqual({ until: NOW + 900, reason: 'banned' });
    const worse = { until: NOW + 900, reason: 'throttled', now: NOW + 1 };
    expect(closeGate(banned, worse).closing?.reason).toBe('throttled');
  });
});
