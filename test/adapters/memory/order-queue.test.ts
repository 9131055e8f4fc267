import { createVirtualClock } from '../../../lib/adapters/memory/clock.ts';
import { createMemoryOrderQueue } from '../../../lib/adapters/memory/order-queue.ts';
import { describeOrderQueue } from '../../contracts/order-queue-contract.ts';

describeOrderQueue('memory', async () => {
  const clock = createVirtualClock(1_800_000_000_000);
  const queue = createMemoryOrderQueue(clock);
  return {
    queue,
    receive: async () => queue.receive(10),
    aside: async () => queue.aside.map(({ body, reason }) => ({ body, reason })),
    advance: (ms) => clock.advance(ms),
  };
});
