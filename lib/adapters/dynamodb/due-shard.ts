import { type AccountShare, numberOfAccount } from '../../application/account-share.ts';
import { invariant } from '../../domain/invariant.ts';

/** Shards of the index of due orders; one takes about 1,000 writes a second. */
export const DUE_SHARDS_MAX = 64;

/** Gives the shard of the index of due orders that an account's orders are listed in. */
export function dueShardOf(accountId: string, shards: number): string {
  if (shards === 1) return '0';
  return String(numberOfAccount(accountId) % shards);
}

/**
 * Lists the shards of a share of the accounts. Each shard belongs to one share of each size, also
 * where an earlier number of shards has left orders in it.
 */
export function dueShardsOf(shards: number, { shard, of }: AccountShare): readonly string[] {
  const isFit = shards % of === 0;
  invariant(isFit, `${shards} shards of due orders can be shared out to ${of}: raise DUE_SHARDS`);
  return Array.from({ length: shards }, (_, index) => index)
    .filter((index) => index % of === shard)
    .map(String);
}
