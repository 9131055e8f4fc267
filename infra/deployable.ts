import { SHARES_MAX } from '../lib/application/account-share.ts';
import type { FunctionName, FunctionRow } from './functions.ts';
import { ARCHIVE_EVERY_DAYS, type QueueSettings } from './queue-settings.ts';
import type { Stage } from './stages.ts';

/** Numbers that have to fit each other, though they live in different resources. */
export interface Plan {
  readonly stage: Stage;
  readonly functions: readonly FunctionRow[];
  readonly queue: QueueSettings;
  readonly reconcileEveryS: number;
  /** Functions that answer the HTTP API. */
  readonly answering: readonly FunctionName[];
}

/** Beyond this distance a crash of the submitter would delay its orders for nothing. */
const VISIBILITY_ABOVE_TIMEOUT_MAX_S = 15;
/** What AWS allows. */
const FIFO_BATCH_MAX = 10;
const MAPPING_CONCURRENCY_MIN = 2;
const MAPPING_CONCURRENCY_MAX = 1000;
const API_TIMEOUT_MAX_S = 30;

/** The settings cannot work together; nothing may be deployed. */
export class UndeployableError extends Error {
  override readonly name = 'UndeployableError';
}

/**
 * Stops a synthesis whose numbers do not fit each other. AWS refuses some of these only during a
 * deployment, and accepts the others in silence.
 *
 * @throws UndeployableError that lists every fault with the numbers and the way out
 */
export function assertDeployable(plan: Plan): void {
  const faults = [
    ...queueFaults(plan),
    ...reconcileFaults(plan),
    ...apiFaults(plan),
    ...retentionFaults(plan),
    ...shardFaults(plan),
  ];
  if (faults.length === 0) return;
  throw new UndeployableError(`Stage ${plan.stage.name} cannot be deployed: ${faults.join(' ')}`);
}

function queueFaults({ stage, functions, queue }: Plan): readonly string[] {
  const timeoutS = timeoutOf(functions, 'submit-order');
  const aboveS = queue.visibilityTimeoutS - timeoutS;
  const concurrency = stage.submitConcurrencyMax;

  return [
    aboveS <= 0 &&
      `The orders queue shows a message again after ${queue.visibilityTimeoutS} s, but submit-order may run ${timeoutS} s: raise the visibility timeout above it.`,
    aboveS > VISIBILITY_ABOVE_TIMEOUT_MAX_S &&
      `The visibility timeout (${queue.visibilityTimeoutS} s) lies more than ${VISIBILITY_ABOVE_TIMEOUT_MAX_S} s above submit-order's limit (${timeoutS} s): a crash would delay orders that long; lower it.`,
    !queue.deadLetterIsFifo &&
      'The dead-letter queue of a FIFO queue must be FIFO: set deadLetterIsFifo.',
    (queue.batchSize < 1 || queue.batchSize > FIFO_BATCH_MAX) &&
      `A FIFO queue gives 1 to ${FIFO_BATCH_MAX} messages at a time, not ${queue.batchSize}: change the batch size.`,
    (concurrency < MAPPING_CONCURRENCY_MIN || concurrency > MAPPING_CONCURRENCY_MAX) &&
      `The queue mapping runs ${MAPPING_CONCURRENCY_MIN} to ${MAPPING_CONCURRENCY_MAX} submitters at once, not ${concurrency}: change submitConcurrencyMax.`,
  ].filter((fault) => fault !== false);
}

function reconcileFaults({ functions, reconcileEveryS }: Plan): readonly string[] {
  const timeoutS = timeoutOf(functions, 'reconcile-orders');
  if (timeoutS <= reconcileEveryS) return [];
  return [
    `reconcile-orders may run ${timeoutS} s but starts every ${reconcileEveryS} s: passes would overlap; lower its time limit.`,
  ];
}

function apiFaults({ functions, answering }: Plan): readonly string[] {
  return functions
    .filter(({ name, timeoutS }) => answering.includes(name) && timeoutS >= API_TIMEOUT_MAX_S)
    .map(
      ({ name, timeoutS }) =>
        `${name} may run ${timeoutS} s but the API gives up after ${API_TIMEOUT_MAX_S} s: lower its time limit.`,
    );
}

/**
 * A message may lie for the queue's retention, and once more in the dead-letter queue. The stored
 * order has to outlive it: it is what keeps an old message from being sent again.
 */
function retentionFaults({ stage, queue }: Plan): readonly string[] {
  const { archive, orderRetentionDays: days } = stage;
  if (days === undefined) {
    if (!archive) return [];
    return ['An archive is for orders that are deleted: choose a retention too, or no archive.'];
  }
  const leastDays = Math.max(2 * queue.retentionDays + 1, 2 * ARCHIVE_EVERY_DAYS);
  if (days >= leastDays) return [];
  return [
    `Orders are deleted after ${days} days, but their messages and the archive need ${leastDays}: raise the retention.`,
  ];
}

/** Shards are powers of two, so that those of the index divide evenly among any number of them. */
function shardFaults({ stage: { reconcilerShards: shards } }: Plan): readonly string[] {
  if ([1, 2, 4, 8].includes(shards) && shards <= SHARES_MAX) return [];
  return [`The reconciler has 1, 2, 4 or 8 shards, not ${shards}: change reconcilerShards.`];
}

function timeoutOf(functions: readonly FunctionRow[], wanted: FunctionName): number {
  const row = functions.find(({ name }) => name === wanted);
  if (row === undefined) {
    throw new UndeployableError(`There is no function ${wanted}: add its row to functions.ts.`);
  }
  return row.timeoutS;
}
