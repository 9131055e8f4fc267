import type { Core } from './core.ts';
import { nextChangeAt } from './expire.ts';
import { TIMER_MS_MAX } from './limits.ts';
import { type ReceivedMessage, type ReceiveRequest, receiveNow } from './receive.ts';
import type { Waiters } from './waiters.ts';

/**
 * Receives, looking again whenever the queue may have changed, until something comes or time is up.
 *
 * A caller that gives up takes nothing afterwards: looking and taking are one step, and the signal
 * is read before it.
 */
export async function receiveWaiting(
  core: Core,
  waiters: Waiters,
  request: ReceiveRequest & { queueName: string; signal: AbortSignal | undefined },
): Promise<ReceivedMessage[]> {
  const { queues, clock } = core;
  const { queueName, signal } = request;
  const until = clock.now() + (request.waitMs ?? queues.get(queueName).settings.waitMs);
  while (!waiters.ended() && !signal?.aborted) {
    const queue = queues.get(queueName);
    const messages = receiveNow(core, queue, request);
    const now = clock.now();
    if (messages.length > 0 || now >= until) return messages;
    const delayMs = Math.min(until, nextChangeAt(core, queue, now)) - now;
    await waiters.wait(queue, Math.min(Math.max(delayMs, 1), TIMER_MS_MAX), signal);
  }
  return [];
}
