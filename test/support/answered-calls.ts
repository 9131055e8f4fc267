import { type LiveCalls, NO_CALLS, noteFate } from '../../lib/domain/live-calls.ts';
import { NOON } from './order-events.ts';

/** Answers of calls that left on time, by the delays the exchange's stamps show. */
export const answered = (delaysMs: readonly number[], start = NOON): LiveCalls =>
  delaysMs.reduce<LiveCalls>((live, delayMs, index) => {
    const sentAt = start + index * 100;
    const timing = { sentAt, exchangeAt: sentAt + delayMs, answeredAt: sentAt + 80 };
    return noteFate(live, sentAt, { kind: 'answered', ...timing });
  }, NO_CALLS);

/** The same delay of every answer. */
export const steady = (answers: number, delayMs = 20) => Array<number>(answers).fill(delayMs);
