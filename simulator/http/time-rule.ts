import { illegalParameter, missingField, REFUSED, type Refusal } from '../exchange/refusals.ts';

const TIMESTAMP = /^\d{13}$/;
const WINDOW = /^\d{1,9}$/;
export const RECEIVE_WINDOW_DEFAULT_MS = 5000;
export const RECEIVE_WINDOW_MAX_MS = 8000;
/** From here on a timestamp counts as lying in the future. */
export const AHEAD_LIMIT_MS = 1000;

/**
 * Applies the exchange's rule for the age of a signed request: strictly less than a second ahead,
 * at most the receive window behind.
 */
export function timeRefusal(
  timestamp: string | undefined,
  receiveWindow: string | undefined,
  serverTime: number,
): Refusal | undefined {
  if (timestamp === undefined || !TIMESTAMP.test(timestamp)) return missingField('timestamp');
  if (receiveWindow !== undefined && !WINDOW.test(receiveWindow)) {
    return illegalParameter('recvWindow');
  }
  const windowMs = Number(receiveWindow ?? RECEIVE_WINDOW_DEFAULT_MS);
  if (windowMs > RECEIVE_WINDOW_MAX_MS) return illegalParameter('recvWindow');
  const sentAt = Number(timestamp);
  const accepted = sentAt < serverTime + AHEAD_LIMIT_MS && serverTime - sentAt <= windowMs;
  return accepted ? undefined : REFUSED.timestamp;
}
