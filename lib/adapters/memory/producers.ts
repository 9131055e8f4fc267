import type { Producer } from '../../application/account.ts';
import type { Producers } from '../../application/ports.ts';

/** Makes producers that are known at once. */
export function createMemoryProducers(producers: readonly Producer[]): Producers {
  const byId = new Map(producers.map((producer) => [producer.producerId, producer]));
  return {
    async get(producerId) {
      return byId.get(producerId);
    },
  };
}
