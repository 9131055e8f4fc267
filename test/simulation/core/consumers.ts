import type {
  MemoryOrderQueue,
  ReceivedMessage,
} from '../../../lib/adapters/memory/order-queue.ts';
import { DEFAULT_SETTINGS } from '../../../lib/application/settings.ts';
import type { QueueRecord } from '../../../lib/application/submit/queue-record.ts';
import type { Commons } from './commons.ts';
import type { Crew } from './crew.ts';
import type { Process } from './process.ts';
import type { Signal } from './signal.ts';

/** Time limit of the functions that submit and that cancel. */
const INVOCATION_MS = 20_000;
/** A poller that found nothing asks again after so long at the latest. */
const POLL_MS = 20_000;

/** Handles a batch, as `submitBatch` does. */
export type Consume = (
  process: Process,
  records: readonly QueueRecord[],
  remainingMs: () => number,
) => Promise<readonly string[]>;

/** The settings that submitting goes by. */
export const SUBMIT_SETTINGS = DEFAULT_SETTINGS.submit;

/** Whose messages a consumer handles, and how. */
export interface Consumption {
  readonly functionName: 'submit-order' | 'cancel-order';
  readonly isOver: () => boolean;
  readonly handle: Consume;
  /** The first batch is also handed to a second consumer so long after the first. */
  readonly secondDeliveryMs: number | undefined;
}

/** Polls a queue by Lambda's rules: a batch at a time, failed records come back, the rest is gone. */
export async function consume(
  commons: Commons,
  crew: Crew,
  { functionName, isOver, handle, secondDeliveryMs }: Consumption,
  number: number,
): Promise<void> {
  const { recorder, timeline, weatherNow } = commons;
  const { queue, signal } = queueFor(commons, functionName);
  const name = functionName === 'submit-order' ? 'consumer' : 'canceler';
  const chance = commons.chance.fork(`${name} ${number}`);

  async function invoke(messages: readonly ReceivedMessage[]): Promise<void> {
    const messageIds = messages.map(({ messageId }) => messageId);
    recorder.note(`${name}-${number}`, { kind: 'delivered', messageIds });
    const returned = await crew.invoke(functionName, INVOCATION_MS, (process, remainingMs) =>
      handle(process, messages.map(unpoisoned), remainingMs),
    );
    if (returned === undefined || chance.happens(weatherNow().lostAcknowledgement)) return;
    for (const { messageId, receiptHandle } of messages) {
      if (!returned.includes(messageId)) queue.acknowledge(receiptHandle);
    }
    signal.notify();
  }

  let batches = 0;
  while (!isOver()) {
    const messages = queue.receive(chance.between(1, 10));
    if (messages.length === 0) {
      const shownAt = queue.nextVisibleAt() ?? Number.POSITIVE_INFINITY;
      const untilMs = shownAt - commons.startAt - timeline.nowMs();
      await signal.wait(Math.min(POLL_MS, Math.max(1, untilMs)));
      continue;
    }
    // A second consumer that believes the same messages to be its own.
    const isTwice = chance.happens(weatherNow().deliveredTwice);
    const drawnMs = chance.oneOf([0, 1, chance.below(100), chance.below(3_000)]);
    const plannedMs = batches === 0 ? secondDeliveryMs : undefined;
    const delayMs = plannedMs ?? (isTwice ? drawnMs : undefined);
    batches += 1;
    if (delayMs !== undefined) {
      timeline.at(timeline.nowMs() + delayMs, () => void invoke(messages));
    }
    await invoke(messages);
  }
}

function queueFor(
  { cancels, onCancels, onQueue, queue }: Commons,
  functionName: Consumption['functionName'],
): { readonly queue: MemoryOrderQueue; readonly signal: Signal } {
  return functionName === 'submit-order'
    ? { queue, signal: onQueue }
    : { queue: cancels, signal: onCancels };
}

/** A queue in memory holds objects; a message that nobody can read is kept as one of its own. */
function unpoisoned(message: ReceivedMessage): ReceivedMessage {
  const poison = /^\{"poison":(".*")\}$/.exec(message.body)?.[1];
  return poison === undefined ? message : { ...message, body: String(JSON.parse(poison)) };
}
