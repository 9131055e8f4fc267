import {
  DELAY_SECONDS_MAX,
  MESSAGE_BYTES_MAX,
  MESSAGE_BYTES_MIN,
  QUEUE_NAME_CHARACTERS_MAX,
  RETENTION_SECONDS_MAX,
  RETENTION_SECONDS_MIN,
  VISIBILITY_TIMEOUT_SECONDS_MAX,
  WAIT_SECONDS_MAX,
} from './limits.ts';
import {
  parseRedriveAllowPolicy,
  parseRedrivePolicy,
  type RedriveAllowPolicy,
  type RedrivePolicy,
} from './redrive-policy.ts';
import { invalidParameter, SqsError } from './sqs-error.ts';

/** The attributes of a queue by their names in the service, each value a text. */
export type QueueAttributes = Readonly<Record<string, string>>;

/** What the attributes mean, parsed once. */
export type QueueSettings = {
  visibilityTimeoutMs: number;
  delayMs: number;
  retentionMs: number;
  waitMs: number;
  messageBytesMax: number;
  contentBasedDeduplication: boolean;
  deduplicationScope: 'queue' | 'messageGroup';
  redrivePolicy: RedrivePolicy | undefined;
  redriveAllowPolicy: RedriveAllowPolicy | undefined;
};

const DEFAULTS = {
  VisibilityTimeout: '30',
  DelaySeconds: '0',
  MaximumMessageSize: String(MESSAGE_BYTES_MAX),
  MessageRetentionPeriod: '345600',
  ReceiveMessageWaitTimeSeconds: '0',
  FifoQueue: 'true',
  ContentBasedDeduplication: 'false',
  DeduplicationScope: 'queue',
  FifoThroughputLimit: 'perQueue',
  SqsManagedSseEnabled: 'true',
} as const;

type Check = (value: string) => boolean;

const range =
  (min: number, max: number): Check =>
  (value) =>
    /^\d{1,9}$/.test(value) && Number(value) >= min && Number(value) <= max;
const oneOf =
  (...values: string[]): Check =>
  (value) =>
    values.includes(value);
const policy =
  (parse: (value: string) => unknown): Check =>
  (value) =>
    value === '' || parse(value) !== undefined;

// Encryption and access policies are kept and shown; on one machine they guard nothing.
const CHECKS: Readonly<Record<string, Check>> = {
  VisibilityTimeout: range(0, VISIBILITY_TIMEOUT_SECONDS_MAX),
  DelaySeconds: range(0, DELAY_SECONDS_MAX),
  MaximumMessageSize: range(MESSAGE_BYTES_MIN, MESSAGE_BYTES_MAX),
  MessageRetentionPeriod: range(RETENTION_SECONDS_MIN, RETENTION_SECONDS_MAX),
  ReceiveMessageWaitTimeSeconds: range(0, WAIT_SECONDS_MAX),
  FifoQueue: oneOf('true'),
  ContentBasedDeduplication: oneOf('true', 'false'),
  DeduplicationScope: oneOf('queue', 'messageGroup'),
  FifoThroughputLimit: oneOf('perQueue', 'perMessageGroupId'),
  RedrivePolicy: policy(parseRedrivePolicy),
  RedriveAllowPolicy: policy(parseRedriveAllowPolicy),
  Policy: () => true,
  KmsMasterKeyId: () => true,
  KmsDataKeyReusePeriodSeconds: range(60, 86_400),
  SqsManagedSseEnabled: oneOf('true', 'false'),
};

/** Refuses a name that no FIFO queue can have, and the standard queues that are not served here. */
export function checkQueueName(name: string, attributes: QueueAttributes): void {
  const fifo = attributes.FifoQueue === 'true';
  const shape = /^[A-Za-z0-9_-]+(\.fifo)?$/;
  if (
    !shape.test(name) ||
    name.length > QUEUE_NAME_CHARACTERS_MAX ||
    fifo !== name.endsWith('.fifo')
  ) {
    throw new SqsError(
      'InvalidParameterValue',
      fifo
        ? 'The name of a FIFO queue can only include alphanumeric characters, hyphens, or' +
            ' underscores, must end with .fifo suffix and be 1 to 80 in length.'
        : 'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length.' +
            ' A name with the .fifo suffix needs the attribute FifoQueue=true.',
    );
  }
  if (!fifo) {
    throw new SqsError(
      'UnsupportedOperation',
      `Standard queues are not served here, so ${name} cannot be made.` +
        ' End the name with .fifo and set FifoQueue=true.',
    );
  }
}

/**
 * Applies changes to a set of attributes and gives the whole new set.
 *
 * An empty policy removes it, as in the service.
 *
 * @throws SqsError naming the attribute that is unknown or has a value it cannot have
 */
export function changeAttributes(
  current: QueueAttributes,
  changes: QueueAttributes,
): QueueAttributes {
  for (const [name, value] of Object.entries(changes)) {
    const check = CHECKS[name];
    if (check === undefined) {
      throw new SqsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
    }
    if (!check(value)) {
      throw new SqsError('InvalidAttributeValue', `Invalid value for the parameter ${name}.`);
    }
  }
  const changed = Object.entries({ ...current, ...changes }).filter(([, value]) => value !== '');
  const attributes: QueueAttributes = Object.fromEntries(changed);
  checkThroughput(attributes);
  return attributes;
}

/** Gives the full set of a new queue: the defaults with the given attributes over them. */
export function initialAttributes(attributes: QueueAttributes): QueueAttributes {
  return changeAttributes(DEFAULTS, attributes);
}

export function settingsOf(attributes: QueueAttributes): QueueSettings {
  const numberOf = (name: keyof typeof DEFAULTS) => Number(attributes[name] ?? DEFAULTS[name]);
  const redrive = attributes.RedrivePolicy;
  const allow = attributes.RedriveAllowPolicy;
  return {
    visibilityTimeoutMs: numberOf('VisibilityTimeout') * 1000,
    delayMs: numberOf('DelaySeconds') * 1000,
    retentionMs: numberOf('MessageRetentionPeriod') * 1000,
    waitMs: numberOf('ReceiveMessageWaitTimeSeconds') * 1000,
    messageBytesMax: numberOf('MaximumMessageSize'),
    contentBasedDeduplication: attributes.ContentBasedDeduplication === 'true',
    deduplicationScope: attributes.DeduplicationScope === 'messageGroup' ? 'messageGroup' : 'queue',
    redrivePolicy: redrive === undefined ? undefined : parseRedrivePolicy(redrive),
    redriveAllowPolicy: allow === undefined ? undefined : parseRedriveAllowPolicy(allow),
  };
}

// The limit itself is not enforced (one machine is not the limit's reason), its one rule is.
function checkThroughput(attributes: QueueAttributes): void {
  if (
    attributes.FifoThroughputLimit === 'perMessageGroupId' &&
    attributes.DeduplicationScope !== 'messageGroup'
  ) {
    throw invalidParameter(
      'FifoThroughputLimit',
      'perMessageGroupId',
      'It is only allowed with DeduplicationScope=messageGroup.',
    );
  }
}
