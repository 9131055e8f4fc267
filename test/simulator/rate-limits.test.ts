import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Arrival, gatekeeper, type LimitSettings } from '../../simulator/limits/gatekeeper.ts';

const SETTINGS: LimitSettings = {
  suspensionMs: 60_000,
  banAfter: 3,
  banMs: 300_000,
  refusedCount: false,
};

function arrivalAt(at: number, given: Partial<Arrival> = {}): Arrival {
  return { key: 'k', limitClass: 'order', cost: 1, limit: 10, at, ...given };
}

describe('a key with ten orders a second', () => {
  it('has ten admitted and the eleventh refused, until a second after the first', () => {
    const gate = gatekeeper({ ...SETTINGS, suspensionMs: 0 });
    for (let index = 0; index < 10; index += 1) {
      expect(gate.admit(arrivalAt(index * 50))).toBe('admitted');
    }
    expect(gate.admit(arrivalAt(999))).toBe('limited');
    expect(gate.admit(arrivalAt(1000))).toBe('admitted');
    expect(gate.admit(arrivalAt(1000))).toBe('limited');
  });

  it('is never admitted more than ten times in any second, whatever arrives', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 300 }), { maxLength: 200 }), (gaps) => {
        const gate = gatekeeper({ ...SETTINGS, suspensionMs: 0 });
        const admitted: number[] = [];
        let at = 0;
        for (const gap of gaps) {
          at += gap;
          const inSecond = admitted.filter((other) => other > at - 1000).length;
          const verdict = gate.admit(arrivalAt(at));
          expect(verdict).toBe(inSecond < 10 ? 'admitted' : 'limited');
          if (verdict === 'admitted') admitted.push(at);
        }
      }),
    );
  });

  it('keeps queries and other keys apart', () => {
    const gate = gatekeeper(SETTINGS);
    for (let index = 0; index < 10; index += 1) gate.admit(arrivalAt(0));
    expect(gate.admit(arrivalAt(0, { limitClass: 'query', limit: 2 }))).toBe('admitted');
    expect(gate.admit(arrivalAt(0, { key: 'other' }))).toBe('admitted');
  });

  it('counts refused requests only where so configured', () => {
    for (const refusedCount of [false, true]) {
      const gate = gatekeeper({ ...SETTINGS, suspensionMs: 0, refusedCount });
      gate.admit(arrivalAt(0, { limit: 1 }));
      gate.admit(arrivalAt(900, { limit: 1 }));
      expect(gate.admit(arrivalAt(1000, { limit: 1 }))).toBe(refusedCount ? 'limited' : 'admitted');
    }
  });

  it('lets a request heavier than the limit pass only into an empty window', () => {
    const gate = gatekeeper({ ...SETTINGS, suspensionMs: 0 });
    expect(gate.admit(arrivalAt(0, { cost: 20 }))).toBe('admitted');
    expect(gate.admit(arrivalAt(999))).toBe('limited');
    expect(gate.admit(arrivalAt(1000))).toBe('admitted');
    expect(gate.admit(arrivalAt(1500, { cost: 20 }))).toBe('limited');
  });
});

describe('a key that has passed its limit', () => {
  function suspended() {
    const gate = gatekeeper(SETTINGS);
    for (let index = 0; index < 11; index += 1) gate.admit(arrivalAt(0));
    return gate;
  }

  it('is refused everything for the time of the suspension, and no longer', () => {
    const gate = suspended();
    expect(gate.admit(arrivalAt(59_999, { limitClass: 'query' }))).toBe('suspended');
    expect(gate.admit(arrivalAt(60_000))).toBe('admitted');
  });

  it('gets the whole address banned when it goes on', () => {
    const gate = suspended();
    const verdicts = [1, 2, 3, 4].map((at) => gate.admit(arrivalAt(at)));
    expect(verdicts).toEqual(['suspended', 'suspended', 'suspended', 'banned']);
    expect(gate.admit(arrivalAt(5, { key: 'other' }))).toBe('banned');
    expect(gate.isBanned(300_003)).toBe(true);
    expect(gate.isBanned(300_004)).toBe(false);
  });
});
