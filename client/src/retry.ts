/** How one attempt ended, as far as repeating it goes. */
export type AttemptEnd =
  | { readonly kind: 'no-answer' }
  | { readonly kind: 'answer'; readonly status: number; readonly retryAfter: string | null };

/** What the waits between attempts are made of. */
export interface RetrySettings {
  /** Repeats after the first attempt. */
  readonly retries: number;
  /** The first wait is at most so long; each further one at most twice the one before. */
  readonly firstWaitMs: number;
  readonly waitMaxMs: number;
}

/** The settings of a client that sets none: about 12 s of waiting at most. */
export const DEFAULT_RETRIES: RetrySettings = { retries: 5, firstWaitMs: 200, waitMaxMs: 8_000 };

/** A server that wants more patience than this is told to the caller instead. */
export const RETRY_AFTER_MAX_MS = 60_000;

/** Of the answers below 500 these alone may be otherwise next time. */
const RETRIED_BELOW_500: readonly number[] = [408, 429];

/**
 * Says how long to wait before the same request is sent again; undefined when it is not to be.
 *
 * Waits grow and are drawn from zero up (full jitter), so that callers who failed together do not
 * come back together. What the server asks for in `Retry-After` is the least.
 *
 * @param made - attempts made so far, 1 and more
 * @param random - from 0 up to, but not, 1
 */
export function retryWaitMs(
  end: AttemptEnd,
  made: number,
  settings: RetrySettings,
  { now, random }: { readonly now: number; readonly random: number },
): number | undefined {
  if (made > settings.retries || !mayBeOtherwise(end)) return undefined;
  const growing = settings.firstWaitMs * 2 ** (made - 1);
  const drawn = random * Math.min(settings.waitMaxMs, growing);
  const asked = end.kind === 'answer' ? retryAfterMs(end.retryAfter, now) : 0;
  if (asked > RETRY_AFTER_MAX_MS) return undefined;
  return Math.ceil(Math.max(drawn, asked));
}

function mayBeOtherwise(end: AttemptEnd): boolean {
  return end.kind === 'no-answer' || end.status >= 500 || RETRIED_BELOW_500.includes(end.status);
}

/** `Retry-After` is seconds or a date; anything else asks for nothing. */
function retryAfterMs(header: string | null, now: number): number {
  if (header === null) return 0;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1_000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? 0 : Math.max(0, at - now);
}
