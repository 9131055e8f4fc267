import { describe, expect, it } from '@jest/globals';
import { clientOrderIdOf } from '../../lib/application/order-request.ts';
import { createMarketDesk } from '../support/market-desk.ts';

/** A pass over a few orders of ours while the exchange has others, too. */
async function passWith(...others: readonly string[]) {
  const desk = createMarketDesk();
  const { clock, market } = desk;
  const open = async () => {
    for (const id of ['order-1', 'order-2', 'order-3']) await desk.open(id);
    for (const id of others) market.place(id);
  };
  await clock.runUntil(open());
  await clock.runUntil(desk.passes(60_000));
  const counted = (name: string) =>
    desk.metrics.measurements
      .filter((one) => one.name === name)
      .reduce((sum, { value }) => sum + value, 0);
  return { ...desk, counted, external: await desk.dependencies.external.list('desk-1') };
}

describe('orders at the exchange that the table does not know', () => {
  it('are orphans under ids that only we derive, and count for an alarm once each', async () => {
    const orphan = clientOrderIdOf('desk-1', 'msg_lost');
    const { counted, external } = await passWith(orphan);
    expect(external).toMatchObject([
      { clientOrderId: orphan, origin: 'orphan', statusText: 'NEW' },
    ]);
    expect(counted('OrphanOrder')).toBe(1);
    expect(counted('ForeignOrder')).toBe(0);
  });

  it('are of other origin otherwise, and alarm nobody', async () => {
    const { counted, external } = await passWith('1717171717171717', 'by-hand');
    expect(external.map(({ origin }) => origin)).toEqual(['foreign', 'foreign']);
    expect(counted('OrphanOrder')).toBe(0);
    expect(counted('ForeignOrder')).toBe(2);
  });

  it('never change an order of ours', async () => {
    const { external, store } = await passWith('by-hand');
    expect(external).toHaveLength(1);
    expect(store.all().map(({ status }) => status)).toEqual(['NEW', 'NEW', 'NEW']);
  });
});
