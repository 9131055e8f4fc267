// The documented quotas of Amazon SQS, each with its unit. AWS raised the message size to 1 MiB in
// August 2025.

export const MESSAGE_BYTES_MAX = 1_048_576;
export const MESSAGE_BYTES_MIN = 1024; // the smallest value MaximumMessageSize may take
export const BATCH_BYTES_MAX = 1_048_576;
export const BATCH_ENTRIES_MAX = 10;
export const RECEIVE_MESSAGES_MAX = 10;
export const MESSAGE_ATTRIBUTES_MAX = 10;
export const IN_FLIGHT_MAX = 120_000; // messages of one FIFO queue
export const QUEUE_NAME_CHARACTERS_MAX = 80;
export const QUEUE_TAGS_MAX = 50;
export const LIST_RESULTS_MAX = 1000;

export const VISIBILITY_TIMEOUT_SECONDS_MAX = 43_200; // 12 hours, also in total since the receive
export const WAIT_SECONDS_MAX = 20;
export const DELAY_SECONDS_MAX = 900;
export const RETENTION_SECONDS_MIN = 60;
export const RETENTION_SECONDS_MAX = 1_209_600; // 14 days
export const RECEIVE_COUNT_MAX = 1000; // the largest maxReceiveCount

export const DEDUPLICATION_WINDOW_MS = 300_000; // 5 minutes, for sends and receive attempts
export const PURGE_INTERVAL_MS = 60_000; // one purge a minute for each queue

export const MOVE_RATE_MAX = 500; // messages per second a move task may ask for
export const MOVE_STEP_MESSAGES_MAX = 500; // our own: keeps one transaction short
export const MOVE_STEP_INTERVAL_MS = 1000; // a rate is counted per second, so a step is a second
export const MOVE_TASKS_LISTED_MAX = 10;

export const TIMER_MS_MAX = 60_000; // a wait looks at the clock again at least once a minute
export const REQUEST_BYTES_MAX = 8_388_608; // a batch of 1 MiB fits with all of it escaped
