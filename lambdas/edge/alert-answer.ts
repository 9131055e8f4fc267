import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { AlertReceipt } from '../../lib/application/tradingview/receive-alert.ts';
import { unreachable } from '../../lib/domain/invariant.ts';
import { problemAnswer } from './problem.ts';
import { receiptAnswer } from './receipt-answer.ts';

/** Answers TradingView, which comes again after a 5XX other than 504 and after nothing else. */
export function alertAnswer(receipt: AlertReceipt): APIGatewayProxyStructuredResultV2 {
  switch (receipt.kind) {
    case 'refused':
      return problemAnswer({
        status: 401,
        title: 'The alert is not authentic',
        detail: 'Producer and token do not fit.',
      });
    case 'foreign-address':
      return problemAnswer({
        status: 403,
        title: 'The alert does not come from TradingView',
        detail: 'Its source address is not one of this producer.',
      });
    case 'unmapped':
      return problemAnswer({
        status: 400,
        title: 'The alert is no order by its template',
        detail: receipt.errors.map(({ field, message }) => `${field} ${message}`).join('; '),
        errors: receipt.errors,
      });
    case 'late':
      return problemAnswer({
        status: 503,
        title: 'Not stored in time',
        detail: 'Repeat the same request: a repeat never doubles an order.',
      });
    case 'accepted':
    case 'repeated':
    case 'taken':
    case 'forbidden':
    case 'invalid':
    case 'not-queued':
      return receiptAnswer(receipt);
    default:
      return unreachable(receipt);
  }
}
