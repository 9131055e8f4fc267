import { isSmallerId, listOrders } from '../exchange/find-orders.ts';
import type { Order } from '../exchange/order.ts';
import { illegalParameter, isRefusal, missingField } from '../exchange/refusals.ts';
import { exactAnswer, jsonAnswer, refusalAnswer } from './answer.ts';
import type { Services, SignedCall, SignedHandler } from './call.ts';

/** Documented for one call of each kind. */
const OPEN_ORDERS_CANCELED_MAX = 200;
const CANCEL_ALL_DEFAULT = 100;
const IDS_MAX = 100;
/** More open orders than any account can have. */
const ALL = Number.MAX_SAFE_INTEGER;

export const cancelOpenOrders: SignedHandler = (services, call) => {
  if (!call.parameters.get('symbol')) return refusalAnswer(missingField('symbol'));
  cancelFirst(services, call, OPEN_ORDERS_CANCELED_MAX);
  return jsonAnswer({ success: true });
};

export const cancelAllOpenOrders: SignedHandler = (services, call) => {
  const limit = Number(call.parameters.get('limit') ?? CANCEL_ALL_DEFAULT);
  const isLegal = Number.isInteger(limit) && limit > 0 && limit <= OPEN_ORDERS_CANCELED_MAX;
  if (!isLegal) return refusalAnswer(illegalParameter('limit'));
  const last = cancelFirst(services, call, limit).at(-1)?.orderId ?? '0';
  // The id is a bare number here, far above 2^53: it is written digit by digit.
  const text = `{"code":"0000","message":"success","timestamp":${call.now},"lastOrderId":${last}}`;
  return exactAnswer(text);
};

export const cancelOrderByIds: SignedHandler = ({ exchange }, call) => {
  const ids = (call.parameters.get('ids') ?? '').split(',').filter((id) => id !== '');
  if (ids.length === 0) return refusalAnswer(missingField('ids'));
  if (ids.length > IDS_MAX) return refusalAnswer(illegalParameter('ids'));
  const { unknownInCancelByIdsCode } = exchange.state.site;
  const result = ids.flatMap((orderId) => {
    const before = exchange.cancel(call.key.account.accountId, { orderId }, call.now);
    if (!isRefusal(before)) return [];
    return [{ orderId, code: before.code === '0211' ? unknownInCancelByIdsCode : before.code }];
  });
  return jsonAnswer({ code: '0000', result });
};

/** Cancels an account's oldest open orders that pass the call's filter, oldest first. */
function cancelFirst({ exchange }: Services, call: SignedCall, limit: number): Order[] {
  const { accountId } = call.key.account;
  const from = call.parameters.get('fromOrderId');
  const open = listOrders(
    exchange.state,
    {
      accountId,
      open: true,
      symbol: call.parameters.get('symbol'),
      side: call.parameters.get('side'),
      before: undefined,
      startTime: undefined,
      endTime: undefined,
      limit: ALL,
    },
    call.now,
  );
  const chosen = open
    .filter(({ orderId }) => from === undefined || isSmallerId(from, orderId))
    .sort((a, b) => (isSmallerId(a.orderId, b.orderId) ? -1 : 1))
    .slice(0, limit);
  for (const { orderId } of chosen) exchange.cancel(accountId, { orderId }, call.now);
  return chosen;
}
