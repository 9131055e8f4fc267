import type { OrderKey } from '../../domain/order.ts';
import type { UnixMs } from '../../domain/time.ts';
import type { Account } from '../account.ts';
import type { PassMemory } from './account-memory.ts';
import type { Comparison } from './apply-statements.ts';
import type { ReconcileDependencies } from './dependencies.ts';

/** When each order of a pass may be looked at again; kept for one pass only. */
export type NotBefore = Map<string, UnixMs>;

/** What one round of a pass goes by. */
export interface Round {
  readonly deadline: UnixMs;
  readonly notBefore: NotBefore;
  readonly memories: PassMemory;
  /** Looks at open orders alone, whether they are due or not, and however live a stream is. */
  readonly isCatchingUp?: boolean;
}

/** A round over the orders of one account. */
export interface AccountRound extends Round, Comparison {
  readonly dependencies: ReconcileDependencies;
  readonly account: Account;
}

/** Names an order within a pass. */
export function nameOf(order: OrderKey): string {
  return `${order.accountId}/${order.clientOrderId}`;
}
