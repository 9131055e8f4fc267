import type { ExchangeState } from '../exchange/state.ts';

/** Where an exchange keeps what it has answered for. */
export type Store = {
  /** Fills a new exchange with what was stored; to be called once, before any order. */
  readonly load: (state: ExchangeState) => void;
  /** Stores all changes at once, or none of them. */
  readonly commit: (state: ExchangeState) => void;
  readonly close: () => void;
};

/** Keeps nothing beyond the process. */
export function memoryStore(): Store {
  return { load: () => undefined, commit: forgetChanges, close: () => undefined };
}

export function forgetChanges({ changes }: ExchangeState): void {
  changes.orders.clear();
  changes.trades.length = 0;
  changes.balances.clear();
  changes.burnedIds.clear();
}
