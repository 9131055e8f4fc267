/** Who may call an operation. */
export type ApiAccess = 'iam' | 'webhook-signature' | 'token' | 'anybody';

/** Names of the schemas that bodies and answers have. */
export type SchemaName =
  | 'OrderRequest'
  | 'WebhookOrderRequest'
  | 'CancelRequest'
  | 'HaltRequest'
  | 'Order'
  | 'OrderPage'
  | 'Account'
  | 'Health'
  | 'ApiDescription';

/** One operation of the API. */
export interface ApiOperation {
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** As the route has it. */
  readonly path: string;
  readonly summary: string;
  readonly access: ApiAccess;
  /** Schemas of its body, any of them; `alert` is what a producer's template says it is. */
  readonly body?: readonly SchemaName[] | 'alert';
  /** Takes the parameters of a list. */
  readonly listsOrders?: true;
  /** Successes and what they hold; then the problems that it answers with. */
  readonly answers: readonly (readonly [status: number, schema: SchemaName, meaning: string])[];
  readonly problems: readonly number[];
}

const ORDER_ANSWERS: ApiOperation['answers'] = [
  [202, 'Order', 'the order is stored and queued'],
  [200, 'Order', 'the same request again: where the order stands'],
];
const order = { path: '/v1/orders/{accountId}/{clientOrderId}', access: 'iam' } as const;

/** Every operation, in the order of the routes. */
export const API_OPERATIONS: readonly ApiOperation[] = [
  {
    id: 'receiveWebhook',
    method: 'POST',
    path: '/v1/webhooks/{producerId}',
    summary: 'Places or cancels an order by a webhook that its producer signed.',
    access: 'webhook-signature',
    body: ['WebhookOrderRequest', 'CancelRequest'],
    answers: ORDER_ANSWERS,
    problems: [400, 401, 403, 404, 409, 413, 415, 503],
  },
  {
    id: 'receiveTradingViewAlert',
    method: 'POST',
    path: '/v1/tradingview/{producerId}/{token}',
    summary: 'Places an order by an alert, as the template of the producer says.',
    access: 'token',
    body: 'alert',
    answers: ORDER_ANSWERS,
    problems: [400, 401, 403, 409, 413, 415, 503],
  },
  {
    id: 'submitOrder',
    method: 'POST',
    path: '/v1/orders',
    summary: 'Places an order, or cancels one by an action.',
    access: 'iam',
    body: ['OrderRequest', 'CancelRequest'],
    answers: ORDER_ANSWERS,
    problems: [400, 404, 409, 413, 415, 503],
  },
  {
    id: 'listOrders',
    method: 'GET',
    path: '/v1/orders',
    summary: 'Lists the orders of an account, newest first.',
    access: 'iam',
    listsOrders: true,
    answers: [[200, 'OrderPage', 'a page']],
    problems: [400, 503],
  },
  {
    ...order,
    id: 'getOrder',
    method: 'GET',
    summary: 'Shows an order.',
    answers: [[200, 'Order', 'the order']],
    problems: [404, 503],
  },
  {
    ...order,
    id: 'cancelOrder',
    method: 'DELETE',
    summary: 'Has an order canceled.',
    answers: [
      [202, 'Order', 'the wish is recorded'],
      [200, 'Order', 'the order had ended before'],
    ],
    problems: [404, 503],
  },
  {
    id: 'getAccount',
    method: 'GET',
    path: '/v1/accounts/{accountId}',
    summary: 'Shows an account: kill switch, gates, budgets.',
    access: 'iam',
    answers: [[200, 'Account', 'the account']],
    problems: [404, 503],
  },
  {
    id: 'haltAccount',
    method: 'PUT',
    path: '/v1/accounts/{accountId}/halt',
    summary: 'Works the kill switch of an account.',
    access: 'iam',
    body: ['HaltRequest'],
    answers: [[200, 'Account', 'the account as it is now']],
    problems: [400, 404, 413, 415, 503],
  },
  {
    id: 'describeApi',
    method: 'GET',
    path: '/v1/openapi.json',
    summary: 'Gives this description.',
    access: 'iam',
    answers: [[200, 'ApiDescription', 'an OpenAPI 3.1 document']],
    problems: [503],
  },
  {
    id: 'checkHealth',
    method: 'GET',
    path: '/health',
    summary: 'Says that the service answers.',
    access: 'anybody',
    answers: [[200, 'Health', 'it does']],
    problems: [503],
  },
];
