import { createHash } from 'node:crypto';

/** One of `of` equal parts of all accounts, counted from 0. */
export interface AccountShare {
  readonly shard: number;
  readonly of: number;
}

/** The part that is the whole. */
export const EVERY_ACCOUNT: AccountShare = { shard: 0, of: 1 };

/** So many parts at most: one alarm watches them all, and CloudWatch adds up ten metrics. */
export const SHARES_MAX = 8;

/**
 * Gives a number that belongs to an account for ever, spread evenly from 0 to 2^32 - 1. Shards of
 * the index and shares of the reconciler are both cut from it, so that one lies within the other.
 */
export function numberOfAccount(accountId: string): number {
  return createHash('sha256').update(accountId).digest().readUInt32BE(0);
}

/** Says whether an account belongs to a share; of all shares of one size, it does to exactly one. */
export function isInShare(accountId: string, { shard, of }: AccountShare): boolean {
  return of === 1 || numberOfAccount(accountId) % of === shard;
}
