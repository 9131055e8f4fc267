import type { AccountShare } from '../lib/application/account-share.ts';
import type { AlarmMetric } from './alarm-row.ts';
import type { Stage } from './stages.ts';

/** One start a minute of a function that shares the accounts out. */
export interface Tick {
  /** Ends the ids and names of what belongs to it; empty for the first, which is always there. */
  readonly suffix: string;
  /** What its event says; undefined where there is nothing to share. */
  readonly share: AccountShare | undefined;
}

/** The starts of a stage: one for each shard. */
export function ticksOf({ reconcilerShards: of }: Pick<Stage, 'reconcilerShards'>) {
  return Array.from({ length: of }, (_, shard): Tick => {
    return {
      suffix: shard === 0 ? '' : String(shard),
      share: of === 1 ? undefined : { shard, of },
    };
  });
}

/** Partitions of the index of due orders: a whole number of them for each shard. */
export function dueShardsOf({
  dueShards,
  reconcilerShards,
}: Pick<Stage, 'dueShards' | 'reconcilerShards'>): number {
  return Math.ceil(dueShards / reconcilerShards) * reconcilerShards;
}

/** What is reserved of Lambda's concurrency, so that no shard keeps another from starting. */
export function reconcilersReserved({
  reconcileConcurrency,
  reconcilerShards,
}: Pick<Stage, 'reconcileConcurrency' | 'reconcilerShards'>): number | undefined {
  return reconcileConcurrency === undefined ? undefined : reconcileConcurrency * reconcilerShards;
}

/**
 * What tells that passes go on: where there is one reconciler, that its function starts; where there
 * are several, that each shard has ended a pass, for the function's starts do not tell them apart.
 */
export function reconcilerPulse({
  reconcilerShards: shards,
}: Pick<Stage, 'reconcilerShards'>): AlarmMetric {
  if (shards === 1) return { kind: 'function', function: 'reconcile-orders', name: 'Invocations' };
  return { kind: 'own', name: 'SharePassed', from: ['reconcile-orders'], shards };
}
