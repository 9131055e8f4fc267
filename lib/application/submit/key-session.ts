import type { UnixMs } from '../../domain/time.ts';
import type { ApiKey } from '../account.ts';
import type { Clock } from '../ports.ts';
import type { RateBudget } from '../rate-budget.ts';
import { createSlotSource, type SlotSource } from './slot-source.ts';

/** One API key during one batch. */
export interface KeySession {
  readonly key: ApiKey;
  readonly slots: SlotSource;
  /** Until when this process knows that nothing may leave, whatever the stored gate says. */
  closedUntil(): UnixMs;
  /** Stops this key, or all keys of the batch, in this process: at once, before it is stored. */
  close(until: UnixMs, scope: 'key' | 'all'): void;
  /** The exchange answered a call. */
  answered(): void;
  /**
   * The exchange did not answer a call.
   *
   * @returns how many calls in a row it has not answered
   */
  unanswered(): number;
}

/** What sessions need. */
export interface KeySessionSource {
  readonly budget: RateBudget;
  readonly clock: Clock;
  readonly reachMs: number;
}

/** Gives each key of a batch one session, made when it is first needed. */
export function createKeySessions(
  source: KeySessionSource,
): (key: ApiKey, limitPerSecond: number) => KeySession {
  const sessions = new Map<string, KeySession>();
  const address = { closedUntil: 0 };
  return (key, limitPerSecond) => {
    const known = sessions.get(key.keyId);
    // After a rotation the same key may come with another secret.
    if (known !== undefined && isSameSecret(known.key, key)) return known;
    const session = createKeySession({ ...source, address }, key, limitPerSecond);
    sessions.set(key.keyId, session);
    return session;
  };
}

function isSameSecret(left: ApiKey, right: ApiKey): boolean {
  return left.apiSecret.reveal() === right.apiSecret.reveal();
}

function createKeySession(
  source: KeySessionSource & { readonly address: { closedUntil: UnixMs } },
  key: ApiKey,
  limitPerSecond: number,
): KeySession {
  const { address, reachMs } = source;
  const slots = createSlotSource(source, { keyId: key.keyId, limitPerSecond, reachMs });
  let unansweredInARow = 0;
  let keyClosedUntil = 0;
  return {
    key,
    slots,
    closedUntil: () => Math.max(keyClosedUntil, address.closedUntil),
    close(until, scope) {
      slots.discard();
      if (scope === 'all') address.closedUntil = Math.max(address.closedUntil, until);
      else keyClosedUntil = Math.max(keyClosedUntil, until);
    },
    answered() {
      unansweredInARow = 0;
    },
    unanswered() {
      unansweredInARow += 1;
      return unansweredInARow;
    },
  };
}
