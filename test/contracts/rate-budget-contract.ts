import { beforeEach, describe, expect, it } from '@jest/globals';
import type {
  GateClosing,
  RateBudget,
  Reservation,
  ReservationRequest,
} from '../../lib/application/rate-budget.ts';
import type { WindowSettings } from '../../lib/domain/request-window.ts';

/** The settings that `open` uses where it is told no others. */
export const BUDGET_SETTINGS: WindowSettings = { guardMs: 40, minGapMs: 25 };

const NOW = 1_800_000_000_000;
const KEY = '0123456789abcdef';
const OTHER_KEY = 'fedcba9876543210';
const UNTIL = NOW + 60_000;
const ROUTE = 'https://exchange.test';

const request = (change: Partial<ReservationRequest> = {}): ReservationRequest => ({
  keyId: KEY,
  class: 'order',
  weight: 1,
  count: 10,
  limitPerSecond: 10,
  now: NOW,
  reachMs: 1_100,
  ...change,
});
const closing = (change: Partial<GateClosing> = {}): GateClosing => ({
  gate: { keyId: KEY },
  until: UNTIL,
  reason: 'throttled',
  now: NOW,
  ...change,
});
const closed = { kind: 'closed', until: UNTIL, reason: 'throttled' };

/** Gives two instances on one empty store, as two processes have them. */
type Open = (settings?: WindowSettings) => Promise<readonly [RateBudget, RateBudget]>;

/** What every rate budget does. */
export function describeRateBudget(name: string, open: Open): void {
  describeSlots(name, open);
  describeGate(name, open);
  describeView(name, open);
}

function describeSlots(name: string, open: Open): void {
  describe(`${name}: slots`, () => {
    let one: RateBudget;
    let other: RateBudget;

    beforeEach(async () => {
      [one, other] = await open();
    });

    it('are given as many as asked for, as far as the limit goes', async () => {
      const first = await one.reserve(request());

      expect(first).toMatchObject({ kind: 'reserved', probe: false });
      expect(slotsOf(first)).toHaveLength(10);
      expectPaced(slotsOf(first));
    });

    it('are handed on from one process to the next without a violation', async () => {
      const first = slotsOf(await one.reserve(request()));
      const second = await takeAll(other, request({ now: NOW + 300 }));

      expect(second).toHaveLength(10);
      expectPaced([...first, ...second]);
    });

    it('are not given beyond the reach', async () => {
      await one.reserve(request());

      expect(await other.reserve(request({ count: 1, reachMs: 450 }))).toEqual({
        kind: 'later',
        at: NOW + 590,
      });
    });

    it('are counted apart for orders and queries, and for each key', async () => {
      await one.reserve(request());

      for (const apart of [request({ class: 'query' }), request({ keyId: OTHER_KEY })]) {
        expect(slotsOf(await other.reserve(apart))).toHaveLength(10);
      }
    });

    it('F34 never violate the limit, however many ask two processes at once', async () => {
      const asked = Array.from({ length: 24 }, (_, index) =>
        takeAll(
          index % 2 === 0 ? one : other,
          request({ count: 1 + (index % 4), now: NOW + index, reachMs: 60_000 }),
        ),
      );

      const slots = (await Promise.all(asked)).flat();

      expect(slots).toHaveLength(24 * 2.5);
      expectPaced(slots.toSorted((left, right) => left - right));
    });

    it('are taken less far ahead once another process is met, and soon enough', async () => {
      const first = slotsOf(await one.reserve(request()));
      const met = await other.reserve(request({ now: NOW + 300, reachMs: 60_000 }));

      const at = met.kind === 'later' ? met.at : 0;
      expect(at).toBeGreaterThan(NOW + 300);
      expect(at).toBeLessThan((first[0] ?? 0) + 1_000);
      expect(slotsOf(await other.reserve(request({ now: at })))).toHaveLength(10);
    });

    it('are spared for another lane by an idle key only', async () => {
      const spare = request({ isSpare: true, count: 3 });
      expect(slotsOf(await one.reserve(spare))).toHaveLength(3);
      await other.reserve(request({ now: NOW + 300, count: 4, reachMs: 60_000 }));

      const busy = await one.reserve({ ...spare, now: NOW + 600 });
      expect(busy).toEqual({ kind: 'later', at: NOW + 2_600 });
      expect(slotsOf(await one.reserve({ ...spare, now: NOW + 3_600 }))).toHaveLength(3);
    });

    it('follow an answer as soon as it is known, and not the bound', async () => {
      const first = slotsOf(await one.reserve(request()));
      for (const slotAt of first) {
        const fate = { kind: 'answered', sentAt: slotAt, answeredAt: slotAt + 9 } as const;
        await one.observe({ keyId: KEY, class: 'order', slotAt, route: ROUTE, fate });
      }

      const second = slotsOf(await one.reserve(request({ now: NOW + 300 })));

      expect(second).toEqual(first.map((slotAt) => slotAt + 1_009));
    });

    it('are shared by all keys of an address that has a limit of its own', async () => {
      [one, other] = await open({ ...BUDGET_SETTINGS, addressPerSecond: 4 });
      const first = slotsOf(await one.reserve(request({ count: 3 })));
      const second = slotsOf(await other.reserve(request({ count: 3, keyId: OTHER_KEY })));
      const third = slotsOf(await one.reserve(request({ count: 3, class: 'query' })));

      const all = [...first, ...second, ...third].toSorted((left, right) => left - right);
      expect(all.length).toBeGreaterThan(6);
      for (const [index, slot] of all.entries()) {
        const fourth = all[index + 4] ?? Number.POSITIVE_INFINITY;
        expect(fourth - slot).toBeGreaterThanOrEqual(1_000 + BUDGET_SETTINGS.guardMs);
      }
    });

    it('are metered with what was learned of the route with another key', async () => {
      const answer = async (keyId: string, slotAt: number) => {
        const timing = { sentAt: slotAt, exchangeAt: slotAt + 20, answeredAt: slotAt + 400 };
        const fate = { kind: 'answered', ...timing } as const;
        await one.observe({ keyId, class: 'order', slotAt, route: ROUTE, fate });
      };
      for (let now = NOW; now < NOW + 20_000; now += 2_000) {
        for (const slotAt of slotsOf(await one.reserve(request({ now }))))
          await answer(KEY, slotAt);
      }

      const now = NOW + 20_000;
      const first = slotsOf(await one.reserve(request({ keyId: OTHER_KEY, now })));
      for (const slotAt of first) await answer(OTHER_KEY, slotAt);
      const then = request({ keyId: OTHER_KEY, now: now + 700 });
      const [next = 0] = slotsOf(await one.reserve(then));
      // By the answer it would be 400 ms later; by the stamp it is the margin.
      expect(next - (first[0] ?? 0)).toBeLessThan(1_010);
      expect(next - (first[0] ?? 0)).toBeGreaterThanOrEqual(1_000);
    });

    it('F37 do not multiply when the clock of one process jumps back', async () => {
      const first = slotsOf(await one.reserve(request()));
      const second = await takeAll(other, request({ now: NOW - 9_000, reachMs: 20_000 }));

      expectPaced([...first, ...second]);
    });
  });
}

function describeGate(name: string, open: Open): void {
  describe(`${name}: a gate`, () => {
    let one: RateBudget;
    let other: RateBudget;

    beforeEach(async () => {
      [one, other] = await open();
    });

    it('is open at first', async () => {
      expect(await one.gate(KEY, NOW)).toEqual({ kind: 'open' });
    });

    it('F30 is seen closed by a process that has just reserved', async () => {
      await one.reserve(request({ count: 1 }));
      await other.closeGate(closing());

      expect(await one.reserve(request())).toEqual(closed);
      expect(await one.gate(KEY, NOW)).toEqual(closed);
    });

    it('lets other keys through', async () => {
      await one.closeGate(closing());

      expect(await other.gate(OTHER_KEY, NOW)).toEqual({ kind: 'open' });
    });

    it('F31 of the egress address stops every key', async () => {
      await one.reserve(request({ count: 1 }));
      await one.closeGate(closing({ gate: 'egress', until: 'operator', reason: 'banned' }));

      const banned = { kind: 'closed', until: 'operator', reason: 'banned' };
      expect(await one.reserve(request())).toEqual(banned);
      expect(await other.reserve(request({ keyId: OTHER_KEY }))).toEqual(banned);
      expect(await other.gate(KEY, NOW + 9_000_000)).toEqual(banned);
    });

    it('is never closed for shorter', async () => {
      await one.closeGate(closing());
      await other.closeGate(closing({ until: NOW + 1_000 }));

      expect(await one.gate(KEY, NOW + 1_000)).toEqual(closed);
    });

    it('F36 lets a single probe through when it reopens, whoever asks', async () => {
      await one.closeGate(closing());

      const answers = await Promise.all(
        [one, other, one, other].map((budget) => budget.reserve(request({ now: UNTIL }))),
      );

      const probes = answers.filter(({ kind }) => kind === 'reserved');
      expect(probes).toEqual([{ kind: 'reserved', slots: [expect.any(Number)], probe: true }]);
      expect(answers.filter(({ kind }) => kind === 'closed')).toHaveLength(3);
    });

    it('lets a single probe of all keys through when the egress gate reopens', async () => {
      await one.closeGate(closing({ gate: 'egress' }));

      const answers = await Promise.all([
        one.reserve(request({ now: UNTIL })),
        other.reserve(request({ now: UNTIL, keyId: OTHER_KEY })),
      ]);

      expect(answers.map(({ kind }) => kind).toSorted()).toEqual(['closed', 'reserved']);
      expect(answers).toContainEqual(expect.objectContaining({ probe: true }));
    });

    it('opens fully, for both gates, when the probe is answered', async () => {
      await one.closeGate(closing());
      await one.closeGate(closing({ gate: 'egress' }));
      await one.reserve(request({ now: UNTIL }));

      await other.probeSucceeded(KEY);

      expect(slotsOf(await one.reserve(request({ now: UNTIL + 2_000 })))).toHaveLength(10);
      expect((await one.view(KEY, UNTIL)).closings).toBe(0);
    });

    it('lets another probe through when the first is never answered', async () => {
      await one.closeGate(closing());
      await one.reserve(request({ now: UNTIL }));

      expect(await other.reserve(request({ now: UNTIL + 9_999 }))).toMatchObject({
        kind: 'closed',
        until: UNTIL + 10_000,
      });
      expect(await other.reserve(request({ now: UNTIL + 10_000 }))).toMatchObject({ probe: true });
    });

    it('F29 that is closed although the budget was kept slows the key down, evenly', async () => {
      const refused = { limitPerSecond: 10, sentAt: NOW };
      expect(await one.closeGate(closing({ refused }))).toEqual({ isForeignUse: true });
      await one.reserve(request({ now: UNTIL }));
      await one.probeSucceeded(KEY);

      const later = { now: UNTIL + 2_000, reachMs: 1_000 };
      const slots = slotsOf(await one.reserve(request(later)));
      expect(slots).toHaveLength(6);
      for (const [index, slot] of slots.slice(1).entries()) {
        expect(slot - (slots[index] ?? 0)).toBeGreaterThanOrEqual(166);
      }
      const [orders] = (await other.view(KEY, UNTIL + 2_000)).budgets;
      expect(orders).toMatchObject({ class: 'order', slowedTo: 6 });
    });

    it('stops being slow after a while without a complaint', async () => {
      const refused = { limitPerSecond: 10, sentAt: NOW };
      await one.closeGate(closing({ refused }));
      await one.openGate({ keyId: KEY }, NOW + 1);
      await one.reserve(request({ now: NOW + 1 }));
      await one.probeSucceeded(KEY);

      const later = NOW + 20 * 60_000;
      expect(slotsOf(await one.reserve(request({ now: later })))).toHaveLength(10);
      expect((await one.view(KEY, later)).budgets[0]).not.toHaveProperty('slowedTo');
    });

    it('closed by several refusals of one incident slows the key down once', async () => {
      const refused = { limitPerSecond: 10, sentAt: NOW };
      await one.closeGate(closing({ refused }));
      const again = await other.closeGate(closing({ refused, until: UNTIL + 50 }));

      expect(again).toEqual({ isForeignUse: false });
      expect((await one.view(KEY, NOW)).budgets[0]).toMatchObject({ slowedTo: 6 });
    });

    it('counts its closings until it stays open', async () => {
      await one.closeGate(closing());
      await one.reserve(request({ now: UNTIL }));
      await one.closeGate(closing({ until: UNTIL + 60_000, now: UNTIL + 10 }));

      expect((await other.view(KEY, UNTIL + 20)).closings).toBe(2);
    });

    it('is reopened by a person, and begins with a probe', async () => {
      await one.closeGate(closing({ gate: 'egress', until: 'operator' }));

      await other.openGate('egress', NOW + 5);

      expect(await one.reserve(request({ now: NOW + 5 }))).toMatchObject({ probe: true });
    });
  });
}

function describeView(name: string, open: Open): void {
  describe(`${name}: the view for people`, () => {
    let one: RateBudget;
    let other: RateBudget;

    beforeEach(async () => {
      [one, other] = await open();
    });

    it('shows a key that was never used', async () => {
      expect(await one.view(KEY, NOW)).toEqual({
        keyId: KEY,
        gate: { kind: 'open' },
        closings: 0,
        budgets: [
          { class: 'order', taken: 0 },
          { class: 'query', taken: 0 },
        ],
      });
    });

    it('shows the egress gate', async () => {
      expect(await one.viewEgress(NOW)).toEqual({ gate: { kind: 'open' }, closings: 0 });
      await one.closeGate(closing({ gate: 'egress' }));

      expect(await other.viewEgress(NOW)).toEqual({ gate: closed, closings: 1 });
    });

    it('shows the latest slots and the gate', async () => {
      await one.reserve(request({ count: 2 }));
      await one.closeGate(closing());

      expect(await other.view(KEY, NOW)).toEqual({
        keyId: KEY,
        gate: closed,
        closings: 1,
        budgets: [
          { class: 'order', taken: 2, latestSlotAt: expect.any(Number) },
          { class: 'query', taken: 0 },
        ],
      });
    });
  });
}

function slotsOf(answer: Reservation): readonly number[] {
  return answer.kind === 'reserved' ? answer.slots : [];
}

/** Asks as often as told to, as the use cases do. */
async function takeAll(budget: RateBudget, asked: ReservationRequest): Promise<readonly number[]> {
  const slots: number[] = [];
  let { now } = asked;
  for (let tries = 0; slots.length < asked.count && tries < 200; tries += 1) {
    const answer = await budget.reserve({ ...asked, count: asked.count - slots.length, now });
    slots.push(...slotsOf(answer));
    if (answer.kind === 'later') now = Math.max(now, answer.at);
  }
  return slots;
}

/** Ten a second with the guard, and the gap between any two. */
function expectPaced(slots: readonly number[]): void {
  for (const [index, slot] of slots.entries()) {
    const next = slots[index + 1] ?? Number.POSITIVE_INFINITY;
    const tenth = slots[index + 10] ?? Number.POSITIVE_INFINITY;
    expect(next - slot).toBeGreaterThanOrEqual(BUDGET_SETTINGS.minGapMs);
    expect(tenth - slot).toBeGreaterThanOrEqual(1_000 + BUDGET_SETTINGS.guardMs);
  }
}
