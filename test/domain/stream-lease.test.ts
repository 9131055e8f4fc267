import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  acquireLease,
  extendLease,
  isStreamLive,
  LEASE_MS,
  nextPollAt,
  releaseLease,
  STREAM_POLL_MS,
  type StreamLease,
} from '../../lib/domain/stream-lease.ts';
import { NOON } from '../support/order-events.ts';

const HANDOVER = NOON + 600_000;
const claim = (holder: string, now: number) => ({ holder, now, handoverAt: now + 600_000 });
const held = (): StreamLease | undefined => acquireLease(undefined, claim('one', NOON));

describe('the lease of a stream', () => {
  it('is taken by one at a time', () => {
    expect(held()).toMatchObject({ holder: 'one', heldUntil: NOON + LEASE_MS });
    expect(acquireLease(held(), claim('two', NOON + LEASE_MS - 1))).toBeUndefined();
  });

  it('is free when its holder is gone, and when it was given back', () => {
    expect(acquireLease(held(), claim('two', NOON + LEASE_MS))).toMatchObject({ holder: 'two' });
    const released = releaseLease(held(), { holder: 'one', now: NOON + 5 });
    expect(acquireLease(released, claim('two', NOON + 5))).toMatchObject({ holder: 'two' });
  });

  it('may be handed over near the end, while the stream of the predecessor stays live', () => {
    const open = extendLease(held(), { holder: 'one', now: HANDOVER - 1, isOpen: true });
    expect(acquireLease(open, claim('two', HANDOVER - 1))).toBeUndefined();
    const taken = acquireLease(open, claim('two', HANDOVER));
    expect(taken).toMatchObject({ holder: 'two', live: { holder: 'one' } });
    expect(extendLease(taken, { holder: 'one', now: HANDOVER, isOpen: true })).toBeUndefined();
    expect(releaseLease(taken, { holder: 'one', now: HANDOVER })).toBeUndefined();
    const waiting = extendLease(taken, { holder: 'two', now: HANDOVER + 1, isOpen: false });
    expect(isStreamLive(waiting, HANDOVER + 1)).toBe(true);
    const live = extendLease(waiting, { holder: 'two', now: HANDOVER + 2, isOpen: true });
    expect(live?.live).toEqual({
      holder: 'two',
      since: HANDOVER + 2,
      until: HANDOVER + 2 + LEASE_MS,
    });
  });

  it('says that a stream is live only while its holder says so', () => {
    const open = extendLease(held(), { holder: 'one', now: NOON, isOpen: true });
    expect(isStreamLive(open, NOON + LEASE_MS - 1)).toBe(true);
    expect(isStreamLive(open, NOON + LEASE_MS)).toBe(false);
    const dropped = extendLease(open, { holder: 'one', now: NOON + 1, isOpen: false });
    expect(isStreamLive(dropped, NOON + 1)).toBe(false);
    expect(isStreamLive(undefined, NOON)).toBe(false);
  });

  it('lets open orders be asked for now and then all the same', () => {
    const open = extendLease(held(), { holder: 'one', now: NOON, isOpen: true });
    if (open === undefined) throw new Error('not held');
    expect(nextPollAt(open)).toBe(NOON + STREAM_POLL_MS);
    expect(nextPollAt({ ...open, polledAt: NOON + 7 })).toBe(NOON + 7 + STREAM_POLL_MS);
  });

  it('never has two holders, whoever asks when', () => {
    const step = fc.record({
      holder: fc.constantFrom('one', 'two', 'three'),
      call: fc.constantFrom('acquire', 'extend', 'release'),
      afterMs: fc.integer({ min: 0, max: 30_000 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        let lease: StreamLease | undefined;
        let now = NOON;
        for (const { holder, call, afterMs } of steps) {
          now += afterMs;
          const before = lease;
          const next =
            call === 'acquire'
              ? acquireLease(lease, claim(holder, now))
              : call === 'extend'
                ? extendLease(lease, { holder, now, isOpen: true })
                : releaseLease(lease, { holder, now });
          if (next === undefined) continue;
          const isTaken = before !== undefined && next.holder !== before.holder;
          if (isTaken) {
            expect(before.heldUntil <= now || before.handoverAt <= now).toBe(true);
          }
          lease = next;
        }
      }),
    );
  });
});

describe('a lease to the last field', () => {
  const lease: StreamLease = { holder: 'one', heldUntil: NOON + 5, handoverAt: NOON + 600_000 };
  const open = (holder: string) => ({ holder, since: NOON - 9, until: NOON + 9 });
  const extend = (live: StreamLease['live'], isOpen: boolean) =>
    extendLease({ ...lease, ...(live && { live }) }, { holder: 'one', now: NOON, isOpen });
  const release = (live: StreamLease['live']) =>
    releaseLease({ ...lease, ...(live && { live }) }, { holder: 'one', now: NOON });
  const held = { ...lease, heldUntil: NOON + LEASE_MS };

  it('lasts twenty seconds, and rests ten minutes from poll to poll', () => {
    expect([LEASE_MS, STREAM_POLL_MS]).toEqual([20_000, 600_000]);
    expect(nextPollAt(lease)).toBe(600_000);
    expect(nextPollAt({ ...lease, live: open('one') })).toBe(NOON - 9 + 600_000);
    expect(nextPollAt({ ...lease, live: open('one'), polledAt: NOON })).toBe(NOON + 600_000);
    expect(nextPollAt({ ...lease, live: open('one'), polledAt: 7 })).toBe(NOON - 9 + 600_000);
  });

  it('says since when the stream of its holder is open', () => {
    const until = NOON + LEASE_MS;
    expect(extend(undefined, true)).toStrictEqual({
      ...held,
      live: { holder: 'one', since: NOON, until },
    });
    expect(extend(open('one'), true)?.live).toEqual({ holder: 'one', since: NOON - 9, until });
    expect(extend(open('two'), true)?.live).toEqual({ holder: 'one', since: NOON, until });
  });

  it('forgets the stream of its holder when that is closed, not that of a predecessor', () => {
    expect(extend(undefined, false)).toStrictEqual(held);
    expect(extend(open('one'), false)).toStrictEqual(held);
    expect(extend(open('two'), false)).toStrictEqual({ ...held, live: open('two') });
  });

  it('is given back by its holder alone, and with it what it said of its stream', () => {
    const free = { ...lease, heldUntil: NOON };
    expect(release(undefined)).toStrictEqual(free);
    expect(release(open('one'))).toStrictEqual(free);
    expect(release(open('two'))).toStrictEqual({ ...free, live: open('two') });
    expect(releaseLease(lease, { holder: 'two', now: NOON })).toBeUndefined();
    expect(releaseLease(undefined, { holder: 'two', now: NOON })).toBeUndefined();
  });
});
