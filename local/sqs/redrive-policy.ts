import * as z from 'zod/mini';
import { RECEIVE_COUNT_MAX } from './limits.ts';
import { invalidParameter } from './sqs-error.ts';

/**
 * Names the dead-letter queue of a queue, and how many receives a message gets before it goes
 * there.
 */
export type RedrivePolicy = { deadLetterTargetArn: string; maxReceiveCount: number };

/** Names the queues that may use a queue as their dead-letter queue. */
export type RedriveAllowPolicy = {
  redrivePermission: 'allowAll' | 'denyAll' | 'byQueue';
  sourceQueueArns: readonly string[];
};

// The service takes the count as a number and as a text; templates and consoles write both.
const redrivePolicy = z.object({
  deadLetterTargetArn: z.string(),
  maxReceiveCount: z.union([z.number(), z.string().check(z.regex(/^\d+$/))]),
});

const redriveAllowPolicy = z.object({
  redrivePermission: z.enum(['allowAll', 'denyAll', 'byQueue']),
  sourceQueueArns: z._default(z.array(z.string()), []),
});

export function parseRedrivePolicy(value: string): RedrivePolicy {
  const parsed = redrivePolicy.safeParse(parseJson('RedrivePolicy', value));
  if (!parsed.success) {
    throw invalidParameter(
      'RedrivePolicy',
      value,
      'It must have deadLetterTargetArn and maxReceiveCount.',
    );
  }
  const maxReceiveCount = Number(parsed.data.maxReceiveCount);
  if (
    !Number.isInteger(maxReceiveCount) ||
    maxReceiveCount < 1 ||
    maxReceiveCount > RECEIVE_COUNT_MAX
  ) {
    throw invalidParameter(
      'RedrivePolicy',
      value,
      `Invalid value for maxReceiveCount: must be between 1 and ${RECEIVE_COUNT_MAX}.`,
    );
  }
  return { deadLetterTargetArn: parsed.data.deadLetterTargetArn, maxReceiveCount };
}

export function parseRedriveAllowPolicy(value: string): RedriveAllowPolicy {
  const parsed = redriveAllowPolicy.safeParse(parseJson('RedriveAllowPolicy', value));
  if (!parsed.success) {
    throw invalidParameter(
      'RedriveAllowPolicy',
      value,
      'redrivePermission must be allowAll, denyAll or byQueue; sourceQueueArns a list of ARNs.',
    );
  }
  return parsed.data;
}

/** Tells whether a queue lets another one use it as dead-letter queue; without a policy it does. */
export function allowsRedriveFrom(
  policy: RedriveAllowPolicy | undefined,
  sourceArn: string,
): boolean {
  switch (policy?.redrivePermission) {
    case 'denyAll':
      return false;
    case 'byQueue':
      return policy.sourceQueueArns.includes(sourceArn);
    case 'allowAll':
    case undefined:
      return true;
  }
}

function parseJson(name: string, value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    throw invalidParameter(name, value, 'It is not a JSON object.');
  }
}
