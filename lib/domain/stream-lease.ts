import { MINUTE_MS, SECOND_MS, type UnixMs } from './time.ts';

/** Who follows the user data stream of one account. One at a time, but for a handover. */
export interface StreamLease {
  readonly holder: string;
  /** Unless it is extended, anybody may take it after this. */
  readonly heldUntil: UnixMs;
  /** From now on a successor may take it, though it is held. */
  readonly handoverAt: UnixMs;
  /** Who has an open stream, since when, and until when that is believed. */
  readonly live?: { readonly holder: string; readonly since: UnixMs; readonly until: UnixMs };
  /** When open orders were last asked for although the stream was live. */
  readonly polledAt?: UnixMs;
}

/** A holder that says nothing for so long is gone. */
export const LEASE_MS = 20 * SECOND_MS;
/** While the stream is live, open orders are asked for this often all the same. */
export const STREAM_POLL_MS = 10 * MINUTE_MS;

/**
 * Takes a lease that is free, was left, or may be handed over.
 *
 * @returns undefined while somebody else holds it
 */
export function acquireLease(
  lease: StreamLease | undefined,
  claim: { readonly holder: string; readonly now: UnixMs; readonly handoverAt: UnixMs },
): StreamLease | undefined {
  const { holder, now, handoverAt } = claim;
  const isFree = lease === undefined || lease.heldUntil <= now || lease.handoverAt <= now;
  return isFree ? { ...lease, holder, heldUntil: now + LEASE_MS, handoverAt } : undefined;
}

/**
 * Holds a lease for longer, and says whether the holder's stream is open.
 *
 * @returns undefined when somebody else has taken it
 */
export function extendLease(
  lease: StreamLease | undefined,
  { holder, now, isOpen }: { readonly holder: string; readonly now: UnixMs; isOpen: boolean },
): StreamLease | undefined {
  if (lease?.holder !== holder) return undefined;
  const { live, ...rest } = lease;
  const held = { ...rest, heldUntil: now + LEASE_MS };
  if (isOpen) {
    const since = live?.holder === holder ? live.since : now;
    return { ...held, live: { holder, since, until: now + LEASE_MS } };
  }
  // The stream of a predecessor may still be open.
  return live === undefined || live.holder === holder ? held : { ...held, live };
}

/** Gives a lease back at the end, so that the next does not wait for it to run out. */
export function releaseLease(
  lease: StreamLease | undefined,
  { holder, now }: { readonly holder: string; readonly now: UnixMs },
): StreamLease | undefined {
  if (lease?.holder !== holder) return undefined;
  const { live, ...rest } = lease;
  const released = { ...rest, heldUntil: now };
  return live === undefined || live.holder === holder ? released : { ...released, live };
}

/** Says whether changes of open orders are heard by a stream, so that asking may rest. */
export function isStreamLive(lease: StreamLease | undefined, now: UnixMs): boolean {
  return lease?.live !== undefined && now < lease.live.until;
}

/** When open orders are to be asked for next though the stream is live. */
export function nextPollAt({ live, polledAt }: StreamLease): UnixMs {
  return Math.max(polledAt ?? 0, live?.since ?? 0) + STREAM_POLL_MS;
}
