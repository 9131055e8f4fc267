import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { type StreamSummary, streamOrders } from '../lib/application/stream/stream-orders.ts';
import { createUnwantedStreams } from '../lib/application/stream/unwanted-streams.ts';
import {
  composeBudget,
  composeCancels,
  composeOrders,
  composeQueue,
  composeSecrets,
  composeSettings,
  composeStreams,
  composeTelemetry,
} from './edge/compose.ts';
import { readShare } from './edge/read-share.ts';
import { flushing } from './edge/telemetry.ts';

const telemetry = composeTelemetry();
const { reconcile } = composeSettings();
const { budget, external, leases } = composeBudget();
const { accounts, accountNames } = composeSecrets();
const dependencies = {
  ...telemetry,
  ...composeStreams(),
  ...{ budget, external, leases, accounts, accountNames },
  unwanted: createUnwantedStreams(),
  orders: composeOrders(),
  queue: composeQueue({ putsAside: false }),
  cancels: composeCancels({ putsAside: false }),
  settings: reconcile,
  rules: reconcile,
};
/** Kept free at the end: what is under way is stored, and the lease is given back. */
const CLOSING_MS = reconcile.timeoutMs + 10_000;

/** How often numbers are written while the function runs. */
const FLUSH_EVERY_MS = 30_000;

/** Ticks of the schedule; the event says which accounts, or nothing for all. */
export const handler = middy<unknown, StreamSummary>()
  .use(flushing(telemetry))
  .handler((event: unknown, context: Context) => {
    const leftMs = Math.max(0, context.getRemainingTimeInMillis() - CLOSING_MS);
    const endsAt = telemetry.clock.now() + leftMs;
    return flushingMeanwhile(streamOrders(dependencies, endsAt, readShare(event)));
  });

/** Alarms must not wait for the end of a quarter of an hour. */
async function flushingMeanwhile<Result>(work: Promise<Result>): Promise<Result> {
  let isOver = false;
  const ended = work.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    await Promise.race([ended, telemetry.clock.sleep(FLUSH_EVERY_MS)]);
    telemetry.metrics.flush();
  }
  return ended;
}
