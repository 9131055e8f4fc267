import { nextAttemptAt } from '../../domain/delivery-schedule.ts';
import type { UnixMs } from '../../domain/time.ts';
import type { Results } from '../account.ts';
import { type HandedEvent, publishedForm } from '../integration-event.ts';
import { METRICS } from '../metrics.ts';
import { ATTEMPT_RESERVE_MS, type DeliverDependencies, QUEUED_MAX_MS } from './dependencies.ts';
import type { WaitingLine } from './ports.ts';
import { resultMessage } from './result-message.ts';

/** What a batch holds for one order. */
export interface OrderResults {
  readonly orderId: string;
  readonly producerId: string;
  /** In the order of the queue. */
  readonly events: readonly HandedEvent[];
  /** Whether the batch says that the order's waiting results are due. */
  readonly isDue: boolean;
  /** When the oldest of the messages was queued. */
  readonly enqueuedAt: UnixMs;
}

/** Waiting events read at once; an order rarely has more. */
const PAGE = 40;

/** Why delivering stopped before the end. */
type Stop =
  | { readonly kind: 'unwanted' }
  | { readonly kind: 'gone' }
  | { readonly kind: 'no time' }
  | { readonly kind: 'failed'; readonly why: string };

/** Where results go, and how long there is to send them. */
interface Way {
  readonly to: Results | undefined;
  readonly isGone: boolean;
  readonly remainingMs: () => number;
}

/**
 * Delivers the results of one order, strictly in order, and keeps what its receiver does not take.
 *
 * While something of the order waits, everything newer waits behind it. When this returns, every
 * event is delivered, in the waiting room, or put aside; when it throws, the messages have to come
 * back. One call at a time per order: the queue's groups see to that.
 */
export async function deliverOrder(
  dependencies: DeliverDependencies,
  given: OrderResults,
  remainingMs: () => number,
): Promise<void> {
  const { clock, producers, waiting } = dependencies;
  const { isDue, orderId, producerId } = given;
  const [line, producer, goneUrl] = await Promise.all([
    waiting.get(orderId),
    producers.get(producerId),
    waiting.goneUrl(producerId),
  ]);
  const to = producer?.results;
  const events = inOrder(given.events).filter(({ type }) => to?.events?.includes(type) ?? true);
  if (line === undefined && (to === undefined || events.length === 0)) return;

  const now = clock.now();
  const fresh: WaitingLine = { orderId, producerId, attempts: 0, since: now, dueAt: now };
  const run = new OrderRun(dependencies, line ?? fresh, {
    to,
    isGone: to !== undefined && to.url === goneUrl,
    remainingMs,
  });
  if (line === undefined && now - given.enqueuedAt > QUEUED_MAX_MS) {
    await waiting.add(events);
    await waiting.set(fresh);
  } else if (line === undefined) {
    await run.deliver(events);
  } else {
    await waiting.add(events);
    if (isDue) await run.deliverWaiting();
  }
}

/** One order's results on their way to its receiver. */
class OrderRun {
  readonly #dependencies: DeliverDependencies;
  #line: WaitingLine;
  readonly #way: Way;

  constructor(dependencies: DeliverDependencies, line: WaitingLine, way: Way) {
    this.#dependencies = dependencies;
    this.#line = line;
    this.#way = way;
  }

  /** Delivers events that wait nowhere yet. */
  async deliver(events: readonly HandedEvent[]): Promise<void> {
    for (const [index, event] of events.entries()) {
      const stop = await this.#post(event);
      if (stop === undefined) continue;
      const rest = events.slice(index);
      const dueAt = await this.#dueAfter(stop);
      if (dueAt === undefined) return this.#putAside(rest, stop);
      await this.#dependencies.waiting.add(rest);
      return this.#dependencies.waiting.set({ ...this.#line, dueAt });
    }
  }

  /** Delivers what waits, until nothing does or its receiver stops it. */
  async deliverWaiting(): Promise<void> {
    const { waiting } = this.#dependencies;
    const { orderId } = this.#line;
    for (;;) {
      const page = await waiting.events(orderId, PAGE);
      if (page.length === 0) return waiting.end(orderId);
      for (const event of page) {
        const stop = await this.#post(event);
        if (stop !== undefined) {
          const dueAt = await this.#dueAfter(stop);
          return dueAt === undefined
            ? this.#putWaitingAside(stop)
            : waiting.set({ ...this.#line, dueAt });
        }
        await waiting.remove(event);
        // The next one is tried anew, and has all of its time.
        this.#line = { ...this.#line, attempts: 0 };
      }
    }
  }

  async #post(event: HandedEvent): Promise<Stop | undefined> {
    const { clock, metrics, receiver, waiting } = this.#dependencies;
    const { isGone, remainingMs, to } = this.#way;
    if (to === undefined) return { kind: 'unwanted' };
    if (isGone) return { kind: 'gone' };
    if (remainingMs() < ATTEMPT_RESERVE_MS) return { kind: 'no time' };
    const webhook = { id: event.id, body: webhookBody(event), now: clock.now() };
    const answer = await receiver.post(webhook, to);
    if (answer.kind === 'delivered') {
      metrics.count(METRICS.resultDelivered);
      metrics.duration(METRICS.resultLatency, Math.max(0, clock.now() - event.data.at));
      return undefined;
    }
    if (answer.kind === 'gone') await waiting.setGone(this.#line.producerId, to.url);
    return answer;
  }

  /** Says when to go on after a stop; undefined when it is over. */
  async #dueAfter(stop: Stop): Promise<UnixMs | undefined> {
    const { clock, log, metrics, random, rules } = this.#dependencies;
    const now = clock.now();
    if (stop.kind === 'no time') return now;
    if (stop.kind !== 'failed') return undefined;
    const attempts = this.#line.attempts + 1;
    const since = attempts === 1 ? now : this.#line.since;
    this.#line = { ...this.#line, attempts, since };
    const dueAt = nextAttemptAt(rules, { attempts, since }, { now, chance: random() });
    const { orderId, producerId } = this.#line;
    log.warn('a receiver did not take a result', { producerId, orderId, attempts, why: stop.why });
    if (dueAt !== undefined) metrics.count(METRICS.resultRetried);
    return dueAt;
  }

  async #putWaitingAside(stop: Stop): Promise<void> {
    const { waiting } = this.#dependencies;
    const { orderId } = this.#line;
    for (;;) {
      const page = await waiting.events(orderId, PAGE);
      if (page.length === 0) return waiting.end(orderId);
      for (const event of page) {
        await this.#putAside([event], stop);
        await waiting.remove(event);
      }
    }
  }

  async #putAside(events: readonly HandedEvent[], stop: Stop): Promise<void> {
    const { clock, log, metrics, queue } = this.#dependencies;
    const { orderId, producerId } = this.#line;
    const reason = reasonOf(stop);
    for (const event of events) {
      const { body } = resultMessage({ producerId, event });
      await queue.putAside({
        body: JSON.stringify(body),
        messageGroupId: orderId,
        // Given up, redelivered and given up again is another letter.
        messageId: `${event.id}/${clock.now()}`,
        reason,
      });
      metrics.count(METRICS.resultFailed);
    }
    log.error('results of an order were given up', { producerId, orderId, reason });
  }
}

function reasonOf(stop: Stop): string {
  if (stop.kind === 'failed') return `given up: ${stop.why}`;
  if (stop.kind === 'gone') return 'the receiver answered 410: it wants no results';
  return 'the producer wants no results any more';
}

/** By sequence, each once: a stream that was read again repeats what it said. */
function inOrder(events: readonly HandedEvent[]): readonly HandedEvent[] {
  const bySequence = new Map(events.map((event) => [event.data.sequence, event]));
  return [...bySequence.values()].toSorted((one, other) => one.data.sequence - other.data.sequence);
}

/** The same text for every attempt: it is what is signed. */
function webhookBody(event: HandedEvent): string {
  const timestamp = new Date(event.data.at).toISOString();
  return JSON.stringify({ type: event.type, timestamp, data: publishedForm(event) });
}
