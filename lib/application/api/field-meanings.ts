type Meanings = Readonly<Record<string, string>>;

const IDENTITY: Meanings = {
  accountId: 'an account that the service knows',
  clientOrderId: 'the caller’s id of the order, one per account for ever',
};

const ORDER: Meanings = {
  ...IDENTITY,
  symbol: 'the instrument, such as BTCUSD',
  side: 'which way',
  type: 'order type',
  quantity: 'base units; exactly one of quantity and amount',
  amount: 'quote units; MARKET only',
  price: 'LIMIT and LIMIT_MAKER only',
  timeInForce: 'LIMIT: GTC by default, IOC, FOK; LIMIT_MAKER: GTC; MARKET: IOC',
  stpMode: 'self-trade prevention; the exchange’s own default without it',
  validUntil: 'past it the order is never sent',
  orderingKey: 'orders of one key are sent strictly one after the other; by default the symbol',
  onNeverPlaced: 'what follows a proof of absence; fail by default',
  replaces: 'client order id of the order whose place this one takes',
};

const ORDER_REQUEST: Meanings = {
  ...ORDER,
  validUntil:
    'Unix time in milliseconds, at most 24 hours ahead; by default the account’s own waiting time from now; past it the order is never sent',
};

/** What the top fields of each schema of the API mean, by the schema’s name. */
export const FIELD_MEANINGS: Readonly<Record<string, Meanings>> = {
  OrderRequest: ORDER_REQUEST,
  WebhookOrderRequest: {
    ...ORDER_REQUEST,
    clientOrderId: `${IDENTITY.clientOrderId}; derived from account and webhook id without it`,
  },
  CancelRequest: { ...IDENTITY, action: 'says that the order is to be canceled' },
  HaltRequest: {
    halted: 'whether new orders are denied from now on',
    reason: 'why, and who: for the next person',
  },
  Order: {
    ...ORDER,
    status: 'where it stands',
    reason: 'why it ended or is held: a code of ours, or the exchange’s own word',
    replacedBy: 'client order id of the order that takes its place',
    exchangeOrderId: 'the exchange’s id of the order',
    executedQuantity: 'base units executed, as the exchange states it',
    cumulativeQuote: 'quote units executed, as the exchange states it',
    averagePrice: 'as the exchange states it',
    fills: 'single trades, each once per trade id',
    fillsComplete: 'whether the fills add up to executedQuantity',
    fees: 'sum of the fills’ fees per asset',
    rejection: 'the exchange’s refusal',
    cancel: 'somebody wants it canceled, and how far that is',
    attempts: 'each time it was sent or may have been',
    history: 'the newest 40 changes',
    createdAt: 'when it was stored',
    updatedAt: 'its newest change',
    version: 'grows with every write',
  },
  OrderPage: { orders: 'newest first' },
  Account: {
    accountId: 'the account',
    halted: 'whether new orders are denied',
    reason: 'why it is halted, as whoever halted it wrote',
    changedAt: 'the newest halt or resume',
    site: 'whose account it is at the exchange',
    environment: 'where its orders are real, or not',
    lanes: 'message groups that its orders are spread over',
    limits: 'of each key',
    egress: 'the gate of all keys behind our address',
    keys: 'each key’s gate and budgets; never the key',
    externalOrders: 'orders at the exchange that this service did not place',
  },
  Health: { status: 'it answers' },
  ApiDescription: { openapi: 'version of OpenAPI' },
  Problem: {
    type: 'kind of problem, about:blank where the status says all',
    status: 'as that of the answer',
    title: 'what is wrong, in a word',
    detail: 'what happened and what to do',
    errors: 'every wrong field',
  },
};

/** What a parameter of a path or a query means, by its name. */
export const PARAMETER_MEANINGS: Meanings = {
  accountId: 'the account',
  clientOrderId: 'the caller’s id of the order',
  producerId: 'the producer, as its secret is named',
  token: 'the long random path token of the producer',
  status: 'only orders that stand so',
  cursor: 'goes on where a page ended: the cursor of that page',
  limit: 'orders of a page, 1 to 100',
};
