import { isPositiveDecimal } from './decimal.ts';
import type { StatusReport } from './execution-report.ts';
import { unreachable } from './invariant.ts';
import type { OrderStatus } from './order.ts';

/**
 * Translates the exchange's status into ours.
 *
 * A cancel that is only pending leaves the order open. A status that we do not know says that the
 * order exists and nothing more, so it counts as open.
 */
export function reportedOrderStatus(report: StatusReport): OrderStatus {
  const executed = isPositiveDecimal(report.executedQuantity);
  switch (report.status) {
    case 'PENDING_NEW':
    case 'NEW':
    case 'PENDING_CANCEL':
    case 'UNRECOGNISED':
    case 'PARTIALLY_FILLED':
      return executed ? 'PARTIALLY_FILLED' : 'NEW';
    case 'FILLED':
      return 'FILLED';
    case 'CANCELED':
    case 'PARTIALLY_CANCELED':
      return executed ? 'PARTIALLY_CANCELED' : 'CANCELED';
    case 'REJECTED':
      return 'REJECTED';
    default:
      return unreachable(report.status);
  }
}
