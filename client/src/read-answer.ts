import type { Account } from './account.ts';
import type { Order, OrderPage } from './order.ts';
import { isObject } from './read-problem.ts';

/**
 * Says whether a value is what the service calls an order: by what tells one, not field by field, so
 * that a newer service may add fields.
 */
export function isOrder(value: unknown): value is Order {
  return (
    isObject(value) &&
    typeof value.accountId === 'string' &&
    typeof value.clientOrderId === 'string' &&
    typeof value.status === 'string' &&
    Array.isArray(value.history)
  );
}

/** Says whether a value is a page of orders. */
export function isOrderPage(value: unknown): value is OrderPage {
  return isObject(value) && Array.isArray(value.orders) && value.orders.every(isOrder);
}

/** Says whether a value is an account. */
export function isAccount(value: unknown): value is Account {
  return (
    isObject(value) &&
    typeof value.accountId === 'string' &&
    typeof value.halted === 'boolean' &&
    Array.isArray(value.keys)
  );
}

/** Says whether a value is the answer of the health check. */
export function isHealth(value: unknown): value is { readonly status: string } {
  return isObject(value) && typeof value.status === 'string';
}
