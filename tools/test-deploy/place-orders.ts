import { setTimeout as sleep } from 'node:timers/promises';
import { parseProducer } from '../../lib/adapters/secrets-manager/parse-producer.ts';
import { signWebhook } from '../../lib/adapters/webhook/standard-webhooks.ts';
import type { PlannedOrder } from './plan.ts';
import type { Run } from './prove-deployment.ts';

/** One order and how the deployed service took it; the queue takes without an answer. */
export interface Placed {
  readonly order: PlannedOrder;
  readonly status: number;
  readonly text: string;
}

const AT_ONCE = 8;
/** A suspension, a proof of absence and the reconciler's minute, and much patience. */
const SETTLE_MAX_MS = 300_000;
const POLL_MS = 2_000;
const ENDS = ['FILLED', 'CANCELED', 'REJECTED', 'NEVER_PLACED', 'EXPIRED', 'DENIED', 'HELD'];

/** Places every order in its way, some at a time, each fault prepared before it. */
export async function place(run: Run, orders: readonly PlannedOrder[]): Promise<readonly Placed[]> {
  const placed: Placed[] = [];
  const left = [...orders];
  const worker = async () => {
    for (let order = left.shift(); order !== undefined; order = left.shift()) {
      if (order.fault !== undefined) {
        const match = { endpoint: 'create' as const, clientOrderId: order.clientOrderId };
        run.simulator.admin.addRule({ match, times: 1, fault: order.fault });
      }
      placed.push({ order, ...(await placeOne(run, order)) });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return placed;
}

/** The text of an order as every way in takes it. */
export function bodyOf({ accountId, clientOrderId, request }: PlannedOrder): string {
  return JSON.stringify({ accountId, clientOrderId, ...request });
}

async function placeOne({ api, aws, configuration }: Run, order: PlannedOrder) {
  const body = bodyOf(order);
  switch (order.way) {
    case 'api':
      return api.signed({ method: 'POST', path: '/v1/orders', body });
    case 'webhook': {
      const [secret] = parseProducer('demo', configuration.producers.demo).secrets;
      if (secret === undefined) throw new Error('The producer has no secret.');
      const timestamp = Math.floor(Date.now() / 1_000);
      const id = `msg-${order.clientOrderId}`;
      const headers = {
        'webhook-id': id,
        'webhook-timestamp': String(timestamp),
        'webhook-signature': signWebhook({ secret, id, timestamp, body }),
      };
      return api.unsigned({ method: 'POST', path: '/v1/webhooks/demo', body, headers });
    }
    case 'queue':
      await aws.sendOrder({ body, group: `${order.accountId}#0`, id: order.clientOrderId });
      return { status: 202, text: '' };
  }
}

/** Waits until every order has ended, and gives their statuses as the API tells them. */
export async function settled(
  { api }: Run,
  placed: readonly Placed[],
  say: (line: string) => void,
): Promise<ReadonlyMap<string, string>> {
  const statuses = new Map<string, string>();
  const startedAt = Date.now();
  for (;;) {
    for (const { order } of placed) {
      const { accountId, clientOrderId } = order;
      if (ENDS.includes(statuses.get(clientOrderId) ?? '')) continue;
      const path = `/v1/orders/${accountId}/${clientOrderId}`;
      const answer = await api.signed({ method: 'GET', path });
      const status = answer.status === 200 ? JSON.parse(answer.text).status : String(answer.status);
      statuses.set(clientOrderId, status);
    }
    const waiting = [...statuses.values()].filter((status) => !ENDS.includes(status));
    const elapsedMs = Date.now() - startedAt;
    const counts = [...Map.groupBy(waiting, (status) => status)].map(
      ([status, all]) => `${all.length} ${status}`,
    );
    say(`  ${Math.round(elapsedMs / 1_000)} s: ${waiting.length} to go ${counts.join(', ')}`);
    if (waiting.length === 0 || elapsedMs > SETTLE_MAX_MS) return statuses;
    await sleep(POLL_MS);
  }
}
