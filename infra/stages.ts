import type { ExchangeEnvironment } from '../lib/application/account.ts';
import type { StageSettingName } from '../lib/application/stage-settings.ts';

/** A copy of the service. `local` is the one that runs on one machine, without an AWS account. */
export type StageName = 'local' | 'development' | 'sandbox' | 'production';

/** When an alarm speaks up, where the right value depends on the stage. */
export interface AlarmThresholds {
  /** An order message may wait this long; longer means that orders are going stale. */
  readonly oldestMessageAgeS: number;
  /** Doubt normally ends within fence, horizon and a few looks: about two minutes. */
  readonly oldestInDoubtAgeMs: number;
  /** A stored order that has not been sent. Most orders are valid for a minute only. */
  readonly oldestReceivedAgeMs: number;
  /** How far published events may lag behind the orders table. */
  readonly publishLagMs: number;
}

/** Everything that differs between stages. A new difference is a new column here. */
export interface Stage {
  readonly name: StageName;
  /** Put before the name of every resource; empty where the account is not shared. */
  readonly prefix: string;
  /** Which exchange the accounts of this stage belong to; resources are tagged with it. */
  readonly exchangeEnvironment: ExchangeEnvironment;
  /** Tables, queues and logs outlive their stack, and nothing deletes them by mistake. */
  readonly keepsState: boolean;
  readonly logLevel: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';
  readonly logRetentionDays: 7 | 30 | 90 | 365;
  /** Of each shard. Undefined where the account's quota is too small to reserve any of it. */
  readonly reconcileConcurrency: number | undefined;
  /** Submitters at work at once. More lanes than this share them. */
  readonly submitConcurrencyMax: number;
  /** Reconcilers, and followers of streams, that share the accounts out. See docs/scaling.md. */
  readonly reconcilerShards: number;
  /** Partitions of the index of due orders; at least one for each reconciler. */
  readonly dueShards: number;
  /** After the fence, how long silence must last before it may prove absence. */
  readonly absenceHorizonMs: number;
  /**
   * Whether the reconciler stays awake between its ticks: doubt and fills are then seen within
   * seconds, for the price of one function that always runs.
   */
  readonly reconcileWatches: boolean;
  /** Of all routes together; the token bucket of API Gateway. */
  readonly apiRequestsPerSecond: number;
  readonly apiBurst: number;
  /** Of the open webhook route: less, so that strangers never use up what callers with IAM have. */
  readonly webhookRequestsPerSecond: number;
  readonly webhookBurst: number;
  /**
   * From where the exchange is called: AWS's own changing addresses, or two fixed ones behind NAT
   * gateways of our own, to which a key can be bound.
   */
  readonly egress: 'shared' | 'static';
  /** Whose key encrypts what is stored: AWS's, or one of this account with a policy of its own. */
  readonly encryption: 'aws' | 'customer';
  /** Final orders are deleted so many days after their last change; undefined: never. */
  readonly orderRetentionDays: number | undefined;
  /** Whether the orders table is written to a bucket every month, so that nothing is lost to it. */
  readonly archive: boolean;
  /** Whether results go to receivers on the machine that the service runs on. */
  readonly resultsToLoopback: boolean;
  /** Guards, probes, caches and bounds that differ from their defaults: docs/settings.md. */
  readonly settings: Readonly<Partial<Record<StageSettingName, string>>>;
  /** Whether waiting results are looked at all the time, and not only while some fall due soon. */
  readonly resultsWatch: boolean;
  readonly alarms: AlarmThresholds;
}

const MINUTE_MS = 60_000;

const CAREFUL_ALARMS: AlarmThresholds = {
  oldestMessageAgeS: 120,
  oldestInDoubtAgeMs: 5 * MINUTE_MS,
  oldestReceivedAgeMs: MINUTE_MS,
  publishLagMs: MINUTE_MS,
};

/** Where people experiment, an outage of some minutes is not worth a message. */
const RELAXED_ALARMS: AlarmThresholds = {
  oldestMessageAgeS: 600,
  oldestInDoubtAgeMs: 15 * MINUTE_MS,
  oldestReceivedAgeMs: 10 * MINUTE_MS,
  publishLagMs: 5 * MINUTE_MS,
};

/** What costs nothing while nothing happens; `stage-options.ts` says how to choose otherwise. */
const CHEAP = {
  reconcilerShards: 1,
  egress: 'shared',
  encryption: 'aws',
  orderRetentionDays: undefined,
  archive: false,
  resultsToLoopback: false,
  resultsWatch: false,
  settings: {},
} as const;

/** The stages, one row each. */
export const STAGES: Readonly<Record<StageName, Stage>> = {
  local: {
    name: 'local',
    prefix: '',
    exchangeEnvironment: 'sandbox',
    keepsState: false,
    logLevel: 'INFO',
    logRetentionDays: 7,
    reconcileConcurrency: undefined,
    submitConcurrencyMax: 10,
    dueShards: 1,
    absenceHorizonMs: MINUTE_MS,
    reconcileWatches: true,
    apiRequestsPerSecond: 1000,
    apiBurst: 1000,
    webhookRequestsPerSecond: 1000,
    webhookBurst: 1000,
    ...CHEAP,
    resultsToLoopback: true,
    resultsWatch: true,
    alarms: RELAXED_ALARMS,
  },
  development: {
    name: 'development',
    prefix: 'hashkey-orders-development-',
    exchangeEnvironment: 'sandbox',
    keepsState: false,
    logLevel: 'DEBUG',
    logRetentionDays: 7,
    reconcileConcurrency: undefined,
    submitConcurrencyMax: 2,
    dueShards: 1,
    absenceHorizonMs: MINUTE_MS,
    reconcileWatches: false,
    apiRequestsPerSecond: 20,
    apiBurst: 40,
    webhookRequestsPerSecond: 10,
    webhookBurst: 20,
    ...CHEAP,
    alarms: RELAXED_ALARMS,
  },
  sandbox: {
    name: 'sandbox',
    prefix: 'hashkey-orders-sandbox-',
    exchangeEnvironment: 'sandbox',
    keepsState: true,
    logLevel: 'INFO',
    logRetentionDays: 30,
    reconcileConcurrency: 1,
    submitConcurrencyMax: 10,
    dueShards: 1,
    absenceHorizonMs: MINUTE_MS,
    reconcileWatches: true,
    apiRequestsPerSecond: 50,
    apiBurst: 100,
    webhookRequestsPerSecond: 25,
    webhookBurst: 50,
    ...CHEAP,
    alarms: CAREFUL_ALARMS,
  },
  production: {
    name: 'production',
    prefix: 'hashkey-orders-production-',
    exchangeEnvironment: 'production',
    keepsState: true,
    logLevel: 'INFO',
    logRetentionDays: 365,
    reconcileConcurrency: 1,
    submitConcurrencyMax: 50,
    dueShards: 4,
    absenceHorizonMs: MINUTE_MS,
    reconcileWatches: true,
    apiRequestsPerSecond: 100,
    apiBurst: 200,
    webhookRequestsPerSecond: 50,
    webhookBurst: 100,
    ...CHEAP,
    alarms: CAREFUL_ALARMS,
  },
};

/** The context names no stage of the table. The message is one line for a terminal. */
export class UnknownStageError extends Error {
  override readonly name = 'UnknownStageError';
}

/**
 * Finds the stage that the context value `stage` names. There is no default: a deployment that
 * forgot to say must not land on some stage.
 *
 * @param value - as given with `-c stage=NAME`
 * @throws UnknownStageError for anything that is not a row of the table, and for nothing
 */
export function stageOf(value: unknown): Stage {
  const found = Object.values(STAGES).find(({ name }) => name === value);
  if (found !== undefined) return found;

  const wrong =
    value === undefined ? 'No stage is named' : `Unknown stage ${JSON.stringify(value)}`;
  const names = Object.keys(STAGES).join(', ');
  throw new UnknownStageError(`${wrong}: give one of ${names}, as in -c stage=sandbox.`);
}

/** Where the secrets of a stage begin: accounts and producers follow, each with its id. */
export function secretsPrefixOf(stage: Stage): string {
  return `hashkey-orders/${stage.name}`;
}
