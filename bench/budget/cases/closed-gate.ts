import { OURS } from '../contenders.ts';
import type { Figures } from '../figures.ts';
import { planOrders } from '../order-plan.ts';
import { addFault, type NotedArrival, type Run, runWork } from '../run-work.ts';
import { seededRandom } from '../seeded-random.ts';
import { workOf } from './flow.ts';

/** Shorter than the real minute, so that twenty runs end within minutes; our gate adds 500 ms. */
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
  const receivesMax = Math.max(...all.map((figures) => figures.receivesMax ?? 0));
  return { runs, ...Object.fromEntries(names.map((name) => [name, sum(name)])), receivesMax };
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
    ...gateFigures(run, refused, refusal),
    sentTwice: sentTwice(creates),
    duplicates: run.exchange.duplicates,
    deadLetters: run.report.notes.putAside ?? 0,
    receivesMax: run.report.notes.receivesMax ?? 0,
    unsettled: run.report.notes.unsettled ?? 0,
    outOfOrder: outOfOrder(run, creates),
  };
}

/** Requests that left after the answer was there (own lane) or the closing was stored (others). */
function gateFigures(run: Run, refused: string, refusal: NotedArrival | undefined): Figures {
  const first = run.report.sends.find(({ clientOrderId }) => clientOrderId === refused);
  if (refusal === undefined || first?.answeredAt === undefined) return {};
  const { answeredAt, lane } = first;
  const opensAt = refusal.at + SUSPENSION_MS;
  const storedAt = run.report.gateClosedAt.find((at) => at >= answeredAt) ?? answeredAt;
  const inside = run.report.sends.filter(({ sentAt, lane: ofSend }) => {
    const closedAt = ofSend === lane ? answeredAt : storedAt;
    return sentAt > closedAt && sentAt < opensAt;
  });
  return { insideClosedGate: inside.length };
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
