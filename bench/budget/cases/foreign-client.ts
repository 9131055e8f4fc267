import { setTimeout as pause } from 'node:timers/promises';
import { OURS } from '../contenders.ts';
import { type Figures, figuresOf } from '../figures.ts';
import { runWork } from '../run-work.ts';
import { sendOrder } from '../sender.ts';
import type { RunningOurs } from '../work.ts';
import { SUSPENSION_MS, workOf } from './flow.ts';

const PER_SECOND = 3;
/** The other client is well behaved: after a 429 it is quiet for the suspension and a margin. */
const QUIET_MS = SUSPENSION_MS + 1_000;

/** Another client takes 30 % of the key's allowance, evenly spaced, as long as ours works. */
export async function foreignClient(orders: number, forMs: number, seed: number): Promise<Figures> {
  const work = { ...workOf({ orders, seed }), withinMs: forMs };
  const run = await runWork(OURS, work, trade);
  const figures = figuresOf(run);
  const ours = Object.entries(figures).filter(([name]) => /^metric .*foreign/i.test(name));
  return {
    ...figures,
    perMinute429: run.refused429 / Math.max(1, run.seconds / 60),
    bans: run.arrivals.filter(({ status }) => status === 418).length,
    detected: ours.some(([, value]) => value > 0) ? 1 : 0,
  };
}

async function trade({ place, finished }: RunningOurs): Promise<void> {
  const [key] = place.keys;
  if (key === undefined) throw new Error('The account has no key.');
  let isOver = false;
  void finished.finally(() => {
    isOver = true;
  });
  for (let index = 0; !isOver; index += 1) {
    const { status } = await sendOrder(place.exchangeUrl, key, `foreign-${index}`);
    const isRefused = status === 429 || status === 418;
    await Promise.race([pause(isRefused ? QUIET_MS : 1_000 / PER_SECOND), finished]);
  }
}
