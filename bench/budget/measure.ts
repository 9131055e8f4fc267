import type { Send } from './work.ts';

/** One request as the exchange counted it, in the order of arrival. */
export interface Arrival {
  readonly clientOrderId?: string | undefined;
  /** The key that sent it. */
  readonly key: string;
  readonly at: number;
  readonly status?: number | undefined;
}

/** What the exchange's record of one run says. */
export interface Measured {
  readonly accepted: number;
  readonly refused429: number;
  readonly refused418: number;
  /**
   * One second over the mean time in which a key got a limit's worth of orders accepted: 1 is the
   * limit. Undefined without a full window.
   */
  readonly utilisation?: number;
  /** The keys' utilisations together: 5 is five keys at their limits. */
  readonly keysWorth: number;
  /** Accepted orders that a later one of their lane arrived before. */
  readonly overtaken: number;
  /** From hand-over to arrival at the exchange, of accepted orders. */
  readonly p50Ms?: number;
  readonly p99Ms?: number;
}

const SECOND_MS = 1_000;

/** Measures a run. Pure; arrivals of others count for nothing. */
export function measure(
  arrivals: readonly Arrival[],
  sends: readonly Send[],
  limitPerSecond: number,
): Measured {
  const ours = new Map(sends.map((send) => [send.clientOrderId, send]));
  const own = arrivals.filter(({ clientOrderId = '' }) => ours.has(clientOrderId));
  const accepted = own.filter(({ status }) => status === 200);
  const byKey = Map.groupBy(accepted, ({ key }) => key);
  const gaps = [...byKey.values()].map((ofKey) => gapsOf(ofKey, limitPerSecond));
  const perKey = gaps.filter((ofKey) => ofKey.length > 0).map((ofKey) => SECOND_MS / mean(ofKey));
  const waits = accepted
    .map(({ at, clientOrderId = '' }) => at - (ours.get(clientOrderId)?.handedAt ?? at))
    .sort((left, right) => left - right);
  return {
    accepted: accepted.length,
    refused429: own.filter(({ status }) => status === 429).length,
    refused418: own.filter(({ status }) => status === 418).length,
    ...(perKey.length > 0 && { utilisation: mean(perKey) }),
    keysWorth: perKey.reduce((sum, one) => sum + one, 0),
    overtaken: overtakenIn(accepted, ours),
    ...(waits.length > 0 && { p50Ms: quantile(waits, 0.5), p99Ms: quantile(waits, 0.99) }),
  };
}

/**
 * The value that a share of the sorted values does not pass (nearest rank).
 *
 * @throws RangeError without values
 */
export function quantile(sorted: readonly number[], share: number): number {
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new RangeError('A quantile needs at least one value.');
  return value;
}

/** From each arrival to the one that has to be a second after it. */
function gapsOf(arrivals: readonly Arrival[], limitPerSecond: number): readonly number[] {
  return arrivals.flatMap((later, index) => {
    const earlier = arrivals[index - limitPerSecond];
    return earlier === undefined ? [] : [later.at - earlier.at];
  });
}

function overtakenIn(accepted: readonly Arrival[], sends: ReadonlyMap<string, Send>): number {
  const placed = accepted.flatMap(({ clientOrderId = '' }, place) => {
    const send = sends.get(clientOrderId);
    return send === undefined ? [] : [{ lane: send.lane, sentAt: send.sentAt, place }];
  });
  const lanes = [...Map.groupBy(placed, ({ lane }) => lane).values()];
  return lanes.reduce((sum, ofLane) => sum + overtakenOf(ofLane), 0);
}

/** Counts from the last sent to the first; requests of one millisecond have no order. */
function overtakenOf(lane: readonly { readonly sentAt: number; readonly place: number }[]): number {
  const moments = [...Map.groupBy(lane, ({ sentAt }) => sentAt)].sort(
    ([left], [right]) => right - left,
  );
  let firstOfLater = Number.POSITIVE_INFINITY;
  let overtaken = 0;
  for (const [, sent] of moments) {
    overtaken += sent.filter(({ place }) => place > firstOfLater).length;
    firstOfLater = Math.min(firstOfLater, ...sent.map(({ place }) => place));
  }
  return overtaken;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
