import { beforeEach, describe, expect, it } from '@jest/globals';
import type { OrderMessage, OrderQueue } from '../../lib/application/ports.ts';

/** A message as a test sees it. */
export interface SeenMessage {
  readonly body: string;
  readonly receiptHandle: string;
}

/** An order queue with the other end of it. */
export interface QueueUnderTest {
  readonly queue: OrderQueue;
  /** Up to ten visible messages, which are hidden from then on. */
  receive(): Promise<readonly SeenMessage[]>;
  aside(): Promise<readonly { readonly body: string; readonly reason: string }[]>;
  advance(ms: number): Promise<void>;
}

/** What every order queue does. `open` gives two empty queues. */
export function describeOrderQueue(name: string, open: () => Promise<QueueUnderTest>): void {
  describe(`${name}: the orders queue`, () => {
    let under: QueueUnderTest;

    beforeEach(async () => {
      under = await open();
    });

    const message = (id: string, messageGroupId = 'desk-1#0'): OrderMessage => ({
      body: { clientOrderId: id },
      messageGroupId,
      deduplicationId: `desk-1/${id}`,
    });
    const bodies = async () =>
      (await under.receive()).map(({ body }) => JSON.parse(body).clientOrderId);

    it('hands messages of a group on in their order', async () => {
      for (const id of ['a', 'b', 'c']) await under.queue.enqueue(message(id));

      expect(await bodies()).toEqual(['a', 'b', 'c']);
    });

    it('drops a repeated message', async () => {
      await under.queue.enqueue(message('a'));
      await under.queue.enqueue(message('a'));

      expect(await bodies()).toEqual(['a']);
    });

    it('gives no message of a group while an earlier one is hidden', async () => {
      await under.queue.enqueue(message('a'));
      await under.receive();
      await under.queue.enqueue(message('b'));
      await under.queue.enqueue(message('c', 'desk-1#1'));

      expect(await bodies()).toEqual(['c']);
    });

    it('hides what is postponed for so long, more than ten at once', async () => {
      const ids = Array.from({ length: 14 }, (_, index) => `m${index}`);
      for (const id of ids) await under.queue.enqueue(message(id, id));
      const seen = [...(await under.receive()), ...(await under.receive())];

      await under.queue.postpone(
        seen.map(({ receiptHandle }) => receiptHandle),
        89_500,
      );

      await under.advance(89_000);
      expect(await bodies()).toEqual([]);
      await under.advance(1_500);
      const shown = new Set([...(await bodies()), ...(await bodies())]);
      expect(shown).toEqual(new Set(ids));
    });

    it('shows a message at once when it is postponed by nothing', async () => {
      await under.queue.enqueue(message('a'));
      const [seen] = await under.receive();

      await under.queue.postpone([seen?.receiptHandle ?? ''], 0);

      expect(await bodies()).toEqual(['a']);
    });

    it('takes no notice of a handle whose message was received again', async () => {
      await under.queue.enqueue(message('a'));
      const [stale] = await under.receive();
      await under.queue.postpone([stale?.receiptHandle ?? ''], 0);
      const [current] = await under.receive();

      await under.queue.postpone([stale?.receiptHandle ?? '', current?.receiptHandle ?? ''], 0);

      expect(await bodies()).toEqual(['a']);
    });

    it('F41 puts a message aside once, with its reason', async () => {
      const poison = {
        body: '{"accountId":',
        messageGroupId: 'desk-1#0',
        messageId: 'b1946ac9-2492-4d23-8b1e-0000000000aa',
        reason: 'the body is not JSON',
      };

      await under.queue.putAside(poison);
      await under.queue.putAside(poison);

      expect(await under.aside()).toEqual([{ body: poison.body, reason: poison.reason }]);
    });
  });
}
