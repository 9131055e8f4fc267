import type { Clock } from '../../application/ports.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../domain/time.ts';

/** How the exchange is reached. Everything but the clock has a default. */
export interface HashkeyOptions {
  readonly clock: Clock;
  /** Trading rules older than this are read again before they are used. */
  readonly instrumentsMaxAgeMs?: number;
  /** When they cannot be read, older ones serve up to this age. */
  readonly instrumentsStaleMaxMs?: number;
  /** A measurement of the exchange's clock is renewed after this. */
  readonly clockOffsetMaxAgeMs?: number;
  /** When it cannot be renewed, the old one serves up to this age. */
  readonly clockOffsetStaleMaxMs?: number;
  /** How long an idle connection is kept. */
  readonly keepAliveMs?: number;
  readonly connectTimeoutMs?: number;
  /** Time limit of one unsigned read: the time, the trading rules. */
  readonly publicTimeoutMs?: number;
  /** Open connections per host. */
  readonly socketsMax?: number;
}

/**
 * Connections of a function that asks for many accounts at once. Those that wait for one longer than
 * `connectTimeoutMs` are not asked at all, and with 16 a thousand accounts fall behind: see
 * docs/scaling.md. With those to AWS they stay well below the 1,024 files that Lambda lets be open.
 */
export const MANY_ACCOUNTS_SOCKETS_MAX = 400;

/** The defaults, each with its reason. */
export const HASHKEY_DEFAULTS = {
  /** Rules change a few times a year, a halt within minutes; the exchange refuses in between. */
  instrumentsMaxAgeMs: 5 * MINUTE_MS,
  instrumentsStaleMaxMs: HOUR_MS,
  /** Clocks that nobody corrects drift by up to 0.1 ms a second: 30 ms in five minutes. */
  clockOffsetMaxAgeMs: 5 * MINUTE_MS,
  /** 360 ms of drift in an hour, still well inside the exchange's 1000 ms. */
  clockOffsetStaleMaxMs: HOUR_MS,
  /**
   * A second less than the shortest idle time that servers commonly have (Node: 5 s; nginx 75 s,
   * Amazon's balancers 60 s). A connection that the server closes just when it is used again puts
   * an order in doubt; a new one costs two round trips.
   */
  keepAliveMs: 4 * SECOND_MS,
  /** Three round trips over the widest ocean, and a lost packet sent again after a second. */
  connectTimeoutMs: 2 * SECOND_MS,
  publicTimeoutMs: 3 * SECOND_MS,
  /** Ten orders and five queries a second per key, each answered within half a second. */
  socketsMax: 16,
} as const;
