import { fits, type SlidingWindow, slidingWindow } from './sliding-window.ts';

export type LimitClass = 'order' | 'query';

export type LimitSettings = {
  readonly suspensionMs: number;
  /** Requests which a suspended key may still send before the whole address is banned. */
  readonly banAfter: number;
  readonly banMs: number;
  /** Whether requests answered 429 take up room in the window. */
  readonly refusedCount: boolean;
};

export type Arrival = {
  readonly key: string;
  readonly limitClass: LimitClass;
  readonly cost: number;
  readonly limit: number;
  readonly at: number;
};

/** `limited` starts a suspension, `suspended` meets one, `banned` is the whole address. */
export type Admission = 'admitted' | 'limited' | 'suspended' | 'banned';

export type Gatekeeper = {
  readonly admit: (arrival: Arrival) => Admission;
  readonly isBanned: (at: number) => boolean;
  readonly suspend: (key: string, at: number) => void;
  readonly ban: (at: number, durationMs?: number) => void;
  /** Ends all suspensions and bans and empties the windows. */
  readonly reset: () => void;
};

type KeyRecord = {
  readonly windows: { readonly [name in LimitClass]: SlidingWindow };
  suspendedUntil: number;
  sentWhileSuspended: number;
};

/** Keeps the rate limits of all keys, with the penalties for passing them. */
export function gatekeeper(settings: LimitSettings): Gatekeeper {
  const keys = new Map<string, KeyRecord>();
  let bannedUntil = Number.NEGATIVE_INFINITY;

  const recordOf = (key: string): KeyRecord => {
    const record = keys.get(key) ?? newRecord();
    keys.set(key, record);
    return record;
  };
  const isBanned = (at: number): boolean => at < bannedUntil;
  const ban = (at: number, durationMs = settings.banMs): void => {
    bannedUntil = at + durationMs;
  };
  const suspend = (key: string, at: number): void => {
    const record = recordOf(key);
    record.suspendedUntil = at + settings.suspensionMs;
    record.sentWhileSuspended = 0;
  };

  const admit = ({ key, limitClass, cost, limit, at }: Arrival): Admission => {
    if (isBanned(at)) return 'banned';
    const record = recordOf(key);
    if (at < record.suspendedUntil) {
      record.sentWhileSuspended += 1;
      if (record.sentWhileSuspended <= settings.banAfter) return 'suspended';
      ban(at);
      return 'banned';
    }
    const window = record.windows[limitClass];
    const admitted = fits(window.used(at), cost, limit);
    if (admitted || settings.refusedCount) window.add(at, cost);
    if (admitted) return 'admitted';
    suspend(key, at);
    return 'limited';
  };

  const reset = (): void => {
    keys.clear();
    bannedUntil = Number.NEGATIVE_INFINITY;
  };
  return { admit, isBanned, suspend, ban, reset };
}

function newRecord(): KeyRecord {
  return {
    windows: { order: slidingWindow(), query: slidingWindow() },
    suspendedUntil: Number.NEGATIVE_INFINITY,
    sentWhileSuspended: 0,
  };
}
