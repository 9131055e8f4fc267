import type { FunctionName } from './functions.ts';

/** Who may call a route: whoever API Gateway finds allowed by IAM, or anybody. */
export type RouteAccess =
  | { readonly kind: 'iam' }
  | { readonly kind: 'open'; readonly why: string };

/** One route of the HTTP API. */
export interface RouteRow {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly to: FunctionName;
  readonly access: RouteAccess;
}

const IAM: RouteAccess = { kind: 'iam' };

/** The routes. An open one says why that is safe. */
export const ROUTES: readonly RouteRow[] = [
  {
    method: 'POST',
    path: '/v1/webhooks/{producerId}',
    to: 'receive-order',
    access: {
      kind: 'open',
      why: 'Producers hold no AWS identity: the handler verifies the webhook signature over the raw body before it reads anything else.',
    },
  },
  {
    method: 'POST',
    path: '/v1/tradingview/{producerId}/{token}',
    to: 'receive-order',
    access: {
      kind: 'open',
      why: 'TradingView cannot sign: the handler compares the long random token of the path and the source address before it reads the body as anything.',
    },
  },
  { method: 'POST', path: '/v1/orders', to: 'receive-order', access: IAM },
  { method: 'GET', path: '/v1/orders', to: 'read-orders', access: IAM },
  {
    method: 'GET',
    path: '/v1/orders/{accountId}/{clientOrderId}',
    to: 'read-orders',
    access: IAM,
  },
  {
    method: 'DELETE',
    path: '/v1/orders/{accountId}/{clientOrderId}',
    to: 'receive-order',
    access: IAM,
  },
  { method: 'GET', path: '/v1/accounts/{accountId}', to: 'control-account', access: IAM },
  { method: 'PUT', path: '/v1/accounts/{accountId}/halt', to: 'control-account', access: IAM },
  { method: 'GET', path: '/v1/openapi.json', to: 'read-orders', access: IAM },
  {
    method: 'GET',
    path: '/health',
    to: 'read-orders',
    access: {
      kind: 'open',
      why: 'Health probes carry no identity; the answer tells nothing but that the service answers.',
    },
  },
];
