import type { FieldError } from '../order-request.ts';
import { type Receipt, type ReceiveDependencies, receiveOrder } from '../receive-order.ts';
import { mapAlert } from './map-alert.ts';
import { type Alert, type AlertDependencies, openAlert } from './open-alert.ts';

/** What became of an alert. */
export type AlertReceipt =
  | Receipt
  | { readonly kind: 'unmapped'; readonly errors: readonly FieldError[] }
  | { readonly kind: 'refused' }
  | { readonly kind: 'foreign-address' }
  /** Not stored in time, as far as is known. A repeat heals it, and never doubles the order. */
  | { readonly kind: 'late' };

/**
 * TradingView gives up after three seconds and does not come again, but does after a 5XX. So whoever
 * is slow says so in half of that, and leaves the rest to the network and to a cold start.
 */
export const ALERT_ANSWER_WITHIN_MS = 1_500;

/**
 * Makes an alert an order of ours, or says in time that it did not.
 *
 * What goes on after `late` can do no harm: the order has its id and its deadline already.
 */
export async function receiveAlert(
  dependencies: AlertDependencies & ReceiveDependencies,
  alert: Alert,
): Promise<AlertReceipt> {
  const received = receive(dependencies, alert);
  // After the limit nobody is left to hear that it failed.
  received.catch(() => undefined);
  const late = dependencies.clock
    .sleep(ALERT_ANSWER_WITHIN_MS)
    .then((): AlertReceipt => ({ kind: 'late' }));
  const receipt = await Promise.race([received, late]);
  if (receipt.kind === 'late') {
    dependencies.log.warn('an alert was not stored in time', { producerId: alert.producerId });
  }
  return receipt;
}

async function receive(
  dependencies: AlertDependencies & ReceiveDependencies,
  alert: Alert,
): Promise<AlertReceipt> {
  const opened = await openAlert(dependencies, alert);
  if (opened.kind !== 'authentic') return opened;
  const { template } = opened.tradingView;
  const mapped = mapAlert({ producerId: alert.producerId, template }, alert.body);
  if (mapped.kind === 'invalid') return { kind: 'unmapped', errors: mapped.errors };
  return receiveOrder(dependencies, {
    body: mapped.request,
    origin: 'webhook',
    allowedAccounts: opened.accounts,
    producerId: alert.producerId,
  });
}
