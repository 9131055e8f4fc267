import { OURS } from '../contenders.ts';
import type { Figures } from '../figures.ts';
import { planOrders } from '../order-plan.ts';
import { ourClosingMs } from '../ours/start-workers.ts';
import { addFault, type NotedArrival, type Run, runWork } from '../run-work.ts';
import { seededRandom } from '../seeded-random.ts';
import type { Send } from '../work.ts';
import { workOf } from './flow.ts';

/** Shorter than the real minute, so that twenty runs end within minutes. */
const SUSPENSION_MS = 3_000;
const ORDERS = 40;
/** The refused order is one in the midst. */
const FIRST_REFUSED = 8;

/** Lets the exchange answer 429 in the middle of a batch, in so many seeded runs. */
export async function closedGate(runs: number, seed: number): Promise<Figures> {
  const all: Figures[] = [];
  for (let index = 0; index < runs; index += 1) all.push(await oneRun(seed + index));
  const names = [...new Set(all.flatMap((figures) => Object.keys(figures)))];
  const sum = (name: string) => all.reduce((total, figures) => total + (figures[name] ?? 0), 0);
  const most = (name: string) => Math.max(...all.map((figures) => figures[name] ?? 0));
  const sums = Object.fromEntries(names.map((name) => [name, sum(name)]));
  return { runs, ...sums, receivesMax: most('receivesMax'), insideByMs: most('insideByMs') };
}

async function oneRun(seed: number): Promise<Figures> {
  const change = { orders: ORDERS, seed, processes: 2, lanes: 2, suspensionMs: SUSPENSION_MS };
  const work = workOf(change);
  const place = FIRST_REFUSED + Math.floor(seededRandom(seed)() * (ORDERS - FIRST_REFUSED));
  const refused = planOrders(work)[place]?.clientOrderId ?? '';
  const run = await runWork(OURS, work, async ({ place: { adminUrl } }) => {
    const fault = { kind: 'throttle' };
    await addFault(adminUrl, { match: { clientOrderId: refused }, times: 1, fault });
  });
  const creates = run.arrivals.filter(({ endpoint }) => endpoint === 'create');
  const refusal = creates.find((one) => one.clientOrderId === refused && one.status === 429);
  return {
    asked: work.orders,
    accepted: run.accepted,
    refused429: run.refused429,
    met429: refusal === undefined ? 0 : 1,
    seconds: run.seconds,
    ...gateFigures(run, creates),
    sentTwice: sentTwice(creates),
    duplicates: run.exchange.duplicates,
    deadLetters: run.report.notes.putAside ?? 0,
    receivesMax: run.report.notes.receivesMax ?? 0,
    unsettled: run.report.notes.unsettled ?? 0,
    outOfOrder: outOfOrder(run, creates),
  };
}

/**
 * Requests that left inside the closed gate: for the lane of the first refusal from its answer on,
 * for others from when the closing was stored, until our gate opens, which is later than the
 * exchange's. What was under way before is none of them; a request that left after it and was
 * refused again would be told apart.
 */
function gateFigures(run: Run, creates: readonly NotedArrival[]): Figures {
  const { sends, gateClosedAt } = run.report;
  const refusals = refusedSends(sends, creates);
  const [first] = refusals.sort((left, right) => answerOf(left) - answerOf(right));
  if (first === undefined) return {};
  const ownClosedAt = answerOf(first);
  const opensAt = ownClosedAt + ourClosingMs(SUSPENSION_MS);
  const storedAt = gateClosedAt.find((at) => at >= ownClosedAt) ?? ownClosedAt;
  const closedAt = ({ lane }: Send) => (lane === first.lane ? ownClosedAt : storedAt);
  const inside = sends.filter((send) => send.sentAt > closedAt(send) && send.sentAt < opensAt);
  // How deep inside: a few milliseconds are a gate that was read just before the closing was stored.
  const insideByMs = Math.max(0, ...inside.map((send) => send.sentAt - closedAt(send)));
  const again = refusals.filter(({ sentAt }) => sentAt >= opensAt).length;
  const refusedUnderWay = refusals.length - 1 - again;
  return { insideClosedGate: inside.length, insideByMs, refusedUnderWay, refusedAgain: again };
}

/** The n-th arrival of an order is its n-th request. */
function refusedSends(sends: readonly Send[], creates: readonly NotedArrival[]): Send[] {
  const sendsOf = Map.groupBy(sends, ({ clientOrderId }) => clientOrderId);
  const seen = new Map<string, number>();
  return creates.flatMap(({ clientOrderId = '', status }) => {
    const place = seen.get(clientOrderId) ?? 0;
    seen.set(clientOrderId, place + 1);
    const send = sendsOf.get(clientOrderId)?.[place];
    return status === 429 && send !== undefined ? [send] : [];
  });
}

function answerOf({ sentAt, answeredAt }: Send): number {
  return answeredAt ?? sentAt;
}

/** Requests of an order that was not refused before. */
function sentTwice(creates: readonly NotedArrival[]): number {
  const byOrder = Map.groupBy(creates, ({ clientOrderId }) => clientOrderId);
  return [...byOrder.values()].filter((sent) => sent.slice(0, -1).some((one) => one.status !== 429))
    .length;
}

/** Accepted orders that came before an earlier one of their ordering key. */
function outOfOrder(run: Run, creates: readonly NotedArrival[]): number {
  const keys = new Map(planOrders(run.work).map((one) => [one.clientOrderId, one.orderingKey]));
  const accepted = creates.filter(({ status }) => status === 200);
  const ids = accepted.map(({ clientOrderId = '' }) => clientOrderId);
  const byKey = [...Map.groupBy(ids, (id) => keys.get(id)).values()];
  return byKey.reduce(
    (sum, ofKey) => sum + ofKey.filter((id, index) => id < (ofKey[index - 1] ?? '')).length,
    0,
  );
}
