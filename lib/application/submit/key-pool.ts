import type { UnixMs } from '../../domain/time.ts';
import type { Account } from '../account.ts';
import { keyIndexOf } from '../message.ts';
import { createKeySession, type KeySession, type KeySessionSource } from './key-session.ts';
import type { FreeSlot } from './slot-source.ts';

/** A slot with the key that it belongs to, or when to ask again. */
export type PoolAnswer =
  | (FreeSlot & { readonly session: KeySession })
  | { readonly kind: 'none'; readonly until: UnixMs };

/** The keys of one account during one batch. */
export interface KeyPool {
  /**
   * Takes a slot for one order: with the key of its lane, and where that one is closed or has no
   * slot within reach, with another key of the account. Of a key that is only late the others give
   * what their own lanes leave; for a closed one they share all they have.
   *
   * @param leadMs - how far ahead the slot has to lie, for what is left to do before it
   * @throws when the budget cannot be reached: then nothing may be sent
   */
  next(orderingKey: string, leadMs: number): Promise<PoolAnswer>;
  /**
   * Takes a slot with the key that gives the earliest one, whatever lane it is for: a cancel may go
   * with any key of the account.
   *
   * @throws when the budget cannot be reached: then nothing may be sent
   */
  earliest(leadMs: number): Promise<PoolAnswer>;
  /** When the first of the keys may send again, as far as this process knows; past if one may now. */
  opensAt(): UnixMs;
  /** Takes the keys of an account's secret as it is now. */
  renew(account: Account): void;
}

/** Makes pools that share what an address is told: a blocked address stops every key. */
export function createKeyPools(
  source: Omit<KeySessionSource, 'address'>,
): (account: Account) => KeyPool {
  const address = { closedUntil: 0 };
  const pools = new Map<string, KeyPool>();
  return (account) => {
    const known = pools.get(account.accountId);
    if (known !== undefined) return known;
    const pool = createKeyPool({ ...source, address }, account);
    pools.set(account.accountId, pool);
    return pool;
  };
}

function createKeyPool(source: KeySessionSource, account: Account): KeyPool {
  let { lanes } = account;
  let sessions = sessionsOf(account);

  function sessionsOf(known: Account): readonly KeySession[] {
    return known.keys.map((key) => createKeySession(source, key, known));
  }

  /** The order's own key first, the others in turn after it, so that lanes spread over them. */
  function inTurn(orderingKey: string): readonly KeySession[] {
    const own = keyIndexOf(orderingKey, lanes, sessions.length);
    return [...sessions.slice(own), ...sessions.slice(0, own)];
  }

  return {
    async next(orderingKey, leadMs) {
      const [own, ...others] = inTurn(orderingKey);
      if (own === undefined) throw new Error(`account ${account.accountId} has no key`);
      const answer = await slotOf(source, own, { leadMs, isSpare: false });
      if (answer.kind === 'slot') return { ...answer, session: own };

      let { until } = answer;
      for (const session of others) {
        const isSpare = !answer.isClosed;
        const other = await slotOf(source, session, { leadMs, isSpare });
        if (other.kind === 'slot') return { ...other, session };
        until = Math.min(until, other.until);
      }
      return { kind: 'none', until };
    },
    async earliest(leadMs) {
      let until = Number.POSITIVE_INFINITY;
      for (const session of await byLoad(source, sessions)) {
        const answer = await slotOf(source, session, { leadMs, isSpare: false });
        if (answer.kind === 'slot') return { ...answer, session };
        until = Math.min(until, answer.until);
      }
      return { kind: 'none', until };
    },
    opensAt: () => Math.min(...sessions.map((session) => session.closedUntil())),
    renew(fresh) {
      ({ lanes } = fresh);
      sessions = sessionsOf(fresh);
    },
  };
}

/** The keys, those first whose slots are given away the least far ahead. */
async function byLoad(
  { budget, clock }: KeySessionSource,
  sessions: readonly KeySession[],
): Promise<readonly KeySession[]> {
  // One key is taken as it is: its reservation tells all there is to tell.
  if (sessions.length <= 1) return sessions;
  const loads = await Promise.all(
    sessions.map(async (session) => {
      const { budgets } = await budget.view(session.key.keyId, clock.now());
      const busyUntil = budgets.find((one) => one.class === 'order')?.latestSlotAt ?? 0;
      return { session, busyUntil };
    }),
  );
  return loads.toSorted((one, other) => one.busyUntil - other.busyUntil).map((one) => one.session);
}

function slotOf(
  { clock }: KeySessionSource,
  session: KeySession,
  { leadMs, isSpare }: { readonly leadMs: number; readonly isSpare: boolean },
) {
  const until = session.closedUntil();
  if (clock.now() < until) return { kind: 'none', until, isClosed: true } as const;
  return (isSpare ? session.spare : session.slots).next(leadMs);
}
