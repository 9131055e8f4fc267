import type { UnixMs } from '../../domain/time.ts';
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
 */
export async function streamOrders(
  given: StreamDependencies,
  endsAt: UnixMs,
): Promise<StreamSummary> {
  const dependencies = { ...given, orders: storeThatAsksForCancels(given) };
  const { accountNames, accounts, ids, log } = dependencies;
  const holder = ids.attemptId();
  const names = await accountNames.list();
  const followed = await Promise.all(
    names.map(async (accountId) => {
      try {
        const account = await accounts.get(accountId);
        if (account?.streams !== true) return false;
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
