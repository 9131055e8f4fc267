/** How the orders queue, its dead-letter queue and the pollers behind them are set. */
export interface QueueSettings {
  readonly visibilityTimeoutS: number;
  readonly retentionDays: number;
  readonly receivesMax: number;
  readonly batchSize: number;
  readonly deadLetterIsFifo: boolean;
}

export const QUEUE_SETTINGS: QueueSettings = {
  // Just above the submitter's time limit: a crash delays its messages by this, and orders are
  // perishable. The usual six times the limit is for throttled functions, which the mapping's
  // maximum concurrency prevents.
  visibilityTimeoutS: 30,
  // The longest there is. The table is the record; the queue only has to outlast an outage.
  retentionDays: 14,
  // The highest there is. Waiting for a closed gate receives a message over and over, which says
  // nothing against it; our own count of attempts on the order decides when a person is needed.
  receivesMax: 1000,
  // The most a FIFO queue gives.
  batchSize: 10,
  // A FIFO queue can only redrive to another one, and a redrive back keeps the groups.
  deadLetterIsFifo: true,
};

/** The queue of results: what waits for hours does not wait in it. */
export const RESULT_QUEUE_SETTINGS = {
  // Twice the time limit of who delivers: a crash delays results only.
  visibilityTimeoutS: 60,
  // A message comes back only when something of ours is away: so many minutes of that.
  receivesMax: 100,
  // Two groups per producer: ten producers may hang at the same time.
  concurrencyMax: 20,
} as const;

/** Changes of orders that one publisher call takes from the stream. */
export const STREAM_BATCH_SIZE = 100;

/** The reconciler starts so often and works inside that time. */
export const RECONCILE_EVERY_S = 60;

/** The egress address is looked at so often; a gateway that fails over does so within a minute. */
export const CHECK_EGRESS_EVERY_S = 300;

/** The orders table is archived so often; an order is in two archives before it is deleted. */
export const ARCHIVE_EVERY_DAYS = 30;
