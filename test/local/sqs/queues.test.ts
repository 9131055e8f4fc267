import { describe, expect, it } from '@jest/globals';
import { openBench, QUEUE } from './engine-under-test.ts';

const FIFO = { FifoQueue: 'true' };

describe('a queue that is made again', () => {
  it('is the same queue with the same attributes', () => {
    const { engine, send } = openBench({ VisibilityTimeout: '40' });
    send('A1');
    const again = engine.createQueue(QUEUE, { ...FIFO, VisibilityTimeout: '40' });
    expect(again).toEqual(engine.findQueue(QUEUE));
    expect(engine.countMessages(QUEUE).visible).toBe(1);
  });

  it('takes exactly the attributes it is made with, and keeps its messages', () => {
    const { engine, send } = openBench({ VisibilityTimeout: '40', DelaySeconds: '5' });
    send('A1');
    const { attributes } = engine.createQueue(QUEUE, { ...FIFO, VisibilityTimeout: '50' });
    expect(attributes).toMatchObject({ VisibilityTimeout: '50', DelaySeconds: '0' });
    expect(engine.countMessages(QUEUE).visible).toBe(1);
  });

  it('is refused with other attributes when asked to, not with fewer', () => {
    const { engine } = openBench({ VisibilityTimeout: '40' });
    const create = (VisibilityTimeout: string) =>
      engine.createQueue(QUEUE, { ...FIFO, VisibilityTimeout }, { whenDifferent: 'refuse' });
    expect(() => create('50')).toThrow('already exists');
    expect(create('40').name).toBe(QUEUE);
    expect(engine.createQueue(QUEUE, FIFO, { whenDifferent: 'refuse' }).name).toBe(QUEUE);
  });
});

describe('a queue nobody can have', () => {
  it.each([
    ['a standard queue', 'plain', {}, 'UnsupportedOperation'],
    ['a suffix without the attribute', 'a.fifo', {}, 'InvalidParameterValue'],
    ['the attribute without a suffix', 'plain', FIFO, 'InvalidParameterValue'],
    ['a name of 81 characters', `${'a'.repeat(76)}.fifo`, FIFO, 'InvalidParameterValue'],
    ['an unknown attribute', 'a.fifo', { ...FIFO, Color: 'red' }, 'InvalidAttributeName'],
    ['a value out of range', 'a.fifo', { ...FIFO, DelaySeconds: '901' }, 'InvalidAttributeValue'],
    [
      'the limit for each group without the scope for it',
      'a.fifo',
      { ...FIFO, FifoThroughputLimit: 'perMessageGroupId' },
      'InvalidParameterValue',
    ],
  ])('is refused: %s', (_, name, attributes, code) => {
    const { engine } = openBench();
    const refusal = expect.objectContaining({ code });
    expect(() => engine.createQueue(name, attributes)).toThrow(refusal);
    expect(engine.findQueue(name)).toBeUndefined();
  });
});

describe('a change of attributes', () => {
  it('holds for the messages the queue already has', async () => {
    const { engine, send, take, time } = openBench({ DelaySeconds: '60' });
    send('A1');
    expect(take()).toEqual([]);
    engine.setAttributes(QUEUE, { DelaySeconds: '0', VisibilityTimeout: '1' });
    expect(take()).toHaveLength(1);
    await time.advance(1000);
    expect(take()).toHaveLength(1);
  });
});

describe('a purge', () => {
  it('drops messages in flight and waiting, not the memory of what was sent', () => {
    const { engine, take, remove } = openBench();
    const send = (id: string) =>
      engine.send(QUEUE, { body: id, groupId: 'A', deduplicationId: id });
    send('a');
    send('b');
    const [message] = take(1);
    if (!message) throw new Error('a message should come');
    engine.purge(QUEUE);
    expect(remove(message)).toEqual(['gone']);
    send('a');
    expect(take()).toEqual([]);
    send('c');
    expect(take()).toHaveLength(1);
  });

  it('is allowed once a minute', async () => {
    const { engine, time } = openBench();
    engine.purge(QUEUE);
    await time.advance(59_999);
    expect(() => engine.purge(QUEUE)).toThrow('every 60 seconds');
    await time.advance(1);
    engine.purge(QUEUE);
  });
});

describe('a deleted queue', () => {
  it('leaves nothing to a later one of the same name', () => {
    const { engine, take } = openBench();
    const send = () => engine.send(QUEUE, { body: 'a', groupId: 'A', deduplicationId: 'a' });
    send();
    engine.deleteQueue(QUEUE);
    expect(() => take()).toThrow('does not exist');
    engine.createQueue(QUEUE, FIFO);
    expect(take()).toEqual([]);
    send();
    expect(take()).toHaveLength(1);
  });
});
