import { assertTerms, type OrderTerms } from '../../domain/order-terms.ts';
import type { Parameter } from './signing.ts';

/**
 * Gives the parameters of a create call, version 1.1. There `quantity` always means base units and
 * `amount` quote units; in version 1 the meaning of `quantity` depends on side and document.
 *
 * @throws InvariantError when the terms do not fit together
 */
export function orderParameters(clientOrderId: string, terms: OrderTerms): readonly Parameter[] {
  assertTerms(terms);
  const parameters: readonly (readonly [string, string | undefined])[] = [
    ['symbol', terms.symbol],
    ['side', terms.side],
    ['type', terms.type],
    ['quantity', terms.quantity],
    ['amount', terms.amount],
    ['price', terms.price],
    ['timeInForce', terms.timeInForce],
    ['stpMode', terms.stpMode],
    ['newClientOrderId', clientOrderId],
  ];
  return parameters.flatMap(([name, value]): Parameter[] =>
    value === undefined ? [] : [[name, value]],
  );
}
