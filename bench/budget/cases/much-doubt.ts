import { OURS } from '../contenders.ts';
import { type Figures, figuresOf } from '../figures.ts';
import { runWork } from '../run-work.ts';
import { workOf } from './flow.ts';

const DOUBTED = 100;

/** A hundred orders in doubt are looked for while submission runs at full rate. */
export async function muchDoubt(orders: number, seed: number): Promise<Figures> {
  const run = await runWork(OURS, workOf({ orders, seed }), async (ours) => {
    const companion = await ours.companion();
    try {
      await companion.doubt(DOUBTED);
      await companion.reconcile(orders * 90);
    } finally {
      await companion.stop();
    }
  });
  const queries = run.arrivals.filter(({ endpoint }) =>
    ['query', 'openOrders', 'history'].includes(endpoint),
  );
  return {
    ...figuresOf(run),
    queries: queries.length,
    mostQueriesInASecond: run.exchange.largestQueriesInAnySecond,
    all429: run.exchange.status429,
  };
}
