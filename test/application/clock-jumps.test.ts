import { describe, expect, it } from '@jest/globals';
import { GATE_FRESH_MS } from '../../lib/application/rate-budget.ts';
import { createOrderDesk } from '../support/order-desk.ts';
import { attemptStarted, NOON, received } from '../support/order-events.ts';
import { doubted } from '../support/order-stories.ts';

/** Sets the clock back while a request that has its slot waits for it. */
function setBackAtGate(desk: ReturnType<typeof createOrderDesk>, which: number): readonly number[] {
  const reads: number[] = [];
  desk.fails('budget', (method) => {
    if (method !== 'gate') return undefined;
    if (reads.length + 1 === which) desk.clock.jump(-3_000);
    reads.push(desk.clock.now());
    return undefined;
  });
  return reads;
}

describe('a clock that is set back while a request waits for its slot', () => {
  it('F37 does not let an order leave by a gate read long ago', async () => {
    const desk = createOrderDesk();
    await desk.place('order-1');
    const reads = setBackAtGate(desk, 1);
    await desk.consumeFor(30_000);

    expect(desk.order().status).toBe('NEW');
    const [sent] = desk.exchange.arrivals.filter(({ call }) => call === 'submit');
    const last = reads.filter((at) => at <= (sent?.at ?? 0)).at(-1) ?? 0;
    expect((sent?.at ?? 0) - last).toBeLessThanOrEqual(GATE_FRESH_MS);
  });

  it('F37 does not let a question leave by a gate read long ago', async () => {
    const desk = createOrderDesk();
    const { order } = await desk.store.create(received(), undefined);
    await desk.store.append(order, [attemptStarted(), doubted()], NOON);
    desk.exchange.queries('order-1', { status: 'NEW' });
    // The first read chooses the key.
    const reads = setBackAtGate(desk, 2);
    await desk.reconcileFor(120_000);

    expect(desk.order().status).toBe('NEW');
    for (const { at } of desk.exchange.arrivals.filter(({ call }) => call === 'query')) {
      const last = reads.filter((read) => read <= at).at(-1) ?? 0;
      expect(at - last).toBeLessThanOrEqual(GATE_FRESH_MS);
    }
  });
});
