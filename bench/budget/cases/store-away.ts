import { setTimeout as pause } from 'node:timers/promises';
import { OURS } from '../contenders.ts';
import { type Figures, figuresOf } from '../figures.ts';
import { runWork } from '../run-work.ts';
import { workOf } from './flow.ts';

/** The store goes away in the midst of the work. */
const BEFORE_MS = 4_000;
/** What was at the socket already is not counted as sent while away. */
const UNDER_WAY_MS = 50;

/** The store is cut off for a while; nothing may be sent then, and nothing lost. */
export async function storeAway(orders: number, awayMs: number, seed: number): Promise<Figures> {
  let cutAt = 0;
  let backAt = 0;
  const usual = workOf({ orders, seed, processes: 2, lanes: 2 });
  const work = { ...usual, withinMs: usual.withinMs + 2 * awayMs };
  const run = await runWork(OURS, work, async ({ store }) => {
    await pause(BEFORE_MS);
    await store.cut();
    cutAt = Date.now();
    await pause(awayMs);
    backAt = Date.now();
    await store.restore();
  });
  const sentAt = run.report.sends.map((send) => send.sentAt);
  const sentAfter = sentAt.filter((at) => at >= backAt);
  return {
    ...figuresOf(run),
    awayMs,
    sentWhileAway: sentAt.filter((at) => at > cutAt + UNDER_WAY_MS && at < backAt).length,
    // What is in doubt was never sent; reconciliation ends it, which is not part of this run.
    lost: work.orders - run.accepted - (run.report.notes['status IN_DOUBT'] ?? 0),
    resumedAfterMs: Math.min(...sentAfter) - backAt,
  };
}
