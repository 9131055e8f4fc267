import { acquireLease, releaseLease } from '../../domain/stream-lease.ts';
import { MINUTE_MS, SECOND_MS, type UnixMs } from '../../domain/time.ts';
import type { Account } from '../account.ts';
import { METRICS } from '../metrics.ts';
import type { StreamDependencies } from './dependencies.ts';
import { createStreamSession } from './stream-session.ts';

/** A successor may take over so long before the end: the schedule starts one every minute. */
const HANDOVER_MS = 2 * MINUTE_MS;
/** After a connection that failed the next one waits, twice as long each time, up to this. */
const RECONNECT_MIN_MS = SECOND_MS;
const RECONNECT_MAX_MS = 30 * SECOND_MS;

/** Who follows, and until when. */
export interface StreamTerm {
  readonly holder: string;
  readonly endsAt: UnixMs;
}

/**
 * Follows one account's stream until the end of the term or a handover.
 *
 * ```
 *  this one  ── connected ─────────────── lease lost ─ hears on ─ successor live: closes
 *  successor ──────────────── takes lease ─ connects ─ pass ─ live ───────────────────
 * ```
 *
 * @returns whether it held the lease
 */
export async function streamAccount(
  dependencies: StreamDependencies,
  account: Account,
  { holder, endsAt }: StreamTerm,
): Promise<boolean> {
  const { clock, leases, log, metrics } = dependencies;
  const { accountId } = account;
  const claim = { holder, handoverAt: endsAt - HANDOVER_MS };
  const held = await leases.change(accountId, (lease) =>
    acquireLease(lease, { ...claim, now: clock.now() }),
  );
  if (held === undefined) return false;
  log.info('the stream of an account is followed', { accountId });

  const session = createStreamSession(dependencies, account, { holder, endsAt });
  let pauseMs = RECONNECT_MIN_MS;
  try {
    for (;;) {
      const end = await session.follow();
      if (end.kind !== 'dropped') break;
      metrics.count(METRICS.streamDropped);
      log.warn('the stream of an account dropped', { accountId, code: end.code });
      pauseMs = end.wasOpen ? RECONNECT_MIN_MS : Math.min(2 * pauseMs, RECONNECT_MAX_MS);
      if (clock.now() + pauseMs >= endsAt) break;
      await clock.sleep(pauseMs);
    }
  } finally {
    session.close();
    await leases.change(accountId, (lease) => releaseLease(lease, { holder, now: clock.now() }));
  }
  return true;
}
