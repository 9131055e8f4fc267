import type { DeliveryRules } from '../../domain/delivery-schedule.ts';
import { MINUTE_MS, SECOND_MS } from '../../domain/time.ts';
import type { Clock, Log, Metrics, OrderQueue, Producers } from '../ports.ts';
import type { ResultReceiver, WaitingResults } from './ports.ts';

/** What delivering results needs. */
export interface DeliverDependencies {
  readonly producers: Producers;
  readonly waiting: WaitingResults;
  readonly receiver: ResultReceiver;
  /** The queue of results with its dead-letter queue. */
  readonly queue: Pick<OrderQueue, 'putAside'>;
  readonly clock: Clock;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly rules: DeliveryRules;
}

/**
 * A result that stood in the queue for longer goes to its order's line: the receiver is slow, and a
 * queue looks for free groups among its first 120,000 messages only.
 */
export const QUEUED_MAX_MS = MINUTE_MS;

/** No attempt starts with less than this left: its time limit, and time to store what came of it. */
export const ATTEMPT_RESERVE_MS = 10 * SECOND_MS;
