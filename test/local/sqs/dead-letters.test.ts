import { describe, expect, it } from '@jest/globals';
import { bodies, DEAD, only, openBench, QUEUE, redriveAfter } from './engine-under-test.ts';

const DEAD_ARN = `arn:aws:sqs:us-east-1:000000000000:${DEAD}`;
const QUEUE_ARN = `arn:aws:sqs:us-east-1:000000000000:${QUEUE}`;

/** A queue of which A1 has just gone to the dead-letter queue. */
function benchWithDeadLetter() {
  const bench = openBench(redriveAfter(2));
  const [sent] = bench.send('A1', 'A2');
  bench.hide(only(bench.take(1)), 0);
  bench.hide(only(bench.take(1)), 0);
  return { ...bench, sent };
}

describe('a message received as often as its queue allows', () => {
  it('goes to the dead-letter queue at the next receive, which gives the one behind it', () => {
    const { engine, take, sent } = benchWithDeadLetter();
    expect(engine.countMessages(DEAD).visible).toBe(0);
    expect(bodies(take(1))).toEqual(['A2']);
    const dead = only(engine.receiveNow(DEAD, {}));
    expect(dead).toMatchObject({
      body: 'A1',
      messageId: sent?.messageId,
      deduplicationId: sent?.messageId,
      groupId: 'A',
      receiveCount: 3,
      deadLetterSourceArn: QUEUE_ARN,
    });
  });

  it('starts a new retention there', async () => {
    const { engine, send, take, hide, time } = openBench({
      ...redriveAfter(1),
      MessageRetentionPeriod: '120',
    });
    engine.setAttributes(DEAD, { MessageRetentionPeriod: '60' });
    send('A1');
    await time.advance(100_000);
    hide(only(take()), 0);
    take();
    await time.advance(59_000);
    expect(engine.countMessages(DEAD).visible).toBe(1);
  });

  it('stays where it is when the dead-letter queue was deleted', () => {
    const { engine, take } = benchWithDeadLetter();
    engine.deleteQueue(DEAD);
    expect(bodies(take())).toEqual(['A1', 'A2']);
  });

  it('wakes a receive that waits on the dead-letter queue', async () => {
    const { engine, take } = benchWithDeadLetter();
    const waiting = engine.receive(DEAD, { waitMs: 20_000 });
    take();
    expect(bodies(await waiting)).toEqual(['A1']);
  });
});

describe('a task that moves dead letters', () => {
  it('sends them back to where they came from, as new messages', async () => {
    const { engine, take, remove, time, sent } = benchWithDeadLetter();
    remove(...take());
    const task = engine.startMoveTask({ sourceArn: DEAD_ARN });
    expect(() => engine.startMoveTask({ sourceArn: DEAD_ARN })).toThrow('already a task');
    await time.advance(0);
    expect(engine.listMoveTasks(DEAD_ARN)).toMatchObject([
      { id: task.id, status: 'COMPLETED', moved: 1, toMove: 1 },
    ]);
    const back = only(take());
    expect(back).toMatchObject({ body: 'A1', receiveCount: 1 });
    expect(back.messageId).not.toBe(sent?.messageId);
    expect(back.deadLetterSourceArn).toBeUndefined();
  });

  it('keeps to its rate and can be canceled', async () => {
    const { engine, send, take, time } = openBench(redriveAfter(1));
    send('A1', 'A2', 'A3', 'A4', 'A5');
    take(10, 0);
    take();
    const { id } = engine.startMoveTask({ sourceArn: DEAD_ARN, messagesPerSecond: 2 });
    await time.advance(1_999);
    expect(engine.countMessages(QUEUE).visible).toBe(4);
    expect(engine.cancelMoveTask(id).moved).toBe(4);
    await time.advance(10_000);
    expect(engine.countMessages(DEAD).visible).toBe(1);
    expect(engine.listMoveTasks(DEAD_ARN)).toMatchObject([{ status: 'CANCELLED' }]);
  });

  it('leaves a group of which a message is in flight, or its order would be lost', async () => {
    const { engine, send, take, time } = openBench(redriveAfter(1));
    send('A1', 'A2', 'B1');
    take(10, 0);
    take();
    expect(bodies(engine.receiveNow(DEAD, {}))).toEqual(['A1']);
    engine.startMoveTask({ sourceArn: DEAD_ARN });
    await time.advance(0);
    expect(bodies(take())).toEqual(['B1']);
    expect(engine.listMoveTasks(DEAD_ARN)).toMatchObject([{ status: 'COMPLETED', moved: 1 }]);
  });

  it('fails without losing a message that came from nowhere', async () => {
    const { engine, time } = openBench(redriveAfter(1));
    engine.send(DEAD, { body: 'A1', groupId: 'A', deduplicationId: '1' });
    engine.startMoveTask({ sourceArn: DEAD_ARN });
    await time.advance(0);
    expect(engine.listMoveTasks(DEAD_ARN)).toMatchObject([{ status: 'FAILED', moved: 0 }]);
    expect(engine.countMessages(DEAD).visible).toBe(1);
  });

  it('is refused for a queue that is nobody’s dead-letter queue', () => {
    const { engine } = openBench();
    expect(() => engine.startMoveTask({ sourceArn: QUEUE_ARN })).toThrow('Dead Letter Queue');
  });
});

describe('a redrive policy', () => {
  it('is refused for a queue that does not exist or does not allow it', () => {
    const { engine } = openBench();
    const missing = JSON.stringify({ deadLetterTargetArn: `${DEAD_ARN}x`, maxReceiveCount: 1 });
    expect(() => engine.setAttributes(QUEUE, { RedrivePolicy: missing })).toThrow('not exist');
    expect(() => engine.setAttributes(DEAD, redriveAfter(1))).toThrow('its own');
    engine.setAttributes(DEAD, { RedriveAllowPolicy: '{"redrivePermission":"denyAll"}' });
    expect(() => engine.setAttributes(QUEUE, redriveAfter(1))).toThrow('RedriveAllowPolicy');
    const byQueue = { redrivePermission: 'byQueue', sourceQueueArns: [QUEUE_ARN] };
    engine.setAttributes(DEAD, { RedriveAllowPolicy: JSON.stringify(byQueue) });
    engine.setAttributes(QUEUE, redriveAfter(1));
    expect(engine.deadLetterSources(DEAD).map(({ name }) => name)).toEqual([QUEUE]);
    engine.setAttributes(QUEUE, { RedrivePolicy: '' });
    expect(engine.deadLetterSources(DEAD)).toEqual([]);
  });
});
