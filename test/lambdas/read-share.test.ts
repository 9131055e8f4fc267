import { describe, expect, it } from '@jest/globals';
import { readShare } from '../../lambdas/edge/read-share.ts';
import { EVERY_ACCOUNT } from '../../lib/application/account-share.ts';
import { ConfigurationError } from '../../lib/application/configuration-error.ts';

describe('the event of a tick', () => {
  it.each([
    [undefined],
    [null],
    ['tick'],
    [{}],
    [{ version: '0', 'detail-type': 'Scheduled Event', detail: {} }],
  ])('means all accounts when it names no share: %j', (event) => {
    expect(readShare(event)).toEqual(EVERY_ACCOUNT);
  });

  it.each([[{ shard: 0, of: 1 }], [{ shard: 1, of: 2 }], [{ shard: 7, of: 8 }]])(
    'names a share: %j',
    (share) => {
      expect(readShare(share)).toEqual(share);
    },
  );

  it.each([
    [{ shard: 2, of: 2 }, '"shard" must be below "of"'],
    [{ shard: -1, of: 2 }, '"shard" must be 0 or more'],
    [{ shard: 0.5, of: 2 }, '"shard" must be a whole number'],
    [{ shard: '0', of: 2 }, '"shard" must be a whole number'],
    [{ shard: 0 }, '"of" must be a whole number'],
    [{ of: 2 }, '"shard" must be a whole number'],
    [{ shard: 0, of: 3 }, '"of" must be one of 1, 2, 4, 8'],
    [{ shard: 0, of: 16 }, '"of" must be one of 1, 2, 4, 8'],
  ])('is refused when its share is wrong: %j', (event, fault) => {
    const read = () => readShare(event);
    expect(read).toThrow(ConfigurationError);
    expect(read).toThrow(fault);
    expect(read).toThrow('{"shard": 0, "of": 2}');
  });
});
