import { probed, probedLocally } from './compare.ts';
import type { Emulator } from './emulator.ts';
import { bodyOf, type Placed } from './place-orders.ts';
import { planned } from './plan.ts';
import type { Run } from './prove-deployment.ts';

/** One thing that has to be true of the deployed service. */
export interface Fact {
  readonly fact: string;
  readonly seen: string;
  readonly holds: boolean;
}

/** What the edge of the deployed service lets in. */
export async function edgeFacts({ api, aws }: Run): Promise<readonly Fact[]> {
  const health = await api.unsigned({ method: 'GET', path: '/health?from=test' });
  const [sample] = planned(1, Date.now());
  if (sample === undefined) throw new Error('There is no sample.');
  const order = { ...sample, clientOrderId: `edge-${Date.now().toString(36)}` };
  const body = bodyOf(order);
  const post = (text: string) => api.signed({ method: 'POST', path: '/v1/orders', body: text });
  const strange = await api.unsigned({ method: 'POST', path: '/v1/orders', body });
  const first = await post(body);
  const again = await post(body);
  const other = bodyOf({ ...order, request: { ...order.request, quantity: '0.02' } });
  const conflict = await post(other);
  const forged = await api.unsigned({
    method: 'POST',
    path: '/v1/webhooks/demo',
    body,
    headers: {
      'webhook-id': 'msg-forged',
      'webhook-timestamp': String(Math.floor(Date.now() / 1_000)),
      'webhook-signature': 'v1,AAAA',
    },
  });
  const wrong = await post('{"accountId":"desk-1","leverage":3}');
  const large = await post(`{"accountId":"${'x'.repeat(20_000)}"}`);
  await aws.sendOrder({ body: 'no order', group: 'poison', id: `poison-${order.clientOrderId}` });
  return [
    expected('the health check of the deployed stage answers', health.status, 200),
    expected('a caller without IAM is turned away', strange.status, 403),
    expected('an order is accepted', first.status, 202),
    expected('the same order again is the same order', again.status, 200),
    expected('its id with another order is refused', conflict.status, 409),
    expected('a forged webhook is refused', forged.status, 401),
    expected('a wrong order is refused', wrong.status, 400),
    expected('a body above 16 KiB is refused', large.status, 413),
  ];
}

/** I1, I3 and I4: every order once, as the exchange has it, and none lost. */
export function orderFacts(
  { simulator }: Run,
  placed: readonly Placed[],
  statuses: ReadonlyMap<string, string>,
): readonly Fact[] {
  const refused = placed.filter(({ status }) => status !== 202);
  const atExchange = (id: string) => simulator.admin.orders({ clientOrderId: id });
  const wrong = placed.filter(({ order }) => statuses.get(order.clientOrderId) !== order.expected);
  const disagreeing = placed.filter(({ order: { clientOrderId } }) => {
    const there = atExchange(clientOrderId);
    const ours = statuses.get(clientOrderId);
    if (ours === 'FILLED') return there.length !== 1 || there[0]?.status !== 'FILLED';
    return there.length !== 0;
  });
  const { duplicates } = simulator.admin.statistics().total;
  const names = (some: readonly Placed[]) =>
    some
      .slice(0, 5)
      .map(({ order }) => `${order.clientOrderId} ${statuses.get(order.clientOrderId)}`)
      .join(', ');
  return [
    fact(`all ${placed.length} orders were accepted`, refused.length === 0, names(refused)),
    fact('every order has the status that its fault calls for', wrong.length === 0, names(wrong)),
    fact('the exchange has what we say, and no more', disagreeing.length === 0, names(disagreeing)),
    expected('orders placed twice', duplicates, 0),
  ];
}

/** I7: events of each order come without a gap, and in order. */
export async function eventFacts(
  { aws }: Run,
  placed: readonly Placed[],
): Promise<readonly Fact[]> {
  const events = await aws.events();
  const byOrder = Map.groupBy(events, ({ order }) => order);
  const silent = placed.filter(
    ({ order: { accountId, clientOrderId } }) => !byOrder.has(`${accountId}/${clientOrderId}`),
  );
  const gaps = [...byOrder].filter(([, all]) => {
    const numbers = [...new Set(all.map(({ sequence }) => sequence))].toSorted((a, b) => a - b);
    return numbers.some((sequence, index) => sequence !== index + 1);
  });
  return [
    expected('orders of which the bus heard nothing', silent.length, 0),
    expected('orders with a gap in their events', gaps.length, 0),
    fact(
      'events reached a subscriber of the bus',
      events.length > placed.length,
      `${events.length}`,
    ),
  ];
}

/** I5, I8 and the queues: nothing left while a gate was closed, nothing secret was said. */
export async function safetyFacts(
  { aws, configuration, simulator }: Run,
  log: string,
): Promise<readonly Fact[]> {
  const { requestsWhileSuspended, status429 } = simulator.admin.statistics().total;
  const secrets = JSON.stringify(configuration).match(/[0-9a-f]{64}|whsec_[A-Za-z0-9+/=]+/g) ?? [];
  const told = secrets.filter((secret) => log.includes(secret));
  return [
    expected('requests that left while a key was suspended', requestsWhileSuspended, 0),
    fact('no 429 but the one that the plan injects', status429 <= 1, `${status429} times 429`),
    fact('what the functions logged was read', log.length > 10_000, `${log.length} characters`),
    expected(`of ${secrets.length} secrets, those in a log`, told.length, 0),
    expected('messages left in the orders queue', await aws.waiting('orders.fifo'), 0),
    expected(
      'the message that is no order lies aside, alone',
      await aws.waiting('orders-dead-letter.fifo'),
      1,
    ),
  ];
}

/** How far the emulator and the local stack do as AWS documents; only the latter has to. */
export async function comparedFacts(
  { url }: Emulator,
  say: (line: string) => void,
): Promise<readonly Fact[]> {
  const emulated = await probed(url);
  const local = await probedLocally();
  return emulated.map(({ what, documented, where, seen }, index) => {
    const ours = local[index]?.seen ?? '';
    if (seen !== documented)
      say(`the emulator differs: ${what}: ${seen}, AWS: ${documented} (${where})`);
    return fact(`the local stack does as AWS documents: ${what}`, ours === documented, ours);
  });
}

/** A number that has to be. */
export function expected(text: string, seen: number, wanted: number): Fact {
  return { fact: text, seen: String(seen), holds: seen === wanted };
}

/** Something that has to hold; `seen` says what was found. */
export function fact(text: string, holds: boolean, seen: string): Fact {
  return { fact: text, seen: seen === '' ? 'yes' : seen, holds };
}
