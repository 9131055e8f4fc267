import { ABSENCE_RULES } from '../../../lib/domain/absence.ts';
import { MINUTE_MS, SECOND_MS } from '../../../lib/domain/time.ts';
import type { Chance } from './chance.ts';

/** What a world is like: its size, and how likely each kind of fault is. */
export interface Weather {
  readonly mood: string;
  readonly orders: number;
  readonly keys: number;
  readonly consumers: number;
  /** Faults happen before this; after it the world is quiet. */
  readonly faultsUntilMs: number;
  /** At each call of a port. */
  readonly death: number;
  /** Of each kind of call: refused, or done and its answer lost. */
  readonly storeFault: number;
  readonly queueFault: number;
  readonly budgetFault: number;
  readonly secretsFault: number;
  /** Of create calls and of signed reads. */
  readonly createFault: number;
  readonly queryFault: number;
  /** Which create faults; all kinds when absent. */
  readonly createFaults?: readonly string[];
  /** Of cancel calls. */
  readonly cancelFault: number;
  /** Which cancel faults; all kinds when absent. */
  readonly cancelFaults?: readonly string[];
  /** A batch that a second consumer believes to be its own. */
  readonly deliveredTwice: number;
  readonly lostAcknowledgement: number;
  /** A store call that takes long. */
  readonly slowness: number;
  /** A caller that repeats its request though it was answered. */
  readonly repeats: number;
  /** An order that a producer puts on the queue itself, and a message that nobody can read. */
  readonly direct: number;
  readonly poison: number;
  /** The clock of each process is off by at most so much; the steps and drift stay inside. */
  readonly clockErrorMs: number;
  /** An accepted order is visible at the latest so long after the fence of its attempt. */
  readonly lagMaxMs: number;
  /** Whether everything that may take long does. */
  readonly utmost: boolean;
  /** The exchange is away, `from` to `to`. */
  readonly away?: { readonly fromMs: number; readonly toMs: number };
  /** The address is not on the white list of the keys, `from` to `to`. */
  readonly unlisted?: { readonly fromMs: number; readonly toMs: number };
  /** Another user of the first key sends bursts of orders so often a minute. */
  readonly foreignBursts: number;
  /** The exchange bans the address for a while for reasons of its own. */
  readonly bans: boolean;
  readonly rotatesAtMs?: number;
  readonly haltsAtMs?: number;
  /** The exchange forgets an order that it had. */
  readonly forgetsAtMs?: number;
  /** What the exchange does about a second order of the same client order id. */
  readonly duplicateCheck: 'none' | 'open' | 'all';
  /** An order that its caller wants canceled, and one whose place another is to take. */
  readonly cancels: number;
  readonly replaces: number;
  /** When orders are wanted canceled, instead of at any time. */
  readonly cancelAtMs?: number;
  /** An order of either kind that does not end at the exchange by itself. */
  readonly rests: number;
  /** A message of the cancels queue that is lost for good. */
  readonly lostMessage: number;
  /** Whether the account has its user data stream followed. */
  readonly isStreamed: boolean;
  /** Of frames and of connections of the stream. */
  readonly streamFault: number;
  /** How often the stream breaks. */
  readonly streamCuts: number;
  /** How long one invocation follows the stream. */
  readonly followsMs: number;
}

/** Each mood changes what the usual weather is; its weight says how often it comes. */
const MOODS: readonly (readonly [name: string, weight: number, change: Partial<Weather>])[] = [
  ['calm', 1, { ...allFaults(0), lostAcknowledgement: 0, deliveredTwice: 0 }],
  ['usual', 4, {}],
  ['deadly', 3, { death: 0.06 }],
  ['lossy store', 2, { storeFault: 0.25, budgetFault: 0.1, queueFault: 0.2 }],
  ['doubtful', 3, { createFault: 0.9, queryFault: 0.4 }],
  ['doubly delivered', 2, { deliveredTwice: 0.9, lostAcknowledgement: 0.5, slowness: 0.2 }],
  ['slow', 2, { slowness: 0.4 }],
  ['utmost', 2, { utmost: true, createFault: 0.8, createFaults: ['late', 'lost-after', 'hang'] }],
  [
    'throttled',
    2,
    {
      ...{ orders: 10, foreignBursts: 6 },
      createFaults: ['throttled', 'throttled-400', '5xx-before', 'unsent'],
    },
  ],
  ['banned', 1, { bans: true }],
  ['away', 2, { away: { fromMs: 10_000, toMs: 130_000 } }],
  ['wrong address', 1, { unlisted: { fromMs: 5_000, toMs: 70_000 } }],
  ['wrong clocks', 2, { clockErrorMs: 10 * SECOND_MS }],
  ['rotation', 2, { rotatesAtMs: 40_000, secretsFault: 0.1 }],
  ['halt', 1, { haltsAtMs: 20_000 }],
  ['forgetful exchange', 1, { forgetsAtMs: 60_000 }],
  ['cancels', 4, { cancels: 0.9, cancelFault: 0.7 }],
  ['deadly cancels', 2, { cancels: 0.9, cancelFault: 0.3, death: 0.05 }],
  ['replacements', 3, { replaces: 0.9, cancels: 0.2 }],
  ['streamed', 4, { isStreamed: true, streamFault: 0.4, streamCuts: 5 }],
  [
    'long day',
    1,
    {
      ...{ faultsUntilMs: 80 * MINUTE_MS, isStreamed: true, followsMs: 75 * MINUTE_MS },
      ...{ orders: 4, cancels: 0.7, rests: 1, death: 0.001, streamCuts: 3 },
    },
  ],
];

function allFaults(likelihood: number): Partial<Weather> {
  return {
    death: likelihood,
    storeFault: likelihood,
    queueFault: likelihood,
    budgetFault: likelihood,
    secretsFault: likelihood,
    createFault: likelihood,
    queryFault: likelihood,
    slowness: likelihood,
    repeats: likelihood,
    poison: likelihood,
    cancelFault: likelihood,
    lostMessage: likelihood,
    streamFault: likelihood,
    streamCuts: 0,
  };
}

/** Drawn for a world, from its seed alone. */
export function drawWeather(chance: Chance, change: Partial<Weather> = {}): Weather {
  const [mood, , ofMood] = drawMood(chance);
  const usual: Weather = {
    mood,
    orders: chance.between(2, 8),
    keys: chance.oneOf([1, 1, 2]),
    consumers: chance.between(1, 3),
    faultsUntilMs: chance.between(60, 180) * SECOND_MS,
    death: 0.008,
    storeFault: 0.04,
    queueFault: 0.04,
    budgetFault: 0.02,
    secretsFault: 0.01,
    createFault: 0.5,
    queryFault: 0.2,
    deliveredTwice: 0.2,
    lostAcknowledgement: 0.15,
    slowness: 0.03,
    repeats: 0.3,
    direct: 0.15,
    poison: 0.05,
    clockErrorMs: chance.oneOf([0, 2, 5]),
    lagMaxMs: 0,
    utmost: false,
    foreignBursts: 0,
    bans: false,
    duplicateCheck: chance.oneOf(['none', 'open', 'all']),
    cancels: chance.oneOf([0, 0.3, 0.6]),
    replaces: chance.oneOf([0, 0, 0.15, 0.4]),
    rests: 0.5,
    cancelFault: 0.4,
    lostMessage: 0.03,
    isStreamed: chance.happens(0.35),
    streamFault: 0.1,
    streamCuts: chance.between(0, 3),
    followsMs: chance.oneOf([3 * MINUTE_MS, 5 * MINUTE_MS, 14 * MINUTE_MS]),
    ...ofMood,
    ...change,
  };
  return { ...usual, lagMaxMs: change.lagMaxMs ?? lagWithin(usual) };
}

/**
 * The proof of absence waits out the fence, of which a second is meant for clocks, and the horizon.
 * Two processes that differ by more take the rest from the time that an order may stay invisible.
 */
function lagWithin({ clockErrorMs }: Weather): number {
  const beyondFenceMs = Math.max(0, 2 * clockErrorMs - SECOND_MS);
  return ABSENCE_RULES.horizonMs - beyondFenceMs;
}

function drawMood(chance: Chance): (typeof MOODS)[number] {
  const total = MOODS.reduce((sum, [, weight]) => sum + weight, 0);
  let left = chance.below(total);
  for (const mood of MOODS) {
    left -= mood[1];
    if (left < 0) return mood;
  }
  throw new Error('the weights of moods add up');
}

/** A world may take so long to come to rest once it is quiet. */
export const QUIET_MAX_MS = 60 * MINUTE_MS;
