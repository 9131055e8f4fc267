import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { Key } from 'aws-cdk-lib/aws-kms';
import {
  DeduplicationScope,
  FifoThroughputLimit,
  Queue,
  QueueEncryption,
  type QueueProps,
} from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { type QueueSettings, RESULT_QUEUE_SETTINGS } from '../queue-settings.ts';
import type { Stage } from '../stages.ts';
import { fixLogicalId } from './fixed-id.ts';

/** The queues of orders and of cancels, with the queue for what nobody could handle of either. */
export interface Queues {
  readonly orders: Queue;
  /** Of its own, so that a cancel never stands behind a backlog of orders. */
  readonly cancels: Queue;
  readonly deadLetter: Queue;
  readonly results: Queue;
  /** Of its own: its letters are for other people and go back another way. */
  readonly resultsDeadLetter: Queue;
}

/** Builds the queues. Producers give deduplication ids themselves: content says too little. */
export function buildQueues(
  scope: Construct,
  stage: Stage,
  settings: QueueSettings & { readonly key?: Key | undefined },
): Queues {
  const { key } = settings;
  const common = {
    retentionPeriod: Duration.days(settings.retentionDays),
    ...(key === undefined
      ? { encryption: QueueEncryption.SQS_MANAGED }
      : { encryption: QueueEncryption.KMS, encryptionMasterKey: key }),
    enforceSSL: true,
    removalPolicy: stage.keepsState ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
  } satisfies QueueProps;

  const fifo = settings.deadLetterIsFifo;
  const deadLetterQueue = (id: string, name: string) =>
    new Queue(scope, id, {
      ...common,
      queueName: `${stage.prefix}${name}${fifo ? '.fifo' : ''}`,
      ...(fifo ? { fifo } : {}),
    });
  const deadLetter = deadLetterQueue('DeadLetterQueue', 'orders-dead-letter');
  const resultsDeadLetter = deadLetterQueue('ResultsDeadLetterQueue', 'results-dead-letter');

  const working = {
    ...common,
    fifo: true,
    // Both per group: the high-throughput mode, in which lanes do not slow each other down.
    deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
    fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
    visibilityTimeout: Duration.seconds(settings.visibilityTimeoutS),
    deadLetterQueue: { queue: deadLetter, maxReceiveCount: settings.receivesMax },
  } satisfies QueueProps;
  const orders = new Queue(scope, 'OrdersQueue', {
    ...working,
    queueName: `${stage.prefix}orders.fifo`,
  });
  const cancels = new Queue(scope, 'CancelsQueue', {
    ...working,
    queueName: `${stage.prefix}cancels.fifo`,
  });

  const results = new Queue(scope, 'ResultsQueue', {
    ...working,
    queueName: `${stage.prefix}results.fifo`,
    visibilityTimeout: Duration.seconds(RESULT_QUEUE_SETTINGS.visibilityTimeoutS),
    deadLetterQueue: {
      queue: resultsDeadLetter,
      maxReceiveCount: RESULT_QUEUE_SETTINGS.receivesMax,
    },
  });

  fixLogicalId(deadLetter, 'DeadLetterQueue');
  fixLogicalId(orders, 'OrdersQueue');
  fixLogicalId(cancels, 'CancelsQueue');
  fixLogicalId(results, 'ResultsQueue');
  fixLogicalId(resultsDeadLetter, 'ResultsDeadLetterQueue');
  return { orders, cancels, deadLetter, results, resultsDeadLetter };
}
