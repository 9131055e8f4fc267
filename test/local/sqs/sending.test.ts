import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { SqsError } from '../../../local/sqs/sqs-error.ts';
import { bodies, only, openBench, QUEUE } from './engine-under-test.ts';

const FIVE_MINUTES_MS = 300_000;

const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof SqsError) return error.code;
    throw error;
  }
  return 'no error';
};

describe('a deduplication id seen in the last five minutes', () => {
  it('answers with the first message and stores nothing, also after its delete', async () => {
    const { engine, take, remove, time } = openBench();
    const send = (body: string) =>
      engine.send(QUEUE, { body, groupId: 'A', deduplicationId: 'same' });
    const first = send('A1');
    remove(only(take()));
    await time.advance(FIVE_MINUTES_MS - 1);
    const second = send('other');
    expect(second.messageId).toBe(first.messageId);
    expect(second.sequenceNumber).toBe(first.sequenceNumber);
    expect(second.md5OfBody).toBe(createHash('md5').update('other').digest('hex'));
    expect(take()).toEqual([]);
  });

  it('is forgotten five minutes after the first send, whatever was tried in between', async () => {
    const { engine, take, time } = openBench();
    const send = () => engine.send(QUEUE, { body: 'A1', groupId: 'A', deduplicationId: 'same' });
    const first = send();
    await time.advance(FIVE_MINUTES_MS - 1);
    send();
    await time.advance(1);
    expect(send().messageId).not.toBe(first.messageId);
    expect(take()).toHaveLength(2);
  });

  it('counts for all groups by default and for one group when the queue says so', () => {
    const sendBoth = (attributes: Record<string, string>) => {
      const { engine, take } = openBench(attributes);
      for (const groupId of ['A', 'B']) {
        engine.send(QUEUE, { body: groupId, groupId, deduplicationId: 'same' });
      }
      return bodies(take());
    };
    expect(sendBoth({})).toEqual(['A']);
    const perGroup = { DeduplicationScope: 'messageGroup' };
    expect(sendBoth({ ...perGroup, FifoThroughputLimit: 'perMessageGroupId' })).toEqual(['A', 'B']);
  });

  it('is the hash of the body where the queue deduplicates by content', () => {
    const { engine, take } = openBench({ ContentBasedDeduplication: 'true' });
    engine.send(QUEUE, { body: 'same', groupId: 'A' });
    engine.send(QUEUE, { body: 'same', groupId: 'A' });
    engine.send(QUEUE, { body: 'same', groupId: 'A', deduplicationId: 'explicit' });
    const messages = take();
    expect(bodies(messages)).toEqual(['same', 'same']);
    expect(messages[0]?.deduplicationId).toBe(createHash('sha256').update('same').digest('hex'));
  });
});

describe('a message the service would refuse', () => {
  const message = { body: 'x', groupId: 'A', deduplicationId: '1' };

  it.each([
    ['an empty body', { ...message, body: '' }, 'MissingParameter'],
    ['an empty group', { ...message, groupId: '' }, 'MissingParameter'],
    ['no deduplication id', { body: 'x', groupId: 'A' }, 'InvalidParameterValue'],
    [
      'a group of 129 characters',
      { ...message, groupId: 'g'.repeat(129) },
      'InvalidParameterValue',
    ],
    ['a control character', { ...message, body: 'a\u0000' }, 'InvalidMessageContents'],
    ['half a surrogate pair', { ...message, body: '\ud800' }, 'InvalidMessageContents'],
    ['a body over 1 MiB', { ...message, body: 'x'.repeat(1_048_577) }, 'InvalidParameterValue'],
    [
      'an attribute without a value',
      { ...message, attributes: { a: { DataType: 'String', StringValue: '' } } },
      'InvalidParameterValue',
    ],
  ])('is refused for %s', (_, request, code) => {
    const { engine, take } = openBench();
    expect(codeOf(() => engine.send(QUEUE, request))).toBe(code);
    expect(take()).toEqual([]);
  });

  it('counts its attributes into its size', () => {
    const { engine } = openBench({ MaximumMessageSize: '1024' });
    const attributes = { name: { DataType: 'String', StringValue: 'value' } };
    const send = (length: number) =>
      codeOf(() => engine.send(QUEUE, { ...message, body: 'x'.repeat(length), attributes }));
    expect(send(1024 - 'nameStringvalue'.length + 1)).toBe('InvalidParameterValue');
    expect(send(1024 - 'nameStringvalue'.length)).toBe('no error');
  });
});

describe('a batch of sends', () => {
  it('stores the good entries in order and names the bad ones', () => {
    const { engine, take } = openBench();
    const entry = (id: string, body: string) => ({ id, body, groupId: 'A', deduplicationId: id });
    const outcome = engine.sendBatch(QUEUE, [entry('a', 'A1'), entry('b', ''), entry('c', 'A3')]);
    expect(outcome.successful.map(({ id }) => id)).toEqual(['a', 'c']);
    expect(outcome.failed).toMatchObject([{ id: 'b', code: 'MissingParameter' }]);
    expect(bodies(take())).toEqual(['A1', 'A3']);
  });

  it('is refused whole when its entries cannot be told apart, are too many or too long', () => {
    const { engine } = openBench();
    const batch = (ids: string[], body = 'x') =>
      codeOf(() =>
        engine.sendBatch(
          QUEUE,
          ids.map((id, index) => ({ id, body, groupId: 'A', deduplicationId: `${index}` })),
        ),
      );
    const eleven = 'abcdefghijk'.split('');
    expect(batch([])).toBe('EmptyBatchRequest');
    expect(batch(eleven)).toBe('TooManyEntriesInBatchRequest');
    expect(batch(['a', 'a'])).toBe('BatchEntryIdsNotDistinct');
    expect(batch(['a b'])).toBe('InvalidBatchEntryId');
    expect(batch(['a', 'b', 'c'], 'x'.repeat(400_000))).toBe('BatchRequestTooLong');
  });

  it('gives sequence numbers that grow as texts and as numbers', () => {
    const { send } = openBench();
    const numbers = send('A1', 'B1', 'A2').map(({ sequenceNumber }) => sequenceNumber);
    expect([...numbers].sort()).toEqual(numbers);
    expect(new Set(numbers.map(({ length }) => length))).toEqual(new Set([20]));
  });
});
