import { createHash } from 'node:crypto';

/** Shards of the index of due orders; one takes about 1,000 writes a second. */
export const DUE_SHARDS_MAX = 64;

/** Gives the shard of the index of due orders that an account's orders are listed in. */
export function dueShardOf(accountId: string, shards: number): string {
  if (shards === 1) return '0';
  return String(createHash('sha256').update(accountId).digest().readUInt32BE(0) % shards);
}

/** Lists every shard. */
export function allDueShards(shards: number): readonly string[] {
  return Array.from({ length: shards }, (_, shard) => String(shard));
}
