import { setTimeout as pause } from 'node:timers/promises';
import type { Child } from '../processes/child.ts';
import type { Send } from '../work.ts';
import type { FedBatch, Feed } from './feed.ts';
import { batchAnswerSchema } from './worker-calls.ts';

/** Between two invocations of one instance, as the event source mapping takes it. */
const BETWEEN_BATCHES_MS = { least: 30, most: 100 } as const;
/** An idle instance looks for work so often; long polling answers as fast. */
const IDLE_MS = 2;
/** An invocation ends within the function's timeout of 20 s. */
const BATCH_WITHIN_MS = 40_000;

/** What the invocations of one run did. */
export interface Driven {
  readonly sends: Send[];
  readonly gateClosedAt: number[];
  putAside: number;
  failures: number;
}

/** How a run's invocations are driven. */
export interface Drive {
  readonly feed: Feed;
  readonly workers: readonly Child[];
  readonly random: () => number;
  /** Whether more will be enqueued. */
  readonly isComplete: () => boolean;
  readonly deadlineMs: number;
  readonly handedAt: ReadonlyMap<string, number>;
}

/** Feeds batches to the workers until everything is settled or the time is over. */
export async function driveWorkers(drive: Drive): Promise<Driven> {
  const driven: Driven = { sends: [], gateClosedAt: [], putAside: 0, failures: 0 };
  await Promise.all(drive.workers.map((worker) => driveOne(drive, worker, driven)));
  return driven;
}

async function driveOne(drive: Drive, worker: Child, driven: Driven): Promise<void> {
  const { feed, random } = drive;
  const { least, most } = BETWEEN_BATCHES_MS;
  while (performance.now() < drive.deadlineMs) {
    const batch = feed.take(Date.now());
    if (batch !== undefined) {
      await invoke(drive, worker, { batch, driven });
      await pause(least + random() * (most - least));
    } else if (drive.isComplete() && feed.waiting() === 0) {
      return;
    } else {
      await pause(IDLE_MS);
    }
  }
}

async function invoke(
  { feed, handedAt }: Drive,
  worker: Child,
  { batch, driven }: { readonly batch: FedBatch; readonly driven: Driven },
): Promise<void> {
  const records = batch.messages.map((one) => ({ ...one, receiptHandle: one.messageId }));
  const ask = { name: 'batch', input: { records }, answer: batchAnswerSchema };
  try {
    const answer = await worker.ask({ ...ask, withinMs: BATCH_WITHIN_MS });
    driven.putAside = Math.max(driven.putAside, answer.putAside);
    driven.gateClosedAt.push(...answer.gateClosedAt);
    for (const { clientOrderId, sentAt, answeredAt } of answer.sent) {
      const handed = handedAt.get(clientOrderId) ?? sentAt;
      const lane = batch.messageGroupId;
      driven.sends.push({ clientOrderId, lane, sentAt, answeredAt, handedAt: handed });
    }
    feed.settle(batch, answer, Date.now());
  } catch (error) {
    // As when an invocation fails: everything comes back after the visibility timeout.
    driven.failures += 1;
    process.stderr.write(`an invocation failed: ${String(error)}\n`);
    feed.settle(batch, { returned: batch.messages.map((one) => one.messageId) }, Date.now());
  }
}
