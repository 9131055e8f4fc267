import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { CancelReceipt } from '../../lib/application/cancel/request-cancel.ts';
import { orderResource } from '../../lib/application/order-resource.ts';
import { unreachable } from '../../lib/domain/invariant.ts';
import { jsonAnswer, problemAnswer } from './problem.ts';

/** Answers the sender of a request to cancel. Only 2xx means that it need not be repeated. */
export function cancelAnswer(receipt: CancelReceipt): APIGatewayProxyStructuredResultV2 {
  switch (receipt.kind) {
    case 'recorded':
      return jsonAnswer(202, orderResource(receipt.order));
    case 'over':
      return jsonAnswer(200, orderResource(receipt.order));
    case 'invalid':
      return problemAnswer({
        status: 400,
        title: 'The cancel request is not valid',
        detail: receipt.errors.map(({ field, message }) => `${field} ${message}`).join('; '),
        errors: receipt.errors,
      });
    case 'forbidden':
      return problemAnswer({
        status: 403,
        title: 'This producer may not trade this account',
        errors: [{ field: 'accountId', message: `${receipt.accountId} is not allowed here` }],
      });
    case 'no-order': {
      const { accountId, clientOrderId } = receipt.key;
      const detail = `There is no order ${clientOrderId} of account ${accountId}.`;
      return problemAnswer({ status: 404, title: 'No such order', detail });
    }
    case 'not-queued':
      return problemAnswer({
        status: 503,
        title: 'Recorded, but not queued yet',
        detail: 'Repeat the same request to queue it now; without that it is queued in a minute.',
      });
    default:
      return unreachable(receipt);
  }
}
