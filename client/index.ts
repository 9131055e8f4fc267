/** The package's one entry. */
export type { Account, ExternalOrder, Gate, HaltRequest, KeyState } from './src/account.ts';
export type { Auth, AwsCredentials } from './src/authorize.ts';
export {
  type FieldError,
  OrdersApiError,
  OrdersUnreachableError,
  OrdersUsageError,
  OrdersWaitError,
  ResultNotAuthenticError,
} from './src/errors.ts';
export {
  type Attempt,
  FINAL_STATUSES,
  type Fill,
  type HistoryEntry,
  type Order,
  type OrderCancel,
  type OrderPage,
  type OrderQuery,
  type OrderRequest,
  type OrderStatus,
  type OrderSummary,
} from './src/order.ts';
export {
  type CallOptions,
  OrdersClient,
  type OrdersClientOptions,
  type SubmitOptions,
} from './src/orders-client.ts';
export type { RetrySettings } from './src/retry.ts';
export { SYSTEM_TIMING, type Timing } from './src/timing.ts';
export {
  type OrderEvent,
  type ResultHeaders,
  type VerifiedResult,
  verifyResult,
} from './src/verify-result.ts';
export type { WaitOptions } from './src/wait-for-status.ts';
