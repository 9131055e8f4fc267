import { type CreateVersion, readOrderRequest } from '../exchange/read-order-request.ts';
import { isRefusal, missingField } from '../exchange/refusals.ts';
import { jsonAnswer, refusalAnswer } from './answer.ts';
import type { SignedCall, SignedHandler } from './call.ts';
import { canceledOrder, createdOrder } from './order-wire.ts';

export function createOrder(version: CreateVersion): SignedHandler {
  return ({ exchange, onAccepted }, call) => {
    const { state } = exchange;
    const request = readOrderRequest(fieldsOf(call), version, state.site);
    if (isRefusal(request)) return refusalAnswer(request);
    const { accountId } = call.key.account;
    const placed = exchange.place({ accountId, request, now: call.now, twist: call.twist });
    if (isRefusal(placed)) return refusalAnswer(placed);
    onAccepted(call.key);
    return jsonAnswer(createdOrder(placed.answered, state.site));
  };
}

export const testOrder: SignedHandler = ({ exchange }, call) => {
  const request = readOrderRequest(fieldsOf(call), 'v1', exchange.state.site);
  if (isRefusal(request)) return refusalAnswer(request);
  const { accountId } = call.key.account;
  const refusal = exchange.test({ accountId, request, now: call.now, twist: {} });
  return refusal ? refusalAnswer(refusal) : jsonAnswer({});
};

export const cancelOneOrder: SignedHandler = ({ exchange }, call) => {
  const orderId = call.parameters.get('orderId');
  const clientOrderId = call.parameters.get('clientOrderId');
  if (!orderId && !clientOrderId) return refusalAnswer(missingField('orderId'));
  const key = orderId ? { orderId } : { clientOrderId: clientOrderId ?? '' };
  const before = exchange.cancel(call.key.account.accountId, key, call.now);
  return isRefusal(before) ? refusalAnswer(before) : jsonAnswer(canceledOrder(before, call.now));
};

const fieldsOf = (call: SignedCall) => (name: string) => call.parameters.get(name);
