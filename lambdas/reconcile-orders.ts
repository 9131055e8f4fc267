import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { MANY_ACCOUNTS_SOCKETS_MAX } from '../lib/adapters/hashkey/options.ts';
import {
  type PassSummary,
  reconcileOrders,
} from '../lib/application/reconcile/reconcile-orders.ts';
import {
  composeBudget,
  composeCancels,
  composeExchange,
  composeOrders,
  composeQueue,
  composeSecrets,
  composeSettings,
  composeTelemetry,
} from './edge/compose.ts';
import { readShare } from './edge/read-share.ts';
import { flushing } from './edge/telemetry.ts';

const telemetry = composeTelemetry();
const { reconcile } = composeSettings();
const { budget, external, leases } = composeBudget();
const dependencies = {
  ...telemetry,
  budget,
  external,
  leases,
  accounts: composeSecrets().accounts,
  orders: composeOrders(),
  queue: composeQueue({ putsAside: false }),
  cancels: composeCancels({ putsAside: false }),
  exchange: composeExchange({ socketsMax: MANY_ACCOUNTS_SOCKETS_MAX }),
  settings: reconcile,
  rules: reconcile,
};
/** Kept free after the last slot of a pass: one call and one write may still be under way. */
const CLOSING_MS = reconcile.timeoutMs + 3_000;

/** Ticks of the schedule; the event says which accounts, or nothing for all. */
export const handler = middy<unknown, PassSummary>()
  .use(flushing(telemetry))
  .handler((event: unknown, context: Context) => {
    const leftMs = context.getRemainingTimeInMillis() - CLOSING_MS;
    const passMs = Math.min(reconcile.passMs, Math.max(0, leftMs));
    return reconcileOrders(dependencies, passMs, readShare(event));
  });
