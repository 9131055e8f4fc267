import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { orderResource } from '../../lib/application/order-resource.ts';
import type { Receipt } from '../../lib/application/receive-order.ts';
import { unreachable } from '../../lib/domain/invariant.ts';
import { jsonAnswer, problemAnswer } from './problem.ts';

/** Answers the sender of an order request. Only 2xx means that the order is ours. */
export function receiptAnswer(receipt: Receipt): APIGatewayProxyStructuredResultV2 {
  switch (receipt.kind) {
    case 'accepted':
      return jsonAnswer(202, orderResource(receipt.order));
    case 'repeated':
      return jsonAnswer(200, orderResource(receipt.order));
    case 'invalid':
      return problemAnswer({
        status: 400,
        title: 'The order request is not valid',
        detail: receipt.errors.map(({ field, message }) => `${field} ${message}`).join('; '),
        errors: receipt.errors,
      });
    case 'forbidden':
      return problemAnswer({
        status: 403,
        title: 'This producer may not trade this account',
        errors: [{ field: 'accountId', message: `${receipt.accountId} is not allowed here` }],
      });
    case 'taken':
      return problemAnswer({
        status: 409,
        title: 'The client order id belongs to another order',
        detail: `The first order's body has the hash ${receipt.requestHash}.`,
        errors: [{ field: 'clientOrderId', message: `${receipt.clientOrderId} is taken` }],
        requestHash: receipt.requestHash,
      });
    case 'not-queued':
      return problemAnswer({
        status: 503,
        title: 'Stored, but not queued yet',
        detail: 'Repeat the same request to queue it now; without that it is queued in minutes.',
      });
    default:
      return unreachable(receipt);
  }
}
