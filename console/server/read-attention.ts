import { orderPageSchema } from '../model/resources.ts';
import { type OrderRow, rowOf } from '../model/rows.ts';
import { WATCHED_STATUSES } from '../model/urgency.ts';
import type { CallService } from './call-service.ts';

/** Orders that may need a look, and the accounts that could not be asked. */
export interface Attention {
  readonly orders: readonly OrderRow[];
  /** Whether an account has more of a status than are listed. */
  readonly isPartial: boolean;
  readonly faults: readonly { readonly accountId: string; readonly detail: string }[];
}

/** Of each status and account. */
const ORDERS_MAX = 100;

/** Asks every account for the orders whose status may need a look. */
export async function readAttention(
  call: CallService,
  accounts: readonly string[],
): Promise<Attention> {
  const orders: OrderRow[] = [];
  const faults: { accountId: string; detail: string }[] = [];
  let isPartial = false;
  // One account after the other: the API's own limit is shared by everybody.
  for (const accountId of accounts) {
    const pages = await Promise.all(
      WATCHED_STATUSES.map((status) =>
        call({
          method: 'GET',
          path: '/v1/orders',
          query: { accountId, status, limit: String(ORDERS_MAX) },
        }),
      ),
    );
    const failed = pages.find(({ status }) => status !== 200);
    if (failed !== undefined) {
      faults.push({ accountId, detail: detailOf(failed.status, failed.body) });
      continue;
    }
    for (const { body } of pages) {
      const page = orderPageSchema.parse(JSON.parse(body));
      orders.push(...page.orders.map(rowOf));
      isPartial ||= page.cursor !== undefined;
    }
  }
  return { orders, isPartial, faults };
}

function detailOf(status: number, body: string): string {
  if (status === 403) return 'your credentials may not read its orders (403)';
  try {
    const { detail } = JSON.parse(body);
    return typeof detail === 'string' ? detail : `the API answers ${status}`;
  } catch (error) {
    if (error instanceof SyntaxError) return `the API answers ${status}`;
    throw error;
  }
}
