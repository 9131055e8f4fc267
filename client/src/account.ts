/** Whether requests may leave, and until when they may not. */
export type Gate =
  | { readonly kind: 'open' }
  | {
      readonly kind: 'closed';
      /** Unix milliseconds, or `operator` when a person has to open it. */
      readonly until: number | 'operator';
      readonly reason: string;
    };

/** One API key of an account, never the key itself. */
export interface KeyState {
  readonly keyId: string;
  readonly gate: Gate;
  readonly closings: number;
  readonly budgets: readonly {
    readonly class: 'order' | 'query';
    readonly latestSlotAt?: number;
    readonly slowedTo?: number;
  }[];
}

/** An order at the exchange that the service did not place. */
export interface ExternalOrder {
  readonly exchangeOrderId: string;
  readonly clientOrderId: string;
  readonly origin: 'orphan' | 'foreign';
  readonly symbol: string;
  readonly side: string;
  readonly statusText: string;
  readonly executedQuantity: string;
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
}

/** An account as the API shows it. */
export interface Account {
  readonly accountId: string;
  readonly halted: boolean;
  readonly reason?: string;
  readonly changedAt?: number;
  readonly site: string;
  readonly environment: string;
  readonly lanes: number;
  readonly limits: { readonly ordersPerSecond: number; readonly queriesPerSecond: number };
  readonly egress: { readonly gate: Gate; readonly closings: number };
  readonly keys: readonly KeyState[];
  readonly externalOrders: readonly ExternalOrder[];
}

/** What is asked of an account's kill switch. */
export interface HaltRequest {
  readonly halted: boolean;
  /** For the next person; at most 500 characters. */
  readonly reason?: string;
}
