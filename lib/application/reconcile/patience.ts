import type { OrderKey } from '../../domain/order.ts';
import type { Log } from '../ports.ts';

/** Lets the looks of one account fail one by one. */
export interface Patience {
  /**
   * Runs one look and passes over its fault.
   *
   * @throws the fault of the last of several looks that failed in a row
   */
  look(key: OrderKey, work: () => Promise<void>): Promise<void>;
  /** How many looks failed. */
  faults(): number;
}

/** So many looks in a row fail for want of a dependency, not for the orders' sake. */
const FAULTS_IN_A_ROW_MAX = 3;

/**
 * Makes the patience of one account and round.
 *
 * @param passOver - told which order is left for later
 */
export function createPatience(
  { log }: { readonly log: Log },
  passOver: (key: OrderKey) => void,
): Patience {
  let faults = 0;
  let inARow = 0;
  return {
    faults: () => faults,
    async look(key, work) {
      try {
        await work();
        inARow = 0;
      } catch (error) {
        faults += 1;
        inARow += 1;
        passOver(key);
        if (inARow >= FAULTS_IN_A_ROW_MAX) throw error;
        log.error('looking after an order failed', {
          accountId: key.accountId,
          clientOrderId: key.clientOrderId,
          cause:
            error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 200) : 'unknown',
        });
      }
    },
  };
}
