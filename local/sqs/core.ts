import type { Queue, Queues } from './queues.ts';
import type { receiptHandles } from './receipt-handle.ts';
import type { Store } from './store.ts';
import type { Clock, Ids } from './system.ts';

/** What every operation of the engine works with. */
export type Core = {
  readonly store: Store;
  readonly queues: Queues;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly handles: ReturnType<typeof receiptHandles>;
  readonly inFlightMax: number;
  /** Lets the waiting receives of a queue look again, after the running operation has ended. */
  readonly wake: (queue: Queue) => void;
};
