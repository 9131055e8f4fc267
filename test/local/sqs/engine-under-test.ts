import { openEngine, type SqsEngine } from '../../../local/sqs/engine.ts';
import type { QueueAttributes } from '../../../local/sqs/queue-attributes.ts';
import type { ReceivedMessage } from '../../../local/sqs/receive.ts';
import type { Clock, Timer } from '../../../local/sqs/system.ts';

/** A clock that moves only when told, with the timers that run on it. */
export type FakeTime = { clock: Clock; timer: Timer; advance(byMs: number): Promise<void> };

export const START = 1_700_000_000_000;
export const QUEUE = 'orders.fifo';
export const DEAD = 'dead.fifo';

export function fakeTime(): FakeTime {
  let now = START;
  const pending = new Set<{ at: number; fire: () => void }>();
  return {
    clock: { now: () => now },
    timer: (delayMs, fire) => {
      const entry = { at: now + delayMs, fire };
      pending.add(entry);
      return () => pending.delete(entry);
    },
    async advance(byMs) {
      const until = now + byMs;
      for (;;) {
        const due = [...pending].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
        if (due === undefined) break;
        pending.delete(due);
        now = Math.max(now, due.at);
        due.fire();
        await settled();
      }
      now = until;
      await settled();
    },
  };
}

/** Lets everything that is ready to run in promises run. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

export type Bench = ReturnType<typeof openBench>;

/** An engine on a fake clock with one queue, and short words for what tests do with it. */
export function openBench(
  attributes: QueueAttributes = {},
  options: { file?: string; time?: FakeTime; inFlightMax?: number } = {},
) {
  const time = options.time ?? fakeTime();
  let count = 0;
  const engine: SqsEngine = openEngine({
    file: options.file ?? ':memory:',
    clock: time.clock,
    timer: time.timer,
    ids: { next: () => `id-${time.clock.now()}-${count++}` },
    inFlightMax: options.inFlightMax,
  });
  engine.createQueue(DEAD, { FifoQueue: 'true' });
  engine.createQueue(QUEUE, { FifoQueue: 'true', ...attributes });

  const bench = {
    engine,
    time,
    /** Sends a body to the group its first letter names. */
    send: (...all: string[]) =>
      all.map((body) =>
        engine.send(QUEUE, {
          body,
          groupId: body.slice(0, 1),
          deduplicationId: `${body}-${count++}`,
        }),
      ),
    take: (messagesMax = 10, visibilityTimeoutMs?: number) =>
      engine.receiveNow(QUEUE, { messagesMax, visibilityTimeoutMs }),
    remove: (...messages: ReceivedMessage[]) =>
      messages.map(({ receiptHandle }) => engine.deleteMessage(QUEUE, receiptHandle)),
    hide: (message: ReceivedMessage, visibilityTimeoutMs: number) =>
      engine.changeVisibility(QUEUE, { receiptHandle: message.receiptHandle, visibilityTimeoutMs }),
    /** Takes and deletes until nothing comes. */
    drain: () => {
      const out: string[] = [];
      for (;;) {
        const batch = engine.receiveNow(QUEUE, { messagesMax: 10 });
        if (batch.length === 0) return bodies(batch, out);
        bench.remove(...batch);
        bodies(batch, out);
      }
    },
  };
  return bench;
}

export function bodies(messages: readonly ReceivedMessage[], into: string[] = []): string[] {
  into.push(...messages.map(({ body }) => body));
  return into;
}

export function only<T>(items: readonly T[]): T {
  const [item] = items;
  if (item === undefined || items.length !== 1) {
    throw new Error(`Expected exactly one, got ${items.length}.`);
  }
  return item;
}

/** The policy that sends messages to the test's dead-letter queue after some receives. */
export function redriveAfter(maxReceiveCount: number): QueueAttributes {
  const deadLetterTargetArn = `arn:aws:sqs:us-east-1:000000000000:${DEAD}`;
  return { RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount }) };
}
