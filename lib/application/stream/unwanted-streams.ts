import { HOUR_MS, type UnixMs } from '../../domain/time.ts';
import type { AccountName } from '../user-stream.ts';

/**
 * Remembers accounts whose secret wants no stream, so that a start that comes every minute does not
 * read the secrets of all accounts: with thousands of them that would cost more than their orders.
 */
export interface UnwantedStreams {
  /** Whether the account wanted none, and its secret has not changed since. */
  has(name: AccountName, now: UnixMs): boolean;
  /** @param now - when its name was listed, before its secret was read */
  note(name: AccountName, now: UnixMs): void;
}

/** Then a secret is read again all the same, should its time of change ever be wrong. */
const REMEMBERED_MS = HOUR_MS;
/** Names remembered; more are read every time. */
const NAMES_MAX = 100_000;

/** Makes the memory of one instance of the function. */
export function createUnwantedStreams(): UnwantedStreams {
  const known = new Map<string, { readonly changedAt: number; readonly until: UnixMs }>();
  return {
    has({ accountId, changedAt }, now) {
      const seen = known.get(accountId);
      return seen !== undefined && seen.changedAt === changedAt && now < seen.until;
    },
    note({ accountId, changedAt }, now) {
      if (changedAt === undefined || (known.size >= NAMES_MAX && !known.has(accountId))) return;
      known.set(accountId, { changedAt, until: now + REMEMBERED_MS });
    },
  };
}
