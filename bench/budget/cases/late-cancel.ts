import { setTimeout as pause } from 'node:timers/promises';
import { OURS } from '../contenders.ts';
import { type Figures, figuresOf } from '../figures.ts';
import { runWork } from '../run-work.ts';
import { workOf } from './flow.ts';

/** Cancels of one run, so far apart. */
const CANCELS = 5;
const APART_MS = 2_300;

/** Cancels reach the exchange beside a backlog of new orders; the slowest one counts. */
export async function lateCancel(orders: number, seed: number): Promise<Figures> {
  const asked: number[] = [];
  const run = await runWork(OURS, workOf({ orders, seed }), async (ours) => {
    const companion = await ours.companion();
    try {
      for (const { clientOrderId } of ours.orders.slice(0, CANCELS)) {
        await pause(APART_MS);
        asked.push(Date.now());
        await companion.cancel(clientOrderId);
      }
    } finally {
      await companion.stop();
    }
  });
  const arrivals = run.arrivals.filter(({ endpoint }) => endpoint === 'cancel');
  // One cancel after the other, named by the exchange's id: the first one after it was asked.
  const waits = asked.map((at) => {
    const arrived = arrivals.find((arrival) => arrival.at >= at);
    return arrived === undefined ? Number.POSITIVE_INFINITY : arrived.at - at;
  });
  return { ...figuresOf(run), cancels: asked.length, slowestCancelMs: Math.max(...waits) };
}
