import type { Clock } from '../../application/ports.ts';
import type { UnixMs } from '../../domain/time.ts';
import { READ_PAUSE_MS, readUnsigned, type UnsignedReadOptions } from './unsigned-read.ts';
import { serverTimeSchema } from './wire.ts';

/**
 * Samples of one measurement. Three are enough to pass by one slow answer, and few enough for an
 * address that may be allowed ten calls a second.
 */
const SAMPLES = 3;
/**
 * Our clocks may drift apart by so much before a measurement is void: somebody set the clock, or
 * the process was frozen. The exchange takes a timestamp up to 1000 ms ahead.
 */
const CLOCK_STEP_MAX_MS = 500;
/** With no measurement at all a timestamp is so much behind our own clock. */
const UNMEASURED_MARGIN_MS = 1_000;

/** Whether a signed call has a point now. */
export type Readiness = 'ready' | 'throttled' | 'banned';

/** What time the exchange has, so that timestamps fit its receive window. */
export interface ServerClock {
  /**
   * Makes the time of an exchange known as well as can be; measures when nothing is known, and
   * beside the call when what is known grows old.
   *
   * @returns `throttled` or `banned` when nothing is known because the exchange refused to answer
   *   this address: a signed call would be refused too, and make it worse
   */
  prepare(baseUrl: URL): Promise<Readiness>;
  /**
   * As `prepare`, for a call whose moment has come: waits only where nobody has prepared before.
   * A measurement that goes wrong takes seconds, and the call would leave long after its slot.
   */
  readiness(baseUrl: URL): Promise<Readiness>;
  /** The timestamp for a request that leaves now. Never ahead of the exchange's clock if known. */
  timestamp(baseUrl: URL, now: UnixMs): UnixMs;
  /** Measures afresh. When that fails, what was known stays. */
  resynchronise(baseUrl: URL): Promise<void>;
}

/** What a server clock is made with. */
export interface ServerClockOptions extends UnsignedReadOptions {
  readonly clock: Clock;
  /** A measurement older than this is renewed. */
  readonly clockOffsetMaxAgeMs: number;
  /** A measurement older than this is no longer used, when none newer could be made. */
  readonly clockOffsetStaleMaxMs: number;
}

interface Measurement {
  readonly offsetMs: number;
  readonly at: UnixMs;
  readonly monotonicMs: number;
}

interface SiteClock {
  known?: Measurement;
  running?: Promise<void>;
  /** Whether anybody has asked for this clock. */
  wasAsked?: boolean;
  pausedUntilMs: number;
  refusal?: 'throttled' | 'banned' | undefined;
}

type Sample =
  | { readonly kind: 'told'; readonly offsetMs: number; readonly roundTripMs: number }
  | { readonly kind: 'throttled' | 'banned' | 'failed' };

/** Makes a clock of each exchange that is asked about; one measurement serves all callers. */
export function createServerClock(options: ServerClockOptions): ServerClock {
  const { clock } = options;
  const sites = new Map<string, SiteClock>();
  const siteOf = (baseUrl: URL): SiteClock => {
    const site = sites.get(baseUrl.href) ?? { pausedUntilMs: Number.NEGATIVE_INFINITY };
    sites.set(baseUrl.href, site);
    return site;
  };
  const ageOf = (known: Measurement | undefined): number => {
    if (known === undefined) return Number.POSITIVE_INFINITY;
    const byWall = clock.now() - known.at;
    const byMonotonic = clock.monotonicMs() - known.monotonicMs;
    const stepped = Math.abs(byWall - byMonotonic) > CLOCK_STEP_MAX_MS;
    return stepped ? Number.POSITIVE_INFINITY : byMonotonic;
  };
  const isUsable = (site: SiteClock) => ageOf(site.known) <= options.clockOffsetStaleMaxMs;
  const isPaused = (site: SiteClock) => clock.monotonicMs() < site.pausedUntilMs;
  const refusalOf = (site: SiteClock): Readiness => {
    const refused = !isUsable(site) && isPaused(site) ? site.refusal : undefined;
    return refused ?? 'ready';
  };
  const measure = (baseUrl: URL, site: SiteClock): Promise<void> => {
    site.wasAsked = true;
    site.running ??= renew(options, baseUrl, site).finally(() => {
      delete site.running;
    });
    return site.running;
  };

  async function prepare(baseUrl: URL): Promise<Readiness> {
    const site = siteOf(baseUrl);
    const due = ageOf(site.known) > options.clockOffsetMaxAgeMs && !isPaused(site);
    const running = due ? measure(baseUrl, site) : site.running;
    if (!isUsable(site)) await running;
    return refusalOf(site);
  }

  return {
    prepare,
    async readiness(baseUrl) {
      const site = siteOf(baseUrl);
      return site.wasAsked ? refusalOf(site) : prepare(baseUrl);
    },
    timestamp(baseUrl, now) {
      const site = siteOf(baseUrl);
      const offsetMs = isUsable(site) ? site.known?.offsetMs : undefined;
      return Math.floor(now + (offsetMs ?? -UNMEASURED_MARGIN_MS));
    },
    async resynchronise(baseUrl) {
      const site = siteOf(baseUrl);
      if (!(isPaused(site) && site.refusal)) await measure(baseUrl, site);
    },
  };
}

async function renew(options: ServerClockOptions, baseUrl: URL, site: SiteClock): Promise<void> {
  const { clock } = options;
  let best: Extract<Sample, { kind: 'told' }> | undefined;
  let failure: Exclude<Sample['kind'], 'told'> | undefined;
  for (let taken = 0; taken < SAMPLES; taken += 1) {
    const sample = await takeSample(options, baseUrl);
    if (sample.kind !== 'told') {
      failure = sample.kind;
      break;
    }
    if (best === undefined || sample.roundTripMs < best.roundTripMs) best = sample;
  }

  if (best !== undefined) {
    const { offsetMs } = best;
    site.known = { offsetMs, at: clock.now(), monotonicMs: clock.monotonicMs() };
  }
  const pauseMs = failure === undefined ? 0 : READ_PAUSE_MS[failure];
  site.pausedUntilMs = clock.monotonicMs() + pauseMs;
  site.refusal = failure === 'failed' ? undefined : failure;
}

/**
 * The exchange had its time at some moment between our sending and the answer. Half of the round
 * trip is the best guess of that moment and the other half its uncertainty; taking the guess less
 * the uncertainty comes to the moment of the answer, and a timestamp that is never ahead.
 */
async function takeSample(options: ServerClockOptions, baseUrl: URL): Promise<Sample> {
  const read = await readUnsigned(options, baseUrl, '/api/v1/time');
  if (read.kind !== 'read') return read;
  const told = serverTimeSchema.safeParse(read.body);
  if (!told.success) return { kind: 'failed' };
  const offsetMs = Number(told.data.serverTime) - read.timing.answeredAt;
  return { kind: 'told', offsetMs, roundTripMs: read.roundTripMs };
}
