import type { Account } from '../../../lib/application/account.ts';
import { parseOrderRequest } from '../../../lib/application/order-request.ts';
import type { OrderStore } from '../../../lib/application/ports.ts';
import { receivedEvent } from '../../../lib/application/receive-order.ts';
import type { OrderEvent } from '../../../lib/domain/events.ts';
import { ORDER_TERMS } from '../sender.ts';

/** The attempts were made so long ago that their fence has passed and absence can be proven. */
const ATTEMPTED_AGO_MS = 120_000;
const RECV_WINDOW_MS = 5_000;

/** Stores orders whose one attempt got no answer, due for reconciliation now. */
export async function leaveInDoubt(
  desk: { readonly account: Account; readonly orders: OrderStore },
  count: number,
): Promise<void> {
  for (let index = 0; index < count; index += 1) await leaveOne(desk, `doubt-${index}`);
}

async function leaveOne(
  { account, orders }: { readonly account: Account; readonly orders: OrderStore },
  clientOrderId: string,
): Promise<void> {
  const now = Date.now();
  const at = now - ATTEMPTED_AGO_MS;
  const body = { accountId: account.accountId, clientOrderId, ...ORDER_TERMS };
  const parsed = parseOrderRequest(body);
  if (parsed.kind === 'invalid') throw new Error(`A planned order is invalid: ${clientOrderId}.`);
  const created = await orders.create(receivedEvent(parsed.request, account, 'api', at), now);
  const attemptId = `attempt-${clientOrderId}`;
  const events: readonly OrderEvent[] = [
    {
      type: 'AttemptStarted',
      at,
      attemptId,
      keyId: account.keys[0]?.keyId ?? '',
      sendBy: at,
      recvWindowMs: RECV_WINDOW_MS,
      fenceAt: at + RECV_WINDOW_MS,
    },
    {
      type: 'OrderDoubted',
      at,
      attemptId,
      sentAt: at,
      outcome: 'unknown',
      evidence: { source: 'submit', at, code: 'TIMEOUT' },
    },
  ];
  await orders.append(created.order, events, now);
}
