import { describe, expect, it } from '@jest/globals';
import { bodies, only, openBench, QUEUE } from './engine-under-test.ts';

describe('a group with a message in flight', () => {
  it('is withheld while other groups are delivered', () => {
    const { send, take } = openBench();
    send('A1', 'A2', 'B1');
    expect(bodies(take(1))).toEqual(['A1']);
    expect(bodies(take())).toEqual(['B1']);
    expect(take()).toEqual([]);
  });

  it('stays withheld until the last one of its batch is deleted', () => {
    const { send, take, remove } = openBench();
    send('A1', 'A2', 'A3', 'A4');
    const [first, second, third] = take(3);
    if (!first || !second || !third) throw new Error('three messages should come');
    remove(third, first);
    expect(take()).toEqual([]);
    remove(second);
    expect(bodies(take())).toEqual(['A4']);
  });

  it('takes new messages behind the ones it has', () => {
    const { send, take, remove } = openBench();
    send('A1');
    const first = only(take());
    send('A2');
    expect(take()).toEqual([]);
    remove(first);
    expect(bodies(take())).toEqual(['A2']);
  });
});

describe('a batch receive', () => {
  it('fills itself from the oldest group before the next, each in its order', () => {
    const { send, take } = openBench();
    send('B1', 'A1', 'B2', 'C1', 'A2');
    expect(bodies(take(4))).toEqual(['B1', 'B2', 'A1', 'A2']);
  });

  it('gives one message when no number is asked for', () => {
    const { engine, send } = openBench();
    send('A1', 'A2');
    expect(bodies(engine.receiveNow(QUEUE, {}))).toEqual(['A1']);
  });

  it('gives each message once even when it is left visible', () => {
    const { send, take } = openBench();
    send('A1', 'A2', 'B1');
    expect(bodies(take(10, 0))).toEqual(['A1', 'A2', 'B1']);
    expect(bodies(take(10, 0))).toEqual(['A1', 'A2', 'B1']);
  });
});

describe('a queue at its in-flight limit', () => {
  it('answers with nothing instead of an error, and goes on after a delete', () => {
    const { send, take, remove } = openBench({}, { inFlightMax: 2 });
    send('A1', 'B1', 'C1');
    const [first] = take();
    if (!first) throw new Error('a message should come');
    expect(take()).toEqual([]);
    remove(first);
    expect(bodies(take())).toEqual(['C1']);
  });
});

describe('a queue with a delay', () => {
  it('gives a message only after the delay', async () => {
    const { send, take, time, engine } = openBench({ DelaySeconds: '10' });
    send('A1');
    await time.advance(9_999);
    expect(take()).toEqual([]);
    expect(engine.countMessages(QUEUE)).toEqual({ visible: 0, inFlight: 0, delayed: 1 });
    await time.advance(1);
    expect(bodies(take())).toEqual(['A1']);
  });

  it('does not delay a message again that was received before', async () => {
    const { send, take, hide, time } = openBench({ DelaySeconds: '10' });
    send('A1');
    await time.advance(10_000);
    hide(only(take()), 0);
    expect(bodies(take())).toEqual(['A1']);
  });

  it('holds the rest of a group behind a delayed message', async () => {
    const { send, take, time, engine } = openBench({ DelaySeconds: '10' });
    send('A1');
    await time.advance(5_000);
    send('A2');
    await time.advance(5_000);
    expect(bodies(take())).toEqual(['A1']);
    engine.setAttributes(QUEUE, { DelaySeconds: '0' });
    expect(take()).toEqual([]);
  });
});

describe('a message older than the retention', () => {
  it('is gone, also when it was in flight, and frees its group', async () => {
    const { send, take, remove, time, engine } = openBench({ MessageRetentionPeriod: '60' });
    send('A1');
    const first = only(take(10, 600_000));
    await time.advance(30_000);
    send('A2');
    await time.advance(29_999);
    expect(take()).toEqual([]);
    await time.advance(1);
    expect(bodies(take())).toEqual(['A2']);
    expect(remove(first)).toEqual(['gone']);
    await time.advance(30_000);
    expect(engine.countMessages(QUEUE)).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });
});
