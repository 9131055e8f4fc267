import { createMemoryRateBudget } from '../../../lib/adapters/memory/rate-budget.ts';
import { apiKey } from '../../support/order-desk.ts';
import type { Commons } from './commons.ts';
import type { Crew } from './crew.ts';
import { METERING, type Process } from './process.ts';
import { recordedBudget } from './recorded-ports.ts';

const MINUTE_MS = 60_000;
/** Kept free at the end of a function that follows streams. */
const CLOSING_MS = 15_000;
/** Orders that rest and that nobody wants canceled end so long after the faults. */
const MARKET_CLOSES_MS = 2 * MINUTE_MS;

/** Starts a function that follows the stream every minute; it ends at once where one is at it. */
export async function followEveryMinute(
  commons: Commons,
  crew: Crew,
  isOver: () => boolean,
  rules: { readonly follow: (process: Process, endsAt: number) => Promise<unknown> },
): Promise<void> {
  const { timeline, weather, weatherNow } = commons;
  if (!weather.isStreamed) return;
  const chance = commons.chance.fork('stream schedule');
  const { followsMs } = weather;
  const start = () =>
    crew.invoke('stream-orders', followsMs + CLOSING_MS, (process) =>
      rules.follow(process, process.clock.now() + followsMs),
    );
  await timeline.sleep(chance.oneOf([0, 0, chance.below(MINUTE_MS)]));
  while (!isOver()) {
    void start();
    if (chance.happens(weatherNow().deliveredTwice)) void start();
    for (let waited = 0; waited < MINUTE_MS && !isOver(); waited += 5_000) {
      await timeline.sleep(5_000);
    }
  }
}

/** Ends what still rests at the exchange, but for orders whose cancel is ours to bring about. */
export async function closeMarket(commons: Commons, isOver: () => boolean): Promise<void> {
  const { exchange, store, timeline, weather } = commons;
  await timeline.sleep(weather.faultsUntilMs + MARKET_CLOSES_MS);
  while (!isOver()) {
    const resting = exchange.orders.filter(({ endsMs }) => endsMs === Number.POSITIVE_INFINITY);
    for (const order of resting) {
      const known = store.all().find(({ clientOrderId }) => clientOrderId === order.clientOrderId);
      const { cancel } = known ?? {};
      if (cancel === undefined || cancel.status === 'REFUSED') exchange.expire(order);
    }
    await timeline.sleep(30_000);
  }
}

/** A person opens what only a person opens, once its cause is gone. */
export async function operate(commons: Commons, isOver: () => boolean): Promise<void> {
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
export async function misbehave(commons: Commons): Promise<void> {
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
  for (let cut = 0; weather.isStreamed && cut < weather.streamCuts; cut += 1) {
    const how = chance.oneOf(['closed', 'silent', 'keys expire', 'keys expire unheard'] as const);
    at(chance.below(weather.faultsUntilMs), () => exchange.stream.cut(how));
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
