import { beforeEach, describe, expect, it } from '@jest/globals';
import type { WaitingLine, WaitingResults } from '../../lib/application/deliver-results/ports.ts';
import { resultEvent } from '../support/result-events.ts';

const NOON = 1_800_000_000_000;

/** What every waiting room of results does. `open` gives an empty one. */
export function describeWaitingResults(name: string, open: () => Promise<WaitingResults>): void {
  describe(`${name}: the waiting room of results`, () => {
    let waiting: WaitingResults;
    beforeEach(async () => {
      waiting = await open();
    });

    const line = (orderId: string, change: Partial<WaitingLine> = {}): WaitingLine => ({
      orderId,
      producerId: 'demo',
      attempts: 1,
      since: NOON,
      dueAt: NOON + 5_000,
      ...change,
    });
    const sequences = async (orderId: string, limit = 40) =>
      (await waiting.events(orderId, limit)).map(({ data }) => data.sequence);
    const due = async (at: number, limit = 10) =>
      (await waiting.listDue(at, limit)).map(({ orderId }) => orderId);

    it('has no line before one is begun, and none after it ended', async () => {
      expect(await waiting.get('desk-1/a')).toBeUndefined();
      await waiting.set(line('desk-1/a'));
      expect(await waiting.get('desk-1/a')).toEqual(line('desk-1/a'));
      await waiting.end('desk-1/a');
      expect(await waiting.get('desk-1/a')).toBeUndefined();
      await waiting.end('desk-1/a');
      expect(await due(NOON + 10_000)).toEqual([]);
    });

    it('gives events by sequence, each once, whatever the order of their coming', async () => {
      const [one, two, ten] = [1, 2, 10].map((sequence) => resultEvent('desk-1/a', sequence));
      if (one === undefined || two === undefined || ten === undefined) throw new Error('three');
      await waiting.add([ten, two]);
      await waiting.add([one, two]);
      await waiting.add([resultEvent('desk-1/b', 5)]);
      expect(await waiting.events('desk-1/a', 40)).toEqual([one, two, ten]);
      expect(await sequences('desk-1/a', 2)).toEqual([1, 2]);
      await waiting.remove(one);
      await waiting.remove(one);
      expect(await sequences('desk-1/a')).toEqual([2, 10]);
      expect(await sequences('desk-1/b')).toEqual([5]);
    });

    it('is no event, and has no event, by its line alone', async () => {
      await waiting.set(line('desk-1/a'));
      expect(await sequences('desk-1/a')).toEqual([]);
      await waiting.add([resultEvent('desk-1/c', 1)]);
      expect(await waiting.get('desk-1/c')).toBeUndefined();
    });

    it('lists what is due, oldest first, up to a limit', async () => {
      await waiting.set(line('desk-1/late', { dueAt: NOON + 9_000 }));
      await waiting.set(line('desk-1/soon', { dueAt: NOON + 1_000 }));
      await waiting.set(line('desk-1/next', { dueAt: NOON + 2_000 }));
      await waiting.add([resultEvent('desk-1/soon', 1)]);
      expect(await due(NOON)).toEqual([]);
      expect(await due(NOON + 2_000)).toEqual(['desk-1/soon', 'desk-1/next']);
      expect(await due(NOON + 9_000, 2)).toEqual(['desk-1/soon', 'desk-1/next']);
      expect(await waiting.listDue(NOON + 1_000, 10)).toEqual([
        line('desk-1/soon', { dueAt: NOON + 1_000 }),
      ]);
    });

    it('lets a line be claimed once, as it was read', async () => {
      const read = line('desk-1/a');
      await waiting.set(read);
      expect(await waiting.claim(read, NOON + 60_000)).toBe(true);
      expect(await waiting.claim(read, NOON + 70_000)).toBe(false);
      expect(await waiting.get('desk-1/a')).toEqual({ ...read, dueAt: NOON + 60_000 });
      expect(await due(NOON + 10_000)).toEqual([]);
    });

    it('lets no line be claimed that ended', async () => {
      expect(await waiting.claim(line('desk-1/a'), NOON)).toBe(false);
      expect(await waiting.get('desk-1/a')).toBeUndefined();
    });

    it('remembers whose receiver is gone until it is told otherwise', async () => {
      expect(await waiting.goneUrl('demo')).toBeUndefined();
      await waiting.setGone('demo', 'https://a.example/hook');
      expect(await waiting.goneUrl('demo')).toBe('https://a.example/hook');
      expect(await waiting.goneUrl('other')).toBeUndefined();
      await waiting.setGone('demo', undefined);
      expect(await waiting.goneUrl('demo')).toBeUndefined();
    });
  });
}
