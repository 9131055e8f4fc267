import type { UnixMs } from '../../domain/time.ts';
import { type AccountShare, EVERY_ACCOUNT, isInShare } from '../account-share.ts';
import { storeThatAsksForCancels } from '../reconcile/ask-for-cancel.ts';
import type { StreamDependencies } from './dependencies.ts';
import { streamAccount } from './stream-account.ts';

/** What one invocation did. */
export interface StreamSummary {
  /** Accounts whose stream it followed. */
  readonly followed: number;
}

/**
 * Follows the user data streams of all accounts that want it until the invocation's time is over.
 * Ends at once when another invocation holds them all.
 *
 * The stream is a hint that saves questions; the lists stay the proof.
 *
 * @param endsAt - everything is closed and stored by then
 * @param share - the accounts that are looked at; one function runs for each share
 */
export async function streamOrders(
  given: StreamDependencies,
  endsAt: UnixMs,
  share: AccountShare = EVERY_ACCOUNT,
): Promise<StreamSummary> {
  const dependencies = { ...given, orders: storeThatAsksForCancels(given) };
  const { accountNames, accounts, clock, ids, log, unwanted } = dependencies;
  const holder = ids.attemptId();
  const startedAt = clock.now();
  const names = (await accountNames.list()).filter(
    (name) => isInShare(name.accountId, share) && !unwanted.has(name, startedAt),
  );
  const followed = await Promise.all(
    names.map(async (name) => {
      const { accountId } = name;
      try {
        // As new as the list: an older value may lack the wish that the list's time stands for.
        const account = await accounts.get(accountId, { fresh: true });
        if (account?.streams !== true) {
          unwanted.note(name, startedAt);
          return false;
        }
        return await streamAccount(dependencies, account, { holder, endsAt });
      } catch (error) {
        // One account's trouble is not the others'; the next start comes within a minute.
        const cause = error instanceof Error ? `${error.name}: ${error.message}` : 'unknown';
        log.error('following the stream of an account failed', {
          accountId,
          cause: cause.slice(0, 200),
        });
        return false;
      }
    }),
  );
  return { followed: followed.filter(Boolean).length };
}
