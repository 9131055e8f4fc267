import type { UnixMs } from '../../domain/time.ts';
import type { Account, ApiKey } from '../account.ts';
import { type WeighedCall, weightOf } from '../call-weights.ts';
import type { Clock } from '../ports.ts';
import type { RateBudget } from '../rate-budget.ts';
import { createSlotSource, type SlotSource } from './slot-source.ts';

/** One API key during one batch. */
export interface KeySession {
  readonly key: ApiKey;
  readonly slots: SlotSource;
  /** Only slots that the key's own lane leaves. */
  readonly spare: SlotSource;
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
  /** Until when nothing leaves the address that all keys share. */
  readonly address: { closedUntil: UnixMs };
  /** What the keys are taken for: it says what each slot weighs. */
  readonly call: WeighedCall;
}

/** Makes the session of a key. */
export function createKeySession(
  source: KeySessionSource,
  key: ApiKey,
  account: Pick<Account, 'site' | 'limits'>,
): KeySession {
  const { address, call, reachMs } = source;
  const limitPerSecond = account.limits.ordersPerSecond;
  const weight = weightOf(account, call);
  const ofKey = { keyId: key.keyId, limitPerSecond, weight, reachMs };
  const slots = createSlotSource(source, { ...ofKey, isSpare: false });
  const spare = createSlotSource(source, { ...ofKey, isSpare: true });
  let unansweredInARow = 0;
  let keyClosedUntil = 0;
  return {
    key,
    slots,
    spare,
    closedUntil: () => Math.max(keyClosedUntil, address.closedUntil),
    close(until, scope) {
      slots.discard();
      spare.discard();
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
