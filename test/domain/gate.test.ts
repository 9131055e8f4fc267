import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  bothGates,
  closedOf,
  closeGate,
  type Gate,
  type GatePassage,
  OPEN_GATE,
  openAfterProbe,
  PROBE_ANSWER_MS,
  passage,
  passageWithSlot,
  reopenGate,
  takeProbe,
} from '../../lib/domain/gate.ts';

const NOW = 1_800_000_000_000;
const UNTIL = NOW + 60_000;

const close = (gate: Gate, until: number | 'operator', now = NOW, reason = 'throttled') =>
  closeGate(gate, { until, reason, now });
const closed = close(OPEN_GATE, UNTIL);

describe('a closed gate', () => {
  it('lets nothing through before its time', () => {
    const shut = { kind: 'closed', until: UNTIL, reason: 'throttled' };

    expect(passage(closed, UNTIL - 1)).toEqual(shut);
    expect(passageWithSlot(closed, UNTIL - 1)).toEqual(shut);
  });

  it('is never shortened', () => {
    expect(close(closed, UNTIL - 1)).toBe(closed);
    expect(close(closed, UNTIL, NOW, 'banned')).toBe(closed);
  });

  it('is made longer, without counting the stragglers of one incident', () => {
    const longer = close(closed, UNTIL + 5, NOW + 1, 'banned');

    expect(longer).toEqual({ closing: { until: UNTIL + 5, reason: 'banned' }, closings: 1 });
  });

  it('stays closed for a person once an operator has to open it', () => {
    const held = close(closed, 'operator', NOW, 'halted-by-operator');

    expect(passage(held, Number.MAX_SAFE_INTEGER)).toMatchObject({ until: 'operator' });
    expect(close(held, UNTIL)).toBe(held);
    expect(close(held, 'operator', NOW, 'banned')).toBe(held);
  });

  it('keeps in mind a suspension that is heard of while a person is waited for', () => {
    const held = close(OPEN_GATE, 'operator', NOW, 'bad-key');
    const both = close(close(held, UNTIL), UNTIL - 5);
    expect(both.closing).toEqual({ until: 'operator', reason: 'bad-key', notBefore: UNTIL });
    expect(both.closings).toBe(1);
    expect(close(both, UNTIL)).toBe(both);
    expect(close(both, UNTIL + 1).closing).toHaveProperty('notBefore', UNTIL + 1);
    expect(close(both, 'operator')).toBe(both);
    // Silence is no suspension.
    expect(close(held, UNTIL, NOW, 'unavailable')).toBe(held);

    const reopened = reopenGate(both, NOW + 30_000);
    expect(reopened.closing).toEqual({ until: UNTIL, reason: 'bad-key' });
    expect(passage(reopened, UNTIL - 1)).toMatchObject({ kind: 'closed', until: UNTIL });
    expect(passage(reopened, UNTIL)).toEqual({ kind: 'probe' });
    expect(reopenGate(both, UNTIL + 7).closing).toHaveProperty('until', UNTIL + 7);
  });

  it('keeps in mind the suspension that a person stops all sending in', () => {
    expect(close(closed, 'operator', NOW, 'halted-by-operator').closing).toEqual({
      until: 'operator',
      reason: 'halted-by-operator',
      notBefore: UNTIL,
    });
    const silent = close(OPEN_GATE, UNTIL, NOW, 'unavailable');
    expect(close(silent, 'operator', NOW, 'bad-key').closing).toEqual({
      until: 'operator',
      reason: 'bad-key',
    });
    expect(close(closed, 'operator', UNTIL, 'bad-key').closing).toEqual({
      until: 'operator',
      reason: 'bad-key',
    });
  });

  it('asks for a probe when a person reopens it', () => {
    const reopened = reopenGate(close(OPEN_GATE, 'operator'), NOW + 5);

    expect(passage(reopened, NOW + 5)).toEqual({ kind: 'probe' });
    expect(reopened).toEqual({ closing: { until: NOW + 5, reason: 'throttled' }, closings: 1 });
  });
});

describe('a gate whose time has passed', () => {
  const probing = takeProbe(closed, 'key-1', UNTIL);

  it('lets one request through as the probe and holds the others', () => {
    expect(passage(closed, UNTIL)).toEqual({ kind: 'probe' });
    expect(passage(probing, UNTIL)).toMatchObject({ kind: 'closed' });
  });

  it('lets the others ask again long before the probe would be given up', () => {
    expect(passage(probing, UNTIL)).toMatchObject({ until: UNTIL + 250 });
    const late = UNTIL + PROBE_ANSWER_MS - 100;
    expect(passage(probing, late)).toMatchObject({ until: UNTIL + PROBE_ANSWER_MS });
  });

  it('lets the probe itself leave', () => {
    expect(passageWithSlot(probing, UNTIL)).toEqual({ kind: 'open' });
  });

  it('lets the next one try when the probe was never answered', () => {
    expect(passage(probing, UNTIL + PROBE_ANSWER_MS)).toEqual({ kind: 'probe' });
  });

  it('opens fully once the probe is answered', () => {
    expect(openAfterProbe(probing, 'key-1')).toEqual(OPEN_GATE);
  });

  it('is not opened by a key that sent no probe', () => {
    expect(openAfterProbe(probing, 'key-2')).toBe(probing);
    expect(openAfterProbe(closed, 'key-1')).toBe(closed);
  });

  it('lets no question past its probe because of a silence that comes before that', () => {
    expect(close(closed, UNTIL + 20_000, UNTIL + 1, 'unavailable')).toEqual({
      closing: { until: UNTIL + 20_000, reason: 'throttled' },
      closings: 2,
    });
  });

  it('counts another closing, which the late answer of its probe does not undo', () => {
    const again = close(probing, UNTIL + 90_000, UNTIL + 50);

    expect(again.closings).toBe(2);
    expect(openAfterProbe(again, 'key-1')).toBe(again);
  });
});

describe('an open gate', () => {
  it('lets everything through, and reopening it changes nothing', () => {
    expect(passage(OPEN_GATE, NOW)).toEqual({ kind: 'open' });
    expect(reopenGate(OPEN_GATE, NOW)).toBe(OPEN_GATE);
  });
});

describe('two gates', () => {
  const open: GatePassage<string> = { kind: 'open' };
  const probe: GatePassage<string> = { kind: 'probe' };
  const shut = (until: number | 'operator', reason: string): GatePassage<string> => ({
    kind: 'closed',
    until,
    reason,
  });
  const soon = shut(NOW + 1, 'throttled');
  const late = shut(NOW + 2, 'banned');
  const held = shut('operator', 'halted-by-operator');

  it.each([
    { one: open, other: open, closed: undefined },
    { one: open, other: probe, closed: undefined },
    { one: probe, other: open, closed: undefined },
    { one: soon, other: open, closed: soon },
    { one: open, other: soon, closed: soon },
    { one: soon, other: probe, closed: soon },
    { one: probe, other: soon, closed: soon },
    { one: soon, other: late, closed: late },
    { one: late, other: soon, closed: late },
    { one: late, other: held, closed: held },
    { one: held, other: late, closed: held },
  ])('are met as the one that stays closed for longer: %j', ({ one, other, closed: expected }) => {
    expect(closedOf(one, other)).toEqual(expected);
  });

  it('stop a request with its slot while either is closed, and say until when', () => {
    const longer = close(OPEN_GATE, UNTIL + 1, NOW, 'banned');

    expect(bothGates(OPEN_GATE, OPEN_GATE, NOW)).toEqual({ kind: 'open' });
    expect(bothGates(closed, OPEN_GATE, NOW)).toEqual(shut(UNTIL, 'throttled'));
    expect(bothGates(closed, longer, NOW)).toEqual(shut(UNTIL + 1, 'banned'));
    expect(bothGates(closed, longer, UNTIL)).toEqual(shut(UNTIL + 1, 'banned'));
    expect(bothGates(closed, longer, UNTIL + 1)).toEqual({ kind: 'open' });
  });
});

describe('any closings in any order', () => {
  it('keep the gate closed until the last of their times', () => {
    const until = fc.oneof(fc.integer({ min: NOW + 1, max: NOW + 1_000 }), fc.constant('operator'));
    const property = fc.property(fc.array(until, { minLength: 1 }), (times) => {
      const gate = times.reduce<Gate>(
        (one, time) => close(one, time === 'operator' ? 'operator' : Number(time)),
        OPEN_GATE,
      );
      const latest = times.includes('operator') ? 'operator' : Math.max(...times.map(Number));

      expect(gate.closing?.until).toBe(latest);
      expect(gate.closings).toBe(1);
    });
    fc.assert(property);
  });
});
