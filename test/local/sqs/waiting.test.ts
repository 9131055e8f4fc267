import { describe, expect, it } from '@jest/globals';
import { bodies, only, openBench, QUEUE, START, settled } from './engine-under-test.ts';

const WAIT = { messagesMax: 10, waitMs: 20_000 };

describe('a receive that waits', () => {
  it('ends with nothing when its time is up, not before', async () => {
    const { engine, time } = openBench();
    let ended = 0;
    const waiting = engine.receive(QUEUE, WAIT).then((messages) => {
      ended = time.clock.now();
      return messages;
    });
    await time.advance(25_000);
    expect(await waiting).toEqual([]);
    expect(ended - START).toBe(20_000);
  });

  it('takes its time from the queue when it names none', async () => {
    const { engine, time } = openBench({ ReceiveMessageWaitTimeSeconds: '5' });
    let ended = false;
    const waiting = engine.receive(QUEUE, {}).finally(() => {
      ended = true;
    });
    await time.advance(4_999);
    expect(ended).toBe(false);
    await time.advance(1);
    expect(await waiting).toEqual([]);
  });

  it('wakes at a send', async () => {
    const { engine, send } = openBench();
    const waiting = engine.receive(QUEUE, WAIT);
    send('A1');
    expect(bodies(await waiting)).toEqual(['A1']);
  });

  it('wakes when a delete frees the group', async () => {
    const { engine, send, take, remove } = openBench();
    send('A1', 'A2');
    const first = only(take(1));
    const waiting = engine.receive(QUEUE, WAIT);
    remove(first);
    expect(bodies(await waiting)).toEqual(['A2']);
  });

  it('wakes when a message is given back', async () => {
    const { engine, send, take, hide } = openBench();
    send('A1');
    const first = only(take(1));
    const waiting = engine.receive(QUEUE, WAIT);
    hide(first, 0);
    expect(bodies(await waiting)).toEqual(['A1']);
  });

  it('wakes at the moment a visibility timeout ends', async () => {
    const { engine, send, take, time } = openBench();
    send('A1');
    take(1, 3000);
    let endedAt = 0;
    const waiting = engine.receive(QUEUE, WAIT).then((messages) => {
      endedAt = time.clock.now();
      return messages;
    });
    await time.advance(10_000);
    expect(bodies(await waiting)).toEqual(['A1']);
    expect(endedAt - START).toBe(3000);
  });

  it('wakes at the moment a delay ends', async () => {
    const { engine, send, time } = openBench({ DelaySeconds: '2' });
    send('A1');
    const waiting = engine.receive(QUEUE, WAIT);
    await time.advance(2000);
    expect(bodies(await waiting)).toEqual(['A1']);
  });

  it('leaves the message to the one who waits longer', async () => {
    const { engine, send, time } = openBench();
    const first = engine.receive(QUEUE, { ...WAIT, messagesMax: 1 });
    const second = engine.receive(QUEUE, { ...WAIT, messagesMax: 1 });
    send('A1');
    expect(bodies(await first)).toEqual(['A1']);
    await time.advance(20_000);
    expect(await second).toEqual([]);
  });

  it('takes nothing once its caller has given up', async () => {
    const { engine, send, take } = openBench();
    const caller = new AbortController();
    const waiting = engine.receive(QUEUE, WAIT, caller.signal);
    await settled();
    caller.abort();
    send('A1');
    expect(await waiting).toEqual([]);
    expect(bodies(take())).toEqual(['A1']);
  });

  it('ends at once when its caller gives up', async () => {
    const { engine } = openBench();
    const caller = new AbortController();
    const waiting = engine.receive(QUEUE, WAIT, caller.signal);
    await settled();
    caller.abort();
    expect(await waiting).toEqual([]);
  });

  it('wakes when a change of the queue makes a message due', async () => {
    const { engine, send } = openBench({ DelaySeconds: '60' });
    send('A1');
    const waiting = engine.receive(QUEUE, WAIT);
    await settled();
    engine.setAttributes(QUEUE, { DelaySeconds: '0' });
    expect(bodies(await waiting)).toEqual(['A1']);
  });

  it('ends empty when the engine closes, and with an error when the queue goes', async () => {
    const { engine } = openBench();
    engine.createQueue('other.fifo', { FifoQueue: 'true' });
    const gone = engine.receive('other.fifo', WAIT);
    const waiting = engine.receive(QUEUE, WAIT);
    engine.deleteQueue('other.fifo');
    await expect(gone).rejects.toMatchObject({ code: 'QueueDoesNotExist' });
    engine.close();
    expect(await waiting).toEqual([]);
  });
});
