/**
 * One change of one order, as others receive it. At least once, in order per order; drop repeats
 * by `id`.
 */
export interface IntegrationEvent {
  /** `accountId/clientOrderId/sequence`: the same change has the same id for ever. */
  readonly id: string;
  /** Grouping for order: `accountId/clientOrderId`. */
  readonly orderId: string;
  /** `order.received`, `order.rejected` …: see `publish-events.ts`. */
  readonly type: string;
  /** Version of the shape of `data`. */
  readonly schemaVersion: 1;
  /** Plain JSON without secrets. */
  readonly data: Readonly<Record<string, unknown>>;
}
