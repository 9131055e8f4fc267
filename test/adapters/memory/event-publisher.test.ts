import { createMemoryEventPublisher } from '../../../lib/adapters/memory/event-publisher.ts';
import { describeEventPublisher } from '../../contracts/event-publisher-contract.ts';

describeEventPublisher('memory', async () => {
  const publisher = createMemoryEventPublisher();
  return {
    publisher,
    taken: () => publisher.published.map(({ id }) => id),
    refuse: (id) => publisher.refuseAfter(Number(id.split('/')[2]) - 1),
  };
});
