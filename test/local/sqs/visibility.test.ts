import { describe, expect, it } from '@jest/globals';
import { bodies, DEAD, only, openBench, QUEUE } from './engine-under-test.ts';

describe('a message whose visibility timeout ends', () => {
  it('comes again before the rest of its group, with its receive counted', async () => {
    const { send, take, time } = openBench({ VisibilityTimeout: '30' });
    send('A1', 'A2', 'A3');
    const first = take(2);
    await time.advance(29_999);
    expect(take()).toEqual([]);
    await time.advance(1);
    const second = take();
    expect(bodies(second)).toEqual(['A1', 'A2', 'A3']);
    expect(second.map(({ receiveCount }) => receiveCount)).toEqual([2, 2, 1]);
    expect(second[0]?.firstReceivedAt).toBe(first[0]?.firstReceivedAt);
  });

  it('leaves a handle that does nothing', async () => {
    const { send, take, remove, hide, time } = openBench();
    send('A1');
    const stale = only(take(1, 1000));
    await time.advance(1000);
    expect(remove(stale)).toEqual(['expired']);
    expect(hide(stale, 60_000)).toBe('expired');
    const fresh = only(take(1, 1000));
    expect(remove(stale)).toEqual(['superseded']);
    expect(hide(stale, 60_000)).toBe('superseded');
    expect(remove(fresh)).toEqual(['done']);
    expect(remove(fresh)).toEqual(['gone']);
  });
});

describe('a change of visibility', () => {
  it('of 0 gives the message back at once, before the rest of its group', () => {
    const { send, take, hide, drain } = openBench();
    send('A1', 'A2');
    hide(only(take(1)), 0);
    expect(drain()).toEqual(['A1', 'A2']);
  });

  it('of 0 over a batch keeps the order, whichever is given back first', () => {
    const { send, take, hide } = openBench();
    send('A1', 'A2', 'A3', 'A4');
    for (const message of take(3).reverse()) {
      expect(take()).toEqual([]);
      hide(message, 0);
    }
    expect(bodies(take())).toEqual(['A1', 'A2', 'A3', 'A4']);
  });

  it('counts from the moment of the change, longer and shorter', async () => {
    const { send, take, hide, time } = openBench();
    send('A1');
    const message = only(take(1, 30_000));
    await time.advance(20_000);
    hide(message, 30_000);
    await time.advance(29_999);
    expect(take()).toEqual([]);
    hide(message, 5);
    await time.advance(5);
    expect(bodies(take())).toEqual(['A1']);
  });

  it('never keeps a message in flight for over twelve hours in all', async () => {
    const { send, take, hide, time } = openBench();
    send('A1');
    const message = only(take(1, 43_200_000));
    await time.advance(1000);
    expect(() => hide(message, 43_200_000)).toThrow('beyond the limit');
    expect(hide(message, 43_199_000)).toBe('done');
  });
});

describe('a handle of another queue or of nobody', () => {
  it('is refused', () => {
    const { engine, send, take } = openBench();
    send('A1');
    const { receiptHandle } = only(take());
    const invalid = expect.objectContaining({ code: 'ReceiptHandleIsInvalid' });
    for (const [queue, handle] of [
      [DEAD, receiptHandle],
      [QUEUE, 'garbage'],
      [QUEUE, ''],
      [QUEUE, Buffer.from('000000000000' + '2.1.1').toString('base64url')],
    ] as const) {
      expect(() => engine.deleteMessage(queue, handle)).toThrow(invalid);
    }
  });
});

describe('batches of handles', () => {
  it('settle each entry on its own', async () => {
    const { engine, send, take, time } = openBench();
    send('A1', 'B1', 'C1');
    const [a, b] = take(2);
    await time.advance(30_000);
    const c = take().find(({ body }) => body === 'C1');
    const outcome = engine.deleteMessages(QUEUE, [
      { id: 'stale', receiptHandle: a?.receiptHandle ?? '' },
      { id: 'good', receiptHandle: c?.receiptHandle ?? '' },
      { id: 'bad', receiptHandle: 'garbage' },
    ]);
    expect(outcome.successful).toEqual([{ id: 'good' }]);
    expect(outcome.failed.map(({ id, code }) => [id, code])).toEqual([
      ['stale', 'InvalidParameterValue'],
      ['bad', 'ReceiptHandleIsInvalid'],
    ]);
    const changed = engine.changeVisibilities(QUEUE, [
      { id: 'stale', receiptHandle: b?.receiptHandle ?? '', visibilityTimeoutMs: 0 },
    ]);
    expect(changed.failed).toHaveLength(1);
  });
});

describe('a receive repeated with its attempt id', () => {
  const attempt = { messagesMax: 10, attemptId: 'attempt' };

  it('gives the same messages under the same handles and starts their timeout anew', async () => {
    const { engine, send, time, take } = openBench({ VisibilityTimeout: '30' });
    send('A1', 'B1', 'A2');
    const first = engine.receiveNow(QUEUE, attempt);
    expect(bodies(first)).toEqual(['A1', 'A2', 'B1']);
    await time.advance(29_000);
    send('C1');
    expect(engine.receiveNow(QUEUE, attempt)).toEqual(first);
    await time.advance(29_000);
    expect(bodies(take())).toEqual(['C1']);
  });

  it('is a new receive once a message was deleted or its visibility changed', () => {
    const { engine, send, hide, remove } = openBench();
    send('A1', 'B1', 'C1');
    const [a] = engine.receiveNow(QUEUE, { messagesMax: 1, attemptId: 'attempt' });
    if (!a) throw new Error('a message should come');
    remove(a);
    const [b] = engine.receiveNow(QUEUE, { messagesMax: 1, attemptId: 'attempt' });
    if (b?.body !== 'B1') throw new Error('B1 should come');
    hide(b, 60_000);
    expect(bodies(engine.receiveNow(QUEUE, attempt))).toEqual(['C1']);
  });

  it('is a new receive after the timeout, and after five minutes', async () => {
    const { engine, send, time } = openBench();
    send('A1');
    engine.receiveNow(QUEUE, { ...attempt, visibilityTimeoutMs: 1000 });
    await time.advance(1000);
    const again = only(engine.receiveNow(QUEUE, { ...attempt, visibilityTimeoutMs: 600_000 }));
    expect(again.receiveCount).toBe(2);
    await time.advance(300_000);
    expect(engine.receiveNow(QUEUE, attempt)).toEqual([]);
  });
});
