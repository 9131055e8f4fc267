import type { InvokeOutcome, Invoker } from '../lambda/invoke-outcome.ts';
import { systemTimers, type Timers, wait } from '../schedule/timers.ts';
import type { SqsMappingDescription } from '../template/description.ts';
import { readBatchResponse } from './batch-response.ts';
import type { QueueMessage, QueueSource } from './queue-source.ts';
import { createSlots } from './slots.ts';
import { sqsEvent } from './sqs-event.ts';

export type SqsMappingOptions = {
  readonly mapping: SqsMappingDescription;
  readonly queue: QueueSource;
  readonly invoker: Invoker;
  readonly region: string;
  readonly accountId: string;
  readonly log: (line: string) => void;
  readonly timers?: Timers;
};

export type RunningMapping = {
  /** Takes nothing more and waits for the batches under way. */
  stop(): Promise<void>;
};

type Running = Required<SqsMappingOptions> & { readonly signal: AbortSignal };

/** The longest wait SQS allows. */
const LONG_POLL_MS = 20_000;

/** Without a limit a mapping goes up to 1,250 in the cloud; one machine bears this much. */
const CONCURRENCY_DEFAULT = 10;

/** A queue that cannot be read now is asked again in a moment. */
const RECEIVE_RETRY_MS = 1_000;

/** A queue that answers at once although it has nothing must not keep the process busy. */
const EMPTY_PAUSE_MS = 20;

/** Lambda backs off, too, while the function has no free concurrency. */
const THROTTLE_WAIT_FIRST_MS = 50;
const THROTTLE_WAIT_MAX_MS = 2_000;

/**
 * Feeds a function from a queue by Lambda's rules.
 *
 * Batches hold what is there when one is free, without waiting for more. Succeeded messages are
 * deleted. Failed ones are left alone: they come back when their visibility timeout runs out, or
 * when the function itself changed it. That a message group has one batch at a time is the
 * queue's own rule.
 */
export function runSqsMapping(options: SqsMappingOptions): RunningMapping {
  const stopping = new AbortController();
  const running = { timers: systemTimers, ...options, signal: stopping.signal };
  const polling = poll(running);
  return {
    async stop() {
      stopping.abort();
      await polling;
    },
  };
}

async function poll(running: Running): Promise<void> {
  const { mapping, signal } = running;
  const slots = createSlots(mapping.maximumConcurrency ?? CONCURRENCY_DEFAULT);
  while (!signal.aborted) {
    await slots.free();
    const messages = await receive(running);
    // What was received while stopping is worked on all the same: otherwise its group would stay
    // locked for the whole visibility timeout after the next start.
    if (messages.length > 0) slots.use(() => processBatch(running, messages));
    else await wait(running.timers, EMPTY_PAUSE_MS, signal);
  }
  await slots.empty();
}

async function receive(running: Running): Promise<readonly QueueMessage[]> {
  const { mapping, queue, timers, signal, log } = running;
  const request = { messagesMax: mapping.batchSize, waitMs: LONG_POLL_MS };
  try {
    return signal.aborted ? [] : await queue.receive(mapping.queueName, request, signal);
  } catch (error) {
    log(`${mapping.queueName} cannot be received from: ${String(error)}`);
    await wait(timers, RECEIVE_RETRY_MS, signal);
    return [];
  }
}

async function processBatch(running: Running, messages: readonly QueueMessage[]): Promise<void> {
  const { mapping, log } = running;
  try {
    const outcome = await invokeWhileVisible(running, messages);
    for (const message of succeeded(running, messages, outcome)) {
      await running.queue.deleteMessage(mapping.queueName, message.receiptHandle);
    }
  } catch (error) {
    // Nothing is lost: what was not deleted comes back.
    log(`${mapping.queueName} to ${mapping.functionName}: ${String(error)}`);
  }
}

/**
 * Invokes, again while the function is throttled, but only as long as a run that starts now ends
 * before the messages become visible to others.
 */
async function invokeWhileVisible(
  running: Running,
  messages: readonly QueueMessage[],
): Promise<InvokeOutcome> {
  const { mapping, invoker, timers, signal } = running;
  const event = sqsEvent(messages, { ...running, queueArn: mapping.queueArn });
  const startBy = timers.now() + mapping.visibilityTimeoutMs - mapping.functionTimeoutMs;
  let waitMs = THROTTLE_WAIT_FIRST_MS;
  for (;;) {
    const outcome = await invoker.invoke(mapping.functionName, event, { waitMs: 0 });
    const isTooLate = timers.now() + waitMs >= startBy;
    if (outcome.kind !== 'throttled' || isTooLate || signal.aborted) return outcome;
    await wait(timers, waitMs, signal);
    waitMs = Math.min(waitMs * 2, THROTTLE_WAIT_MAX_MS);
  }
}

function succeeded(
  { mapping, log }: Running,
  messages: readonly QueueMessage[],
  outcome: InvokeOutcome,
): readonly QueueMessage[] {
  const where = `${mapping.queueName} to ${mapping.functionName}`;
  switch (outcome.kind) {
    case 'throttled':
      log(`${where}: ${messages.length} messages not processed: ${outcome.reason}`);
      return [];
    case 'failed': {
      const { errorType, errorMessage } = outcome.functionError;
      log(`${where}: ${messages.length} messages failed: ${errorType}: ${errorMessage}`);
      return [];
    }
    case 'succeeded':
      break;
  }
  if (!mapping.reportBatchItemFailures) return messages;
  const ids = messages.map(({ messageId }) => messageId);
  const verdict = readBatchResponse(outcome.payload, ids);
  switch (verdict.kind) {
    case 'all-succeeded':
      return messages;
    case 'all-failed':
      log(`${where}: ${messages.length} messages failed: ${verdict.reason}`);
      return [];
    case 'some-failed':
      return messages.filter(({ messageId }) => !verdict.failed.has(messageId));
  }
}
