import { gatekeeper } from '../../../simulator/limits/gatekeeper.ts';
import type { Chance } from '../core/chance.ts';
import type { Recorder } from '../core/history.ts';
import type { Timeline } from '../core/timeline.ts';
import type { Weather } from '../core/weather.ts';
import { drawLife, type ExchangeOrder, endOrder, isShown, stateAt } from './exchange-order.ts';
import { createUserDataStream, type UserDataStream } from './user-data-stream.ts';

/** A request as it reaches the exchange. */
export interface ArrivedRequest {
  readonly number: number;
  readonly keyId: string;
  readonly limitClass: 'order' | 'query';
  readonly cost: number;
  /** It was so long on its way that it may have met requests that left after it. */
  readonly isLate: boolean;
}

/** The exchange that all processes of a world share. */
export interface ExchangeState {
  readonly orders: ExchangeOrder[];
  /** Meters a request; anything but `admitted` ends it. */
  admit(request: ArrivedRequest): 'admitted' | 'limited' | 'suspended' | 'banned';
  /** Takes an order, or says that it has one of this id. */
  place(request: URLSearchParams, departure: number): ExchangeOrder | 'duplicate';
  /** Takes a cancel; what comes of it shows later, if it comes to anything. */
  cancel(order: ExchangeOrder): void;
  /** An order that rests ends without us. */
  expire(order: ExchangeOrder): void;
  readonly stream: UserDataStream;
  /** Another user of a key sends orders. */
  foreignBurst(keyId: string, orders: number): void;
  /** The address is banned for a reason that we do not know. */
  ban(ms: number): void;
  isBanned(): boolean;
  isAway(): boolean;
  /** Whether calls come from an address that is on the white list. */
  isListed(): boolean;
  isSuspended(keyId: string): boolean;
  /** Secrets that the exchange takes, by API key. */
  readonly validSecrets: Map<string, string>;
  readonly forgetOne: () => void;
}

/** How long a 429 suspends a key. */
export const SUSPENSION_MS = 60_000;
/** Requests of a suspended key before the whole address is banned. */
const BAN_AFTER = 10;
const BAN_MS = 300_000;
/** A foreign request or a late one in this time before a refusal excuses us. */
const EXCUSE_MS = 1_000;

/** What a world's exchange is made of. */
export interface ExchangeParts {
  readonly timeline: Timeline;
  readonly chance: Chance;
  readonly weather: Weather;
  readonly recorder: Recorder;
  readonly limits: { readonly order: number; readonly query: number };
  readonly startAt: number;
  /** Whether an order of this client order id rests until it is canceled. */
  readonly rests: (clientOrderId: string) => boolean;
  readonly keepSecret: (text: string) => void;
}

/** Makes an exchange without orders. */
export function createExchangeState(parts: ExchangeParts): ExchangeState {
  const { timeline, chance, weather, recorder, limits } = parts;
  const orders: ExchangeOrder[] = [];
  const keeper = gatekeeper({
    suspensionMs: SUSPENSION_MS,
    banAfter: BAN_AFTER,
    banMs: BAN_MS,
    refusedCount: true,
  });
  const suspendedUntil = new Map<string, number>();
  const excusedUntil = new Map<
    string,
    { readonly untilMs: number; readonly by: 'others' | 'late' }
  >();
  let bannedUntilMs = 0;
  const now = () => timeline.nowMs();
  const isAway = () => {
    const { away } = weather;
    return away !== undefined && now() >= away.fromMs && now() < away.toMs;
  };
  const stream = createUserDataStream({ ...parts, chance: chance.fork('stream'), isAway });
  const ended = new Set<ExchangeOrder>();
  const cancels = chance.fork('cancels');

  /** Writes down what has happened to an order by now, and tells whoever follows the stream. */
  function settle(order: ExchangeOrder): void {
    if (order.forgottenMs !== undefined || ended.has(order)) return;
    const { clientOrderId, exchangeOrderId } = order;
    if (now() >= order.endsMs) {
      ended.add(order);
      const { status, executed } = stateAt(order, now());
      recorder.note('exchange', {
        kind: 'ended',
        ...{ clientOrderId, exchangeOrderId, status, executedQuantity: executed },
      });
    }
    stream.tell(order);
  }

  function end(order: ExchangeOrder): void {
    if (order.forgottenMs !== undefined || now() >= order.endsMs) return;
    endOrder(order, now());
    settle(order);
  }

  const excuse = (keyId: string, by: 'others' | 'late') =>
    excusedUntil.set(keyId, { untilMs: now() + EXCUSE_MS, by });

  return {
    orders,
    validSecrets: new Map(),
    isBanned: () => now() < bannedUntilMs || keeper.isBanned(now()),
    isAway,
    isListed: () => {
      const { unlisted } = weather;
      return unlisted === undefined || now() < unlisted.fromMs || now() >= unlisted.toMs;
    },
    stream,
    isSuspended: (keyId) => now() < (suspendedUntil.get(keyId) ?? 0),

    admit({ number, keyId, limitClass, cost, isLate }) {
      if (isLate) excuse(keyId, 'late');
      const excused = excusedUntil.get(keyId);
      const by = excused !== undefined && now() <= excused.untilMs ? excused.by : undefined;
      const isForeignBan = now() < bannedUntilMs;
      const arrival = { key: keyId, limitClass, cost, limit: limits[limitClass], at: now() };
      const admission = isForeignBan ? 'banned' : keeper.admit(arrival);
      if (admission === 'limited') suspendedUntil.set(keyId, now() + SUSPENSION_MS);
      const reason = isForeignBan ? 'others' : by;
      recorder.note('exchange', {
        kind: 'arrival',
        number,
        admission,
        ...(admission !== 'admitted' && reason !== undefined && { excuse: reason }),
      });
      return admission;
    },

    place(request, departure) {
      const clientOrderId = request.get('newClientOrderId') ?? '';
      const isTaken = orders.some(
        (one) =>
          one.clientOrderId === clientOrderId &&
          (weather.duplicateCheck === 'all' || now() < one.endsMs),
      );
      if (isTaken && weather.duplicateCheck !== 'none') return 'duplicate';
      const order: ExchangeOrder = {
        clientOrderId,
        exchangeOrderId: String(1_000_000 + orders.length),
        request,
        departure,
        acceptedMs: now(),
        visibleMs: now() + lagMs(chance, weather),
        ...drawLife(chance, now(), parts.rests(clientOrderId)),
      };
      orders.push(order);
      const { exchangeOrderId } = order;
      recorder.note('exchange', {
        kind: 'placed',
        number: departure,
        clientOrderId,
        exchangeOrderId,
      });
      const moments = [now(), ...order.fills.map(({ atMs }) => atMs), order.endsMs];
      for (const atMs of new Set(moments.filter(Number.isFinite))) {
        timeline.at(atMs, () => settle(order));
      }
      return order;
    },
    cancel(order) {
      const effectMs = now() + cancels.oneOf([0, 0, 20, cancels.below(3_000)]);
      timeline.at(effectMs, () => end(order));
    },
    expire: end,

    foreignBurst(keyId, count) {
      // They, too, wait while the key is suspended.
      if (now() < (suspendedUntil.get(keyId) ?? 0)) return;
      excuse(keyId, 'others');
      for (let sent = 0; sent < count; sent += 1) {
        const arrival = { key: keyId, limitClass: 'order' as const, cost: 1, at: now() };
        const admission = keeper.admit({ ...arrival, limit: limits.order });
        if (admission === 'limited') suspendedUntil.set(keyId, now() + SUSPENSION_MS);
        if (admission !== 'admitted') return;
      }
    },
    ban(ms) {
      bannedUntilMs = now() + ms;
    },
    forgetOne() {
      const open = orders.filter((one) => isShown(one, now()) && now() < one.endsMs);
      const order = open[0];
      if (order === undefined) return;
      order.forgottenMs = now();
      const { exchangeOrderId } = order;
      recorder.note('exchange', { kind: 'forgotten', exchangeOrderId });
    },
  };
}

function lagMs(chance: Chance, { lagMaxMs, utmost }: Weather): number {
  if (utmost) return lagMaxMs;
  return chance.oneOf([0, 0, 0, 50, chance.below(5_000), chance.below(lagMaxMs), lagMaxMs]);
}
