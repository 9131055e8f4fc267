import { createVirtualClock } from '../../lib/adapters/memory/clock.ts';
import { createRecordingLog } from '../../lib/adapters/memory/log.ts';
import { createRecordingMetrics } from '../../lib/adapters/memory/metrics.ts';
import { createMemoryOrderQueue } from '../../lib/adapters/memory/order-queue.ts';
import { createMemoryProducers } from '../../lib/adapters/memory/producers.ts';
import { createMemoryWaitingResults } from '../../lib/adapters/memory/waiting-results.ts';
import type { Producer, Results } from '../../lib/application/account.ts';
import { deliverBatch } from '../../lib/application/deliver-results/deliver-batch.ts';
import type { Delivered } from '../../lib/application/deliver-results/ports.ts';
import { resultMessage } from '../../lib/application/deliver-results/result-message.ts';
import type { HandedEvent } from '../../lib/application/integration-event.ts';
import { retryResults } from '../../lib/application/retry-results.ts';
import { Secret } from '../../lib/application/secret.ts';
import { DELIVERY_RULES } from '../../lib/domain/delivery-schedule.ts';
import { failing, type PortFault } from './intercepted-port.ts';
import { NOON } from './order-events.ts';
import { seededRandom } from './random.ts';

/** One call of a receiver. */
export interface Post {
  readonly url: string;
  readonly id: string;
  readonly body: string;
  readonly at: number;
}

/** What a receiver does with a call: whether it keeps it, what it says, and how long it takes. */
export interface Behaviour {
  readonly takes?: boolean;
  readonly says: Delivered;
  readonly tookMs?: number;
}

export const OK: Behaviour = { says: { kind: 'delivered' } };
export const FAILS: Behaviour = { says: { kind: 'failed', why: 'answered 500' }, takes: false };

const INVOCATION_MS = 30_000;

export function producer(producerId = 'demo', results: Partial<Results> | 'none' = {}): Producer {
  const secrets = [new Secret('whsec_AAAAAAAAAAAAAAAAAAAAAA==')];
  const to = {
    url: `https://${producerId}.example/hook`,
    secrets,
    ...(results !== 'none' && results),
  };
  return { producerId, secrets, accounts: ['desk-1'], ...(results !== 'none' && { results: to }) };
}

/** Makes everything between the publisher and receivers, in memory and on virtual time. */
export function createResultDesk(producers: readonly Producer[] = [producer()]) {
  const clock = createVirtualClock(NOON);
  const queue = createMemoryOrderQueue(clock);
  const waiting = createMemoryWaitingResults();
  const metrics = createRecordingMetrics();
  const log = createRecordingLog();
  const configured = { now: producers };
  const posts: Post[] = [];
  const kept: Post[] = [];
  const desk = {
    behave: (_post: Post): Behaviour => OK,
    fault: (_port: string, _method: string): PortFault | undefined => undefined,
  };
  const dependencies = {
    producers: {
      get: async (id: string) => createMemoryProducers(configured.now).get(id),
    },
    waiting: failing(waiting, (method) => desk.fault('waiting', method)),
    queue: failing(queue, (method) => desk.fault('queue', method)),
    receiver: {
      async post({ body, id }: { readonly body: string; readonly id: string }, to: Results) {
        const post = { url: to.url, id, body, at: clock.now() };
        posts.push(post);
        const { says, takes = true, tookMs = 100 } = desk.behave(post);
        await clock.sleep(tookMs);
        if (takes) kept.push(post);
        return says;
      },
    },
    clock,
    random: seededRandom(1),
    log,
    metrics,
    rules: DELIVERY_RULES,
  };
  const remaining = (ms: number) => {
    const endsMs = clock.monotonicMs() + ms;
    return () => endsMs - clock.monotonicMs();
  };

  /** One invocation of `deliver-results`. @returns how many messages it got */
  async function deliver(): Promise<number> {
    const records = queue.receive(10);
    const returned = await deliverBatch(dependencies, records, remaining(INVOCATION_MS));
    for (const { messageId, receiptHandle } of records) {
      if (!returned.includes(messageId)) queue.acknowledge(receiptHandle);
    }
    return records.length;
  }

  async function work(untilAt: number): Promise<void> {
    const settings = { watches: false, idleMs: 500 };
    while (clock.now() < untilAt) {
      try {
        await retryResults({ ...dependencies, settings }, remaining(6_000));
      } catch {
        // The next minute's pass goes on.
      }
      if ((await deliver()) > 0) continue;
      // Nothing happens before a message shows again or a line falls due.
      const next = Math.min(
        queue.nextVisibleAt() ?? untilAt,
        ...waiting.lines().map(({ dueAt }) => dueAt),
        untilAt,
      );
      await clock.sleep(Math.max(1_000, next - clock.now()));
    }
  }

  return {
    ...desk,
    desk,
    clock,
    queue,
    waiting,
    metrics,
    log,
    posts,
    kept,
    configured,
    dependencies,
    /** Queues events as the publisher does. */
    async publish(events: readonly HandedEvent[], producerId = 'demo') {
      for (const event of events) {
        await queue.enqueue(resultMessage({ producerId, event }));
      }
    },
    deliver: () => clock.runUntil(deliver()),
    /** Lets consumers and passes work for so long. */
    run: (ms: number) => clock.runUntil(work(clock.now() + ms)),
    idsOf: (all: readonly Post[]) => all.map(({ id }) => id),
  };
}
