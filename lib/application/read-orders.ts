import * as z from 'zod/mini';
import { ORDER_STATUSES, type OrderKey } from '../domain/order.ts';
import type { FieldError } from './order-request.ts';
import { orderResource } from './order-resource.ts';
import type { OrderStore } from './ports.ts';

/** What reading orders needs. */
export interface ReadDependencies {
  readonly orders: OrderStore;
}

/** Orders on one page unless the caller asks for fewer or more. */
const PAGE_DEFAULT = 50;
/** As many as the store reads at once, and well below the size of an answer that may be sent. */
const PAGE_MAX = 100;

const PAGE_TEXT = new RegExp(`^(?:[1-9]\\d?|${PAGE_MAX})$`);

/** The parameters of a list of orders. */
export const listQuerySchema = z.strictObject({
  accountId: z
    .string({ error: 'is required' })
    .check(z.regex(/^[a-z0-9-]{1,32}$/, { error: 'must match [a-z0-9-]{1,32}' })),
  status: z.optional(
    z.enum(ORDER_STATUSES, { error: `must be one of ${ORDER_STATUSES.join(', ')}` }),
  ),
  cursor: z.optional(z.string().check(z.maxLength(1_000, { error: 'is too long' }))),
  limit: z.optional(
    z.string().check(z.regex(PAGE_TEXT, { error: `must be a number from 1 to ${PAGE_MAX}` })),
  ),
});

/** A page of orders as callers see it, or what is wrong with the query. */
export type ListedOrders =
  | { readonly kind: 'page'; readonly page: Readonly<Record<string, unknown>> }
  | { readonly kind: 'invalid'; readonly errors: readonly FieldError[] };

/** Gives one order as callers see it; undefined when there is none. */
export async function findOrder(
  { orders }: ReadDependencies,
  key: OrderKey,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const order = await orders.get(key);
  return order === undefined ? undefined : orderResource(order);
}

/** Gives an account's orders, newest first, a page at a time. */
export async function listOrders(
  { orders }: ReadDependencies,
  query: Readonly<Record<string, string | undefined>>,
): Promise<ListedOrders> {
  const parsed = listQuerySchema.safeParse(query);
  if (!parsed.success) return { kind: 'invalid', errors: parsed.error.issues.flatMap(queryErrors) };
  const { accountId, status, cursor, limit } = parsed.data;
  try {
    const page = await orders.list({
      accountId,
      limit: limit === undefined ? PAGE_DEFAULT : Number(limit),
      ...(status === undefined ? {} : { status }),
      ...(cursor === undefined ? {} : { cursor }),
    });
    return {
      kind: 'page',
      page: { orders: page.orders.map(orderResource), cursor: page.cursor },
    };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const message = 'is not a cursor of this list: take the one of the page before';
    return { kind: 'invalid', errors: [{ field: 'cursor', message }] };
  }
}

function queryErrors(issue: z.core.$ZodIssue): readonly FieldError[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ field: key, message: 'is not a parameter of this list' }));
  }
  return [{ field: issue.path.join('.'), message: issue.message }];
}
