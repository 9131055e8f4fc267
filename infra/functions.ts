import type { Stage } from './stages.ts';

/** One name per hop: of its handler in `lambdas/`, of the function, of its logs and its metrics. */
export type FunctionName =
  | 'receive-order'
  | 'submit-order'
  | 'cancel-order'
  | 'reconcile-orders'
  | 'stream-orders'
  | 'publish-events'
  | 'deliver-results'
  | 'retry-results'
  | 'read-orders'
  | 'control-account'
  | 'check-egress';

/** Settings that a function may ask for; what every function has is added to them. */
export type FunctionSetting =
  | 'SECRETS_PREFIX'
  | 'ORDERS_TABLE'
  | 'RATE_BUDGETS_TABLE'
  | 'ORDERS_QUEUE_URL'
  | 'CANCELS_QUEUE_URL'
  | 'DEAD_LETTER_QUEUE_URL'
  | 'EVENT_BUS_NAME'
  | 'RESULTS_TABLE'
  | 'RESULTS_QUEUE_URL'
  | 'RESULTS_DEAD_LETTER_QUEUE_URL'
  | 'RESULTS_TO_LOOPBACK'
  | 'RESULTS_WATCH'
  | 'ABSENCE_HORIZON_MS'
  | 'RECONCILE_WATCHES'
  | 'DUE_SHARDS'
  | 'ORDER_RETENTION_DAYS'
  | 'EGRESS_ADDRESSES'
  | 'EGRESS_CHECK_URL';

/** One function of the service. */
export interface FunctionRow {
  readonly name: FunctionName;
  /** Its construct id, and the stem of its logical ids: the name in capitals. */
  readonly id: string;
  readonly description: string;
  readonly timeoutS: number;
  /** On Lambda memory buys processor time; signing and JSON want little of either. */
  readonly memoryMiB: number;
  readonly settings: readonly FunctionSetting[];
  /** Whether it talks to the exchange, and so leaves from the fixed addresses where there are any. */
  readonly callsExchange: boolean;
}

const MEMORY_MIB = 512;

/** The functions of every stage, in the order of an order's way. */
export const FUNCTIONS: readonly FunctionRow[] = [
  {
    name: 'receive-order',
    id: 'ReceiveOrder',
    description: 'Takes orders and cancels from webhooks and the IAM API, stores and queues them.',
    timeoutS: 10,
    memoryMiB: MEMORY_MIB,
    settings: [
      'SECRETS_PREFIX',
      'ORDERS_TABLE',
      'ORDERS_QUEUE_URL',
      'CANCELS_QUEUE_URL',
      'DUE_SHARDS',
    ],
    callsExchange: false,
  },
  {
    name: 'submit-order',
    id: 'SubmitOrder',
    description: 'Sends queued orders to the exchange, once each, within the rate budget.',
    // Short, because a crash hides its messages for the visibility timeout just above it.
    timeoutS: 20,
    memoryMiB: MEMORY_MIB,
    settings: [
      'SECRETS_PREFIX',
      'ORDERS_TABLE',
      'RATE_BUDGETS_TABLE',
      'ORDERS_QUEUE_URL',
      'DEAD_LETTER_QUEUE_URL',
      'ABSENCE_HORIZON_MS',
      'DUE_SHARDS',
      'ORDER_RETENTION_DAYS',
    ],
    callsExchange: true,
  },
  {
    name: 'cancel-order',
    id: 'CancelOrder',
    description: 'Carries out cancels, ahead of new orders within the rate budget.',
    timeoutS: 20,
    memoryMiB: MEMORY_MIB,
    settings: [
      'SECRETS_PREFIX',
      'ORDERS_TABLE',
      'RATE_BUDGETS_TABLE',
      'CANCELS_QUEUE_URL',
      'DEAD_LETTER_QUEUE_URL',
      'ABSENCE_HORIZON_MS',
      'DUE_SHARDS',
      'ORDER_RETENTION_DAYS',
    ],
    callsExchange: true,
  },
  {
    name: 'reconcile-orders',
    id: 'ReconcileOrders',
    description: 'Ends doubt, follows open orders and queues stranded ones again.',
    timeoutS: 60,
    memoryMiB: MEMORY_MIB,
    settings: [
      'SECRETS_PREFIX',
      'ORDERS_TABLE',
      'RATE_BUDGETS_TABLE',
      'ORDERS_QUEUE_URL',
      'CANCELS_QUEUE_URL',
      'ABSENCE_HORIZON_MS',
      'DUE_SHARDS',
      'ORDER_RETENTION_DAYS',
      'RECONCILE_WATCHES',
    ],
    callsExchange: true,
  },
  {
    name: 'stream-orders',
    id: 'StreamOrders',
    description: 'Hears fills at once for accounts that want it, and hands over to its successor.',
    // The longest that Lambda allows: a stream is better the less often it is handed over.
    timeoutS: 900,
    memoryMiB: MEMORY_MIB,
    settings: [
      'SECRETS_PREFIX',
      'ORDERS_TABLE',
      'RATE_BUDGETS_TABLE',
      'ORDERS_QUEUE_URL',
      'CANCELS_QUEUE_URL',
      'ABSENCE_HORIZON_MS',
    ],
    callsExchange: true,
  },
  {
    name: 'publish-events',
    id: 'PublishEvents',
    description: 'Publishes every change of an order, and queues it for its producer.',
    timeoutS: 30,
    memoryMiB: MEMORY_MIB,
    settings: ['EVENT_BUS_NAME', 'RESULTS_QUEUE_URL'],
    callsExchange: false,
  },
  {
    name: 'deliver-results',
    id: 'DeliverResults',
    description: 'Posts results to their producers, in order per order, and keeps what waits.',
    // Attempts begin in its first twenty seconds; each may take five and has to be recorded.
    timeoutS: 30,
    memoryMiB: MEMORY_MIB,
    settings: [
      'SECRETS_PREFIX',
      'RESULTS_TABLE',
      'RESULTS_QUEUE_URL',
      'RESULTS_DEAD_LETTER_QUEUE_URL',
      'RESULTS_TO_LOOPBACK',
    ],
    callsExchange: false,
  },
  {
    name: 'retry-results',
    id: 'RetryResults',
    description: 'Queues results again whose time to be tried again has come.',
    timeoutS: 60,
    memoryMiB: MEMORY_MIB,
    settings: ['RESULTS_TABLE', 'RESULTS_QUEUE_URL', 'RESULTS_WATCH'],
    callsExchange: false,
  },
  {
    name: 'read-orders',
    id: 'ReadOrders',
    description: 'Answers questions about orders, and the health check.',
    timeoutS: 10,
    memoryMiB: MEMORY_MIB,
    settings: ['ORDERS_TABLE'],
    callsExchange: false,
  },
  {
    name: 'control-account',
    id: 'ControlAccount',
    description: 'Shows budgets and gates of an account and works its kill switch.',
    timeoutS: 10,
    memoryMiB: MEMORY_MIB,
    settings: ['SECRETS_PREFIX', 'RATE_BUDGETS_TABLE'],
    callsExchange: false,
  },
];

const CHECK_EGRESS: FunctionRow = {
  name: 'check-egress',
  id: 'CheckEgress',
  description: 'Looks which address the exchange sees, and tells when it is not one of ours.',
  timeoutS: 15,
  memoryMiB: MEMORY_MIB,
  settings: ['EGRESS_ADDRESSES', 'EGRESS_CHECK_URL'],
  callsExchange: true,
};

/** The functions of one stage: those of every stage, and what its options bring along. */
export function functionsOf({ egress }: Pick<Stage, 'egress'>): readonly FunctionRow[] {
  return egress === 'static' ? [...FUNCTIONS, CHECK_EGRESS] : FUNCTIONS;
}
