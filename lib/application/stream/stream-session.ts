import { extendLease, isStreamLive } from '../../domain/stream-lease.ts';
import { MINUTE_MS, SECOND_MS, type UnixMs } from '../../domain/time.ts';
import type { Account } from '../account.ts';
import { weightOf } from '../call-weights.ts';
import { METRICS } from '../metrics.ts';
import { ask } from '../reconcile/ask.ts';
import type { Secret } from '../secret.ts';
import type { ListenKeyAnswer, StreamConnection, StreamSign } from '../user-stream.ts';
import { applyReports } from './apply-reports.ts';
import { catchUp } from './catch-up.ts';
import type { StreamDependencies } from './dependencies.ts';
import type { StreamTerm } from './stream-account.ts';

/** A connection has to be open after this. */
const OPENS_WITHIN_MS = 10 * SECOND_MS;
/** The exchange sends a heartbeat every 30 s: two missed ones are a dead connection. */
const SILENCE_MAX_MS = 70 * SECOND_MS;
/** The exchange's advice: a key lives for an hour. */
const RENEW_EVERY_MS = 30 * MINUTE_MS;
/** A key that could not be renewed is tried again soon, and replaced before its hour is over. */
const RENEW_AGAIN_MS = MINUTE_MS;
const KEY_AGE_MAX_MS = 50 * MINUTE_MS;
/** Well within the lease. */
const EXTEND_EVERY_MS = 5 * SECOND_MS;
/** A pass that did not succeed is repeated after this. */
const CATCH_UP_AGAIN_MS = 5 * SECOND_MS;
/** Nothing waits longer than this for its turn when no message wakes the session. */
const TURN_MS = 500;

/** How following ended. */
export type StreamEnd =
  | { readonly kind: 'over' }
  | { readonly kind: 'handed-over' }
  | { readonly kind: 'dropped'; readonly code: string; readonly wasOpen: boolean };

interface Line {
  readonly connection: StreamConnection;
  readonly listenKey: Secret;
  readonly startedAt: UnixMs;
  isOpen: boolean;
  heardAt: UnixMs;
  renewedAt: UnixMs;
  renewAt: UnixMs;
}

/** Makes the following of one account's stream by one holder. */
export function createStreamSession(
  dependencies: StreamDependencies,
  account: Account,
  { holder, endsAt }: StreamTerm,
) {
  const { clock, leases, log, metrics, streams } = dependencies;
  const { accountId } = account;
  const inbox: { readonly line: Line; readonly sign: StreamSign }[] = [];
  let wake = () => {};
  /** The newest line, and before it one that is closed as soon as the newest is open. */
  let lines: readonly Line[] = [];
  let isHeld = true;
  let extendAt = 0;
  let catchUpAt = Number.POSITIVE_INFINITY;
  let catchingUp: Promise<void> | undefined;

  async function connect(): Promise<string | undefined> {
    const answer = await askKey((context) => streams.createListenKey(context));
    if (answer.kind !== 'listen-key') return answer.kind;
    const { listenKey } = answer;
    const now = clock.now();
    const times = { startedAt: now, heardAt: now, renewedAt: now, renewAt: now + RENEW_EVERY_MS };
    const line: Line = {
      ...times,
      listenKey,
      isOpen: false,
      connection: streams.connect(account, listenKey, (sign) => {
        inbox.push({ line, sign });
        wake();
      }),
    };
    lines = [...lines.slice(-1), line];
    return undefined;
  }

  const askKey = (
    read: Parameters<typeof ask<ListenKeyAnswer>>[2]['read'],
  ): ReturnType<typeof ask<ListenKeyAnswer>> =>
    ask<ListenKeyAnswer>(dependencies, account, {
      weight: weightOf(account, 'listenKey'),
      deadline: endsAt,
      read,
    });

  const newest = () => lines.at(-1);
  const drop = (line: Line) => {
    line.connection.close();
    lines = lines.filter((one) => one !== line);
  };

  /** Takes in everything heard so far. */
  async function hear(): Promise<void> {
    const heard = inbox.splice(0);
    for (const { line, sign } of heard) {
      line.heardAt = clock.now();
      if (sign.kind === 'closed') lines = lines.filter((one) => one !== line);
      if (sign.kind === 'unreadable') catchUpAt = Math.min(catchUpAt, clock.now());
      if (sign.kind !== 'opened') continue;
      line.isOpen = true;
      for (const other of lines) if (other !== line) drop(other);
      catchUpAt = clock.now();
      extendAt = 0;
    }
    const reports = heard.flatMap(({ sign }) => (sign.kind === 'reports' ? sign.reports : []));
    if (reports.length === 0) return;
    metrics.count(METRICS.streamReports, reports.length);
    try {
      await applyReports(dependencies, accountId, reports);
    } catch (error) {
      catchUpAt = Math.min(catchUpAt, clock.now() + CATCH_UP_AGAIN_MS);
      log.error('reports of the stream were not stored; a pass follows', {
        accountId,
        cause: error instanceof Error ? error.name : 'unknown',
      });
    }
  }

  /** A pass beside the stream, so that messages do not wait for it. */
  function catchUpWhenDue(): void {
    if (catchingUp !== undefined || clock.now() < catchUpAt) return;
    catchUpAt = Number.POSITIVE_INFINITY;
    catchingUp = catchUp(dependencies, accountId)
      .catch(() => false)
      .then((isDone) => {
        if (!isDone) catchUpAt = Math.min(catchUpAt, clock.now() + CATCH_UP_AGAIN_MS);
        catchingUp = undefined;
      });
  }

  /** @returns whether a successor's stream is live */
  async function holdOn(): Promise<boolean> {
    const now = clock.now();
    if (now < extendAt) return false;
    extendAt = now + EXTEND_EVERY_MS;
    const isOpen = newest()?.isOpen === true;
    if (isHeld) {
      const held = await leases.change(accountId, (lease) =>
        extendLease(lease, { holder, now, isOpen }),
      );
      isHeld = held !== undefined;
    }
    if (isHeld) return false;
    extendAt = now + SECOND_MS;
    const lease = await leases.get(accountId);
    return lease?.live?.holder !== holder && isStreamLive(lease, now);
  }

  async function renewWhenDue(line: Line): Promise<void> {
    const now = clock.now();
    if (now < line.renewAt) return;
    const answer = await askKey((context) => streams.renewListenKey(context, line.listenKey));
    if (answer.kind === 'renewed') {
      line.renewedAt = now;
      line.renewAt = now + RENEW_EVERY_MS;
      return;
    }
    line.renewAt = clock.now() + RENEW_AGAIN_MS;
    log.warn('a listen key was not renewed', { accountId, reason: answer.kind });
    // The exchange may not know the key any more. The next line is opened before this one closes.
    if (answer.kind === 'unavailable' || now - line.renewedAt > KEY_AGE_MAX_MS) await connect();
  }

  async function wait(): Promise<void> {
    if (inbox.length > 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    wake = resolve;
    await Promise.race([promise, clock.sleep(TURN_MS)]);
    wake = () => {};
  }

  return {
    /** Connects and follows until the term is over, a successor is live, or the stream drops. */
    async follow(): Promise<StreamEnd> {
      const failed = await connect();
      if (failed !== undefined) return dropped(failed, false);
      for (;;) {
        const line = newest();
        if (line === undefined) return dropped('CLOSED', true);
        const now = clock.now();
        if (now >= endsAt) return { kind: 'over' };
        if (!line.isOpen && now - line.startedAt > OPENS_WITHIN_MS) drop(line);
        else if (now - line.heardAt > SILENCE_MAX_MS) drop(line);
        else {
          await hear();
          if (await holdOn()) return { kind: 'handed-over' };
          await renewWhenDue(line);
          catchUpWhenDue();
          await wait();
        }
      }
    },
    close(): void {
      for (const line of lines) line.connection.close();
      lines = [];
    },
  };

  /** Open orders are asked for again from now on, beginning with a pass over all of them. */
  async function dropped(code: string, wasOpen: boolean): Promise<StreamEnd> {
    await leases.change(accountId, (lease) =>
      extendLease(lease, { holder, now: clock.now(), isOpen: false }),
    );
    if (wasOpen) await catchUp(dependencies, accountId).catch(() => false);
    return { kind: 'dropped', code, wasOpen };
  }
}
