import type { AwsService } from './aws-client.ts';
import type { AwsTimeLimits } from './aws-request.ts';

/**
 * Short, for functions that have only ten seconds to answer call these: three tries end within
 * about seven.
 */
const QUICK: AwsTimeLimits = { connectMs: 500, answerMs: 2_000 };

/** The services that are called, by their names in `AWS_ENDPOINT_URL_<name>`. */
export const AWS_SERVICES = {
  DYNAMODB: { name: 'dynamodb', targetPrefix: 'DynamoDB_20120810', jsonVersion: '1.0' },
  /** A repeated call may publish events twice: its limits are the patient ones. */
  EVENTBRIDGE: { name: 'events', targetPrefix: 'AWSEvents', jsonVersion: '1.1' },
  SECRETS_MANAGER: {
    name: 'secretsmanager',
    targetPrefix: 'secretsmanager',
    jsonVersion: '1.1',
    limits: QUICK,
  },
  /** A repeated send is dropped by its deduplication id; no call waits for messages. */
  SQS: { name: 'sqs', targetPrefix: 'AmazonSQS', jsonVersion: '1.0', limits: QUICK },
} as const satisfies Readonly<Record<string, AwsService>>;

/** A service that is called. */
export type AwsServiceName = keyof typeof AWS_SERVICES;
