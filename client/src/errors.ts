import type { Order } from './order.ts';

/** One wrong field and what to do about it. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

/** What an answer that is no success says. */
export interface ApiProblem {
  readonly status: number;
  readonly title: string;
  readonly detail?: string;
  readonly errors: readonly FieldError[];
  /** Of a 409: the hash of the order that has the id already. */
  readonly requestHash?: string;
}

/** The service answered, but not with success. `status` 404: there is no such order or account. */
export class OrdersApiError extends Error {
  override readonly name = 'OrdersApiError';
  readonly status: number;
  readonly title: string;
  readonly detail: string | undefined;
  readonly errors: readonly FieldError[];
  readonly requestHash: string | undefined;
  /** Requests that were made until this was the last answer. */
  readonly attempts: number;

  constructor(call: string, problem: ApiProblem, attempts: number) {
    const fields = problem.errors.map(({ field, message }) => `${field} ${message}`).join('; ');
    const why = problem.detail ?? fields;
    const tries = attempts > 1 ? ` after ${attempts} attempts` : '';
    super(
      `${call} was answered with ${problem.status} ${problem.title}${tries}: ${why || 'no more is said'}`,
    );
    this.status = problem.status;
    this.title = problem.title;
    this.detail = problem.detail;
    this.errors = problem.errors;
    this.requestHash = problem.requestHash;
    this.attempts = attempts;
  }
}

/**
 * No answer came, or none that can be read. Whether the request was carried out is unknown: repeat
 * the same one, with the same client order id or webhook id.
 */
export class OrdersUnreachableError extends Error {
  override readonly name = 'OrdersUnreachableError';
  readonly attempts: number;

  constructor(call: string, attempts: number, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(
      `${call} got no answer in ${attempts} attempt${attempts > 1 ? 's' : ''} (${why}). ` +
        'Whether it was carried out is unknown: repeat the very same request.',
      { cause },
    );
    this.attempts = attempts;
  }
}

/** A call that cannot be right whatever the service says. Nothing was sent. */
export class OrdersUsageError extends Error {
  override readonly name = 'OrdersUsageError';
}

/** An order did not come to a wanted status, and is not going to, or not in time. */
export class OrdersWaitError extends Error {
  override readonly name = 'OrdersWaitError';
  readonly kind: 'ended-otherwise' | 'timed-out';
  /** As it was seen last. */
  readonly order: Order;

  constructor(kind: 'ended-otherwise' | 'timed-out', order: Order, wanted: readonly string[]) {
    const { accountId, clientOrderId, status } = order;
    const when = kind === 'timed-out' ? 'is still' : 'ended as';
    super(
      `The order ${clientOrderId} of account ${accountId} ${when} ${status}; waited for ${wanted.join(' or ')}.`,
    );
    this.kind = kind;
    this.order = order;
  }
}

/** A result webhook that is not authentic, or too old, or too new. Answer it with 401. */
export class ResultNotAuthenticError extends Error {
  override readonly name = 'ResultNotAuthenticError';
}
