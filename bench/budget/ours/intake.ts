import { createDocuments } from '../../../lib/adapters/dynamodb/documents.ts';
import { createOrderStore } from '../../../lib/adapters/dynamodb/order-store.ts';
import { createMemoryAccounts } from '../../../lib/adapters/memory/accounts.ts';
import { createRecordingLog } from '../../../lib/adapters/memory/log.ts';
import { createRecordingMetrics } from '../../../lib/adapters/memory/metrics.ts';
import { systemClock } from '../../../lib/adapters/system/clock.ts';
import { systemRandom } from '../../../lib/adapters/system/ids.ts';
import type { OrderQueue } from '../../../lib/application/ports.ts';
import { receiveOrder } from '../../../lib/application/receive-order.ts';
import { Secret } from '../../../lib/application/secret.ts';
import { DEFAULT_SETTINGS } from '../../../lib/application/settings.ts';
import { ORDER_TERMS } from '../sender.ts';
import type { Place, PlannedOrder, Work } from '../work.ts';
import { accountOf } from './account.ts';
import type { Feed } from './feed.ts';
import { ORDERS_TABLE } from './tables.ts';

/** What comes before the submitting function, and sees its orders afterwards. */
export interface Intake {
  /** Stores the order and puts it on the feed, by the use case of intake itself. */
  receive(order: PlannedOrder): Promise<void>;
  /** The stored status. */
  statusOf(order: PlannedOrder): Promise<string>;
}

/** Makes the intake of a run; it notes when each order was handed over. */
export function createIntake(parts: {
  readonly work: Work;
  readonly place: Place;
  readonly storeUrl: string;
  readonly feed: Feed;
  readonly handedAt: Map<string, number>;
}): Intake {
  const { work, place, storeUrl, feed, handedAt } = parts;
  const { accountId } = place;
  const client = createDocuments({
    endpoint: storeUrl,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: new Secret('local') },
    clock: systemClock,
    random: systemRandom,
  });
  const queue: OrderQueue = {
    async enqueue({ body, messageGroupId }) {
      const enqueuedAt = Date.now();
      const messageId = String(body.clientOrderId);
      handedAt.set(messageId, enqueuedAt);
      feed.enqueue({ messageId, messageGroupId, body: JSON.stringify(body), enqueuedAt });
    },
    async putAside() {},
    async postpone() {},
  };
  const orders = createOrderStore({
    client,
    tableName: ORDERS_TABLE,
    dueShards: 1,
  });
  const dependencies = {
    orders,
    accounts: createMemoryAccounts([accountOf({ ...place, lanes: work.lanes })]),
    queue,
    cancels: queue,
    clock: systemClock,
    log: createRecordingLog(),
    metrics: createRecordingMetrics(),
    rules: DEFAULT_SETTINGS.reconcile,
  };
  return {
    async receive({ clientOrderId, orderingKey }) {
      const body = { accountId, clientOrderId, orderingKey, ...ORDER_TERMS };
      const receipt = await receiveOrder(dependencies, { body, origin: 'api' });
      if (receipt.kind !== 'accepted') {
        throw new Error(`The intake of ${clientOrderId} ended as ${JSON.stringify(receipt)}.`);
      }
    },
    async statusOf({ clientOrderId }) {
      return (await orders.get({ accountId, clientOrderId }))?.status ?? 'missing';
    },
  };
}

/** Does something for each order, at most so many at once, and begins in their order. */
export async function forAll(
  orders: readonly PlannedOrder[],
  atOnce: number,
  act: (order: PlannedOrder) => Promise<void>,
): Promise<void> {
  const left = orders.values();
  const line = async () => {
    for (const order of left) await act(order);
  };
  await Promise.all(Array.from({ length: atOnce }, line));
}
