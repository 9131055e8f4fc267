import { ABSENCE_RULES } from '../../lib/domain/absence.ts';
import { DAY_MS, MINUTE_MS } from '../../lib/domain/time.ts';
import type { Fates, QueryFate, SubmitFate } from './exchange-model.ts';
import type { PortFault } from './intercepted-port.ts';
import { seededRandom } from './random.ts';

/** How likely faults are, from 0 to 1, each for one call or one time that it may happen. */
export interface Temper {
  readonly death: number;
  readonly storeFault: number;
  readonly budgetFault: number;
  readonly submitFault: number;
  readonly queryFault: number;
  readonly twice: number;
  /** Orders that somebody wants canceled, sooner or later. */
  readonly cancel: number;
  /** Whether orders stay open until they are canceled. */
  readonly rests: boolean;
  /** Calls of the store that take long. */
  readonly slowness: number;
  /** Whether everything takes as long as it may: requests to arrive, orders to be seen. */
  readonly utmost: boolean;
  /** Which faults of create calls there are. */
  readonly submitFates: readonly SubmitFate[];
}

const USUAL: Temper = {
  death: 0.01,
  storeFault: 0.05,
  budgetFault: 0.02,
  submitFault: 0.6,
  queryFault: 0.25,
  twice: 0.3,
  cancel: 0.3,
  rests: false,
  slowness: 0.03,
  utmost: false,
  submitFates: [
    'answer-lost',
    'answer-lost',
    'not-taken',
    'not-taken',
    'delayed',
    'delayed',
    'slow',
    'throttled',
    'rejected',
    'not-sent',
    'clock-skew',
    'throws',
  ],
};

const HORIZON_MS = ABSENCE_RULES.horizonMs;

const QUERY_FATES: readonly QueryFate[] = [
  'slow',
  'slow',
  'unavailable',
  'unavailable',
  'unavailable',
  'clock-skew',
  'throttled',
];

/** Everything that chance decides in one world, from one seed. */
export type Chance = ReturnType<typeof createChance>;

/**
 * Makes the chance of one world.
 *
 * @param isFaulty - whether faults still happen now
 */
export function createChance(seed: number, change: Partial<Temper>, isFaulty: () => boolean) {
  const random = seededRandom(Math.imul(seed, 2_654_435_761) >>> 0);
  const temper = { ...USUAL, ...change };
  const up = (below: number) => Math.floor(random() * below);
  const happens = (likelihood: number) => random() < likelihood && isFaulty();
  const oneOf = <Value>(values: readonly Value[], otherwise: Value): Value =>
    values[up(values.length)] ?? otherwise;
  const portFault = (likelihood: number): PortFault | undefined =>
    happens(likelihood) ? oneOf<PortFault>(['refused', 'answer-lost'], 'refused') : undefined;

  const fates: Fates = {
    submit: () => (happens(temper.submitFault) ? oneOf(temper.submitFates, 'ok') : 'ok'),
    cancel: () => (happens(temper.submitFault) ? oneOf(['not-taken', 'answer-lost'], 'ok') : 'ok'),
    query: () => (happens(temper.queryFault) ? oneOf(QUERY_FATES, 'ok') : 'ok'),
    // Now and then as long as the horizon allows: that is where verdicts go wrong.
    lagMs: () => (temper.utmost ? HORIZON_MS : oneOf([0, 0, 50, up(HORIZON_MS), HORIZON_MS], 0)),
    staleMs: () => (happens(0.3) ? up(MINUTE_MS) : 0),
    delayMs: () => (temper.utmost ? 4_999 : oneOf([up(5_000), 4_999, 5_001, up(20_000)], 0)),
    lifeMs: () => (temper.rests ? DAY_MS : oneOf([10, 5_000, up(120_000), 90_000], 0)),
    ending: () => oneOf(['FILLED', 'CANCELED'], 'FILLED'),
  };
  return {
    ...fates,
    checksDuplicates: random() < 0.5,
    hasTwoKeys: random() < 0.5,
    dies: () => (happens(temper.death) ? oneOf(['before', 'after'] as const, 'before') : undefined),
    storeFault: (method: string) =>
      method === 'listDue' ? undefined : portFault(temper.storeFault),
    queueFault: () => portFault(temper.storeFault),
    budgetFault: () => portFault(temper.budgetFault),
    losesAcknowledgement: () => happens(0.2),
    deliversTwice: () => happens(temper.twice),
    overlapMs: () => up(3_000),
    overlapsPasses: () => happens(0.5),
    publishes: () => (happens(0.3) ? up(5) : undefined),
    portMs: () => (happens(temper.slowness) ? 40 + up(120) : up(7)),
    wantsCancel: () => random() < temper.cancel,
    cancelAfterMs: () => oneOf([0, up(500), up(5_000), up(60_000), up(240_000)], 0),
    intakeMs: () => oneOf([0, 0, 0, up(2_000), up(20_000)], 0),
    repeats: () => (happens(0.4) ? 1 + up(2) : 0),
    batch: () => 1 + up(10),
    request: () => ({
      orderingKey: oneOf(['A', 'B', 'BTCUSD'], 'A'),
      onNeverPlaced: oneOf(['fail', 'resubmit'], 'fail'),
    }),
  };
}
