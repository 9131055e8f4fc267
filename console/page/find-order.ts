import type { OrderResource } from '../model/resources.ts';
import { callApi } from './call-api.ts';
import { accountIds, orderHref, said } from './state.ts';

/** Opens the order that has exactly this client order id, in whichever account that is. */
export async function findOrder(clientOrderId: string): Promise<void> {
  if (!/^[\w-]{1,36}$/.test(clientOrderId)) {
    said.value = 'A client order id has letters, digits, _ and - only, at most 36.';
    return;
  }
  for (const accountId of accountIds.value) {
    const called = await callApi<OrderResource>(`/orders/${accountId}/${clientOrderId}`);
    if (called.kind === 'ok') {
      location.hash = orderHref({ accountId, clientOrderId });
      return;
    }
    if (called.problem.status !== 404) {
      said.value = called.problem.detail;
      return;
    }
  }
  said.value = `There is no order ${clientOrderId} in ${accountIds.value.join(', ')}.`;
}
