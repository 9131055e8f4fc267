import { createMemoryRateBudget } from '../../../lib/adapters/memory/rate-budget.ts';
import { publishEvents } from '../../../lib/application/publish-events.ts';
import { reconcileOrders } from '../../../lib/application/reconcile/reconcile-orders.ts';
import { DEFAULT_SETTINGS } from '../../../lib/application/settings.ts';
import { submitBatch } from '../../../lib/application/submit/submit-batch.ts';
import { isFinal, type Order } from '../../../lib/domain/order.ts';
import { lacksFills } from '../../../lib/domain/record-fills.ts';
import { apiKey } from '../../support/order-desk.ts';
import { stateAt } from '../exchange/exchange-order.ts';
import { placeOrders } from './callers.ts';
import { type Commons, createCommons, type WorldChange } from './commons.ts';
import { type Consume, consume, SUBMIT_SETTINGS } from './consumers.ts';
import { type Crew, createCrew } from './crew.ts';
import type { Entry, ExchangeOrderView, History } from './history.ts';
import { METERING, type Process } from './process.ts';
import { recordedBudget } from './recorded-ports.ts';
import { QUIET_MAX_MS } from './weather.ts';

const MINUTE_MS = 60_000;
const STREAM_BATCH = 25;

/** The rules under test: what consumers and the reconciler do. */
export interface Rules {
  readonly consume: Consume;
  readonly reconcile: (process: Process) => Promise<unknown>;
  /** Whether an order needs nothing more. */
  readonly isAtRest: (order: Order) => boolean;
}

/** Our own rules. */
export const OUR_RULES: Rules = {
  consume: ({ dependencies }, records, remainingMs) =>
    submitBatch({ ...dependencies, settings: SUBMIT_SETTINGS }, records, remainingMs),
  reconcile: ({ dependencies }) =>
    reconcileOrders({ ...dependencies, settings: DEFAULT_SETTINGS.reconcile }),
  isAtRest,
};

/** Runs one world from its seed to its rest, and gives everything that happened. */
export async function runWorld(
  seed: number,
  change: WorldChange = {},
  rules: Rules = OUR_RULES,
): Promise<History> {
  const commons = createCommons(seed, change);
  const crew = createCrew(commons);
  const { timeline, weather } = commons;
  change.begins?.(timeline.nowMs);
  let isOver = false;
  let isPlaced = false;
  let streamsAt = 0;
  const over = () => isOver;

  const actors = [
    placeOrders(commons, crew).then(() => {
      isPlaced = true;
    }),
    ...Array.from({ length: weather.consumers }, (_, index) =>
      consume(commons, crew, { isOver: over, handle: rules.consume }, index + 1),
    ),
    reconcileEveryMinute(commons, crew, over, rules),
    readStream(commons, crew, over, (at) => {
      streamsAt = at;
    }),
    operate(commons, over),
    misbehave(commons),
    watchRest(),
  ];
  let isDone = false;
  const done = Promise.all(actors).then(() => {
    isDone = true;
  });
  await Promise.race([timeline.run(() => isDone), done.then(() => new Promise(() => {}))]);
  return historyOf(commons);

  async function watchRest(): Promise<void> {
    await timeline.sleep(weather.faultsUntilMs);
    while (!isOver) {
      await timeline.sleep(1_000);
      const atRest =
        isPlaced &&
        commons.queue.waiting().length === 0 &&
        commons.store.all().every((order) => rules.isAtRest(order));
      const isStreamed = streamsAt === writesOf(commons.recorder.entries).length;
      isOver = (atRest && isStreamed) || timeline.nowMs() > weather.faultsUntilMs + QUIET_MAX_MS;
    }
    commons.onQueue.notify();
    commons.onWrite.notify();
  }
}

/** Ended with every trade known, or with a person. */
function isAtRest(order: Order): boolean {
  return order.status === 'HELD' || (isFinal(order.status) && !lacksFills(order));
}

async function reconcileEveryMinute(
  commons: Commons,
  crew: Crew,
  isOver: () => boolean,
  rules: Rules,
): Promise<void> {
  const { timeline, weatherNow } = commons;
  const chance = commons.chance.fork('schedule');
  const pass = () => crew.invoke('reconcile-orders', MINUTE_MS - 1, rules.reconcile);
  await timeline.sleep(commons.change.reconcileFromMs ?? chance.below(MINUTE_MS));
  while (!isOver()) {
    void pass();
    // Now and then the schedule fires twice.
    if (chance.happens(weatherNow().deliveredTwice)) void pass();
    for (let waited = 0; waited < MINUTE_MS && !isOver(); waited += 5_000) {
      await timeline.sleep(5_000);
    }
  }
}

/** Follows the table's stream; whoever dies leaves its batch to be read again. */
async function readStream(
  commons: Commons,
  crew: Crew,
  isOver: () => boolean,
  reached: (at: number) => void,
): Promise<void> {
  const chance = commons.chance.fork('stream');
  let next = 0;
  while (!isOver()) {
    const writes = writesOf(commons.recorder.entries);
    const batch = writes.slice(next, next + chance.between(1, STREAM_BATCH));
    if (batch.length === 0) {
      await commons.onWrite.wait(MINUTE_MS);
      continue;
    }
    const changes = batch.map(({ previousVersion, order }, index) => ({
      sequenceNumber: String(next + index),
      previousVersion,
      order,
    }));
    const from = await crew.invoke('publish-events', 20_000, async ({ dependencies }) => ({
      value: await publishEvents(dependencies, changes),
    }));
    if (from !== undefined) {
      next = from.value === undefined ? next + batch.length : Number(from.value);
    }
    reached(next);
    await commons.timeline.sleep(chance.below(300));
  }
}

const WRITES = new WeakMap<
  readonly Entry[],
  { at: number; writes: (Entry & { kind: 'write' })[] }
>();

/** The writes so far, found without reading the whole history again. */
function writesOf(entries: readonly Entry[]): readonly (Entry & { kind: 'write' })[] {
  const known = WRITES.get(entries) ?? { at: 0, writes: [] };
  WRITES.set(entries, known);
  for (; known.at < entries.length; known.at += 1) {
    const entry = entries[known.at];
    if (entry?.kind === 'write') known.writes.push(entry);
  }
  return known.writes;
}

/** A person opens what only a person opens, once its cause is gone. */
async function operate(commons: Commons, isOver: () => boolean): Promise<void> {
  const { budgets, exchange, recorder, startAt, timeline } = commons;
  const budget = recordedBudget(
    createMemoryRateBudget(METERING, budgets),
    budgets,
    recorder,
    'operator',
  );

  while (!isOver()) {
    await timeline.sleep(30_000);
    if (exchange.isBanned()) continue;
    const now = startAt + timeline.nowMs();
    const closed = [...budgets.keys].filter(([, { gate }]) => gate.closing?.until === 'operator');
    if (budgets.egress.gate.closing?.until === 'operator') await budget.openGate('egress', now);
    for (const [keyId] of closed) await budget.openGate({ keyId }, now);
  }
}

/** What others do to the exchange and to our settings. */
async function misbehave(commons: Commons): Promise<void> {
  const { exchange, halts, recorder, startAt, timeline, weather } = commons;
  const chance = commons.chance.fork('others');
  const at = (timeMs: number, task: () => void) => timeline.at(timeMs, task);
  const bursts = Math.round((weather.foreignBursts * weather.faultsUntilMs) / MINUTE_MS);
  for (let burst = 0; burst < bursts; burst += 1) {
    at(chance.below(weather.faultsUntilMs), () => exchange.foreignBurst('key-1', 4));
  }
  if (weather.bans) {
    at(chance.below(weather.faultsUntilMs), () => exchange.ban(chance.between(20_000, 90_000)));
  }
  if (weather.forgetsAtMs !== undefined) at(weather.forgetsAtMs, exchange.forgetOne);
  if (weather.rotatesAtMs !== undefined) at(weather.rotatesAtMs, () => rotate(commons));
  if (weather.haltsAtMs !== undefined) {
    const switchTo = (halted: boolean) => () => {
      recorder.note('operator', { kind: 'halted', halted });
      void halts.set('desk-1', { halted, changedAt: startAt + timeline.nowMs() });
    };
    at(weather.haltsAtMs, switchTo(true));
    at(weather.haltsAtMs + 30_000, switchTo(false));
  }
}

/** The first key gets a successor, and is revoked now or a little later. */
function rotate({ accounts, chance, exchange, recorder, secrets, timeline }: Commons): void {
  const successor = apiKey('key-9', 'secret-of-the-successor');
  exchange.validSecrets.set(successor.apiKey.reveal(), successor.apiSecret.reveal());
  secrets.push(successor.apiSecret.reveal());
  recorder.note('operator', { kind: 'rotated', keyId: successor.keyId });
  void accounts.get('desk-1').then((account) => {
    if (account === undefined) return;
    accounts.put({ ...account, keys: [successor, ...account.keys.slice(1)] });
  });
  const revokedMs = timeline.nowMs() + chance.fork('rotation').oneOf([0, 20_000, 80_000]);
  timeline.at(revokedMs, () => void exchange.validSecrets.delete('api-key-1'));
}

function historyOf(commons: Commons): History {
  const { recorder, seed, store, timeline, weather } = commons;
  const nowMs = timeline.nowMs();
  return {
    seed,
    mood: weather.mood,
    entries: recorder.entries,
    orders: store.all(),
    exchangeOrders: commons.exchange.orders.map((order): ExchangeOrderView => {
      const { status, executed } = stateAt(order, nowMs);
      const { clientOrderId, exchangeOrderId } = order;
      const isForgotten = order.forgottenMs !== undefined;
      return { clientOrderId, exchangeOrderId, status, executedQuantity: executed, isForgotten };
    }),
    waiting: commons.queue.waiting().map(({ body }) => JSON.stringify(body)),
    secrets: commons.secrets,
    facts: {
      startAt: commons.startAt,
      clockErrorMs: weather.clockErrorMs,
      endedAtMs: nowMs,
      isAtRest: nowMs <= weather.faultsUntilMs + QUIET_MAX_MS,
    },
  };
}
