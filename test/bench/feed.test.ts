import { describe, expect, it } from '@jest/globals';
import { createFeed, type FedBatch, type Feed } from '../../bench/budget/ours/feed.ts';

function filled(...messages: readonly [group: string, ids: readonly string[]][]): Feed {
  const feed = createFeed();
  let enqueuedAt = 0;
  for (const [messageGroupId, ids] of messages) {
    for (const messageId of ids) {
      enqueuedAt += 1;
      feed.enqueue({ messageId, messageGroupId, body: '{}', enqueuedAt });
    }
  }
  return feed;
}

function take(feed: Feed, now = 0): FedBatch {
  const batch = feed.take(now);
  if (batch === undefined) throw new Error('There is no batch.');
  return batch;
}

const idsOf = ({ messages }: FedBatch) => messages.map(({ messageId }) => messageId);

describe('a feed', () => {
  it('gives at most ten messages of one group, oldest first', () => {
    const ids = Array.from({ length: 12 }, (_, index) => `m-${index}`);
    const feed = filled(['a', ids], ['b', ['later']]);
    expect(idsOf(take(feed))).toEqual(ids.slice(0, 10));
    expect(idsOf(take(feed))).toEqual(['later']);
    expect(feed.take(0)).toBeUndefined();
  });

  it('gives the rest of a group when the batch before it is settled', () => {
    const feed = filled(['a', Array.from({ length: 11 }, (_, index) => `m-${index}`)]);
    feed.settle(take(feed), { returned: [] }, 0);
    expect(idsOf(take(feed))).toEqual(['m-10']);
    expect(feed.waiting()).toBe(1);
  });

  it('gives a returned message first, and only when it is visible again', () => {
    const feed = filled(['a', ['one', 'two', 'three']]);
    feed.settle(take(feed), { returned: ['two', 'three'], visibleInMs: 500 }, 1_000);
    expect(feed.take(1_499)).toBeUndefined();
    expect(feed.nextVisibleAt()).toBe(1_500);
    expect(idsOf(take(feed, 1_500))).toEqual(['two', 'three']);
    expect(feed.receivesMax()).toBe(2);
  });

  it('hides what nobody spoke of for the visibility timeout', () => {
    const feed = filled(['a', ['one']]);
    feed.settle(take(feed), { returned: ['one'] }, 0);
    expect(feed.take(29_999)).toBeUndefined();
    expect(idsOf(take(feed, 30_000))).toEqual(['one']);
  });
});
