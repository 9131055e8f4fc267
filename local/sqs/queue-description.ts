import type { SqsEngine } from './engine.ts';
import { SqsError } from './sqs-error.ts';

// Attributes a queue may have without having them now: asking for them is no error.
const OPTIONAL = [
  'KmsDataKeyReusePeriodSeconds',
  'KmsMasterKeyId',
  'Policy',
  'RedriveAllowPolicy',
  'RedrivePolicy',
];

/**
 * Describes a queue by the attributes asked for, `All` for every one.
 *
 * @throws SqsError naming an attribute that no queue has
 */
export function describeQueue(
  engine: SqsEngine,
  queueName: string,
  names: readonly string[],
): Record<string, string> {
  const counts = engine.countMessages(queueName);
  const queue = engine.findQueue(queueName);
  const all: Record<string, string> = {
    ...queue?.attributes,
    QueueArn: queue?.arn ?? '',
    ApproximateNumberOfMessages: String(counts.visible),
    ApproximateNumberOfMessagesNotVisible: String(counts.inFlight),
    ApproximateNumberOfMessagesDelayed: String(counts.delayed),
    CreatedTimestamp: seconds(queue?.createdAt),
    LastModifiedTimestamp: seconds(queue?.modifiedAt),
  };
  if (names.includes('All')) return all;

  const wanted: Record<string, string> = {};
  for (const name of names) {
    const value = all[name];
    if (value !== undefined) wanted[name] = value;
    else if (!OPTIONAL.includes(name)) {
      throw new SqsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
    }
  }
  return wanted;
}

function seconds(timeMs = 0): string {
  return String(Math.floor(timeMs / 1000));
}
