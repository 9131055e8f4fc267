import type { SchemaName } from './operations.ts';

/** A body that is valid as it stands, and what it does. */
export interface RequestExample {
  readonly summary: string;
  readonly value: Readonly<Record<string, unknown>>;
}

const account = { accountId: 'desk-1' };
const market = { ...account, symbol: 'BTCUSD', side: 'BUY', type: 'MARKET', quantity: '0.01' };
const limit = {
  ...{ ...account, clientOrderId: 'example-limit', symbol: 'BTCUSD', side: 'BUY', type: 'LIMIT' },
  ...{ quantity: '0.01', price: '90000', timeInForce: 'GTC' },
};

/** Examples of each schema of a body, by a name. Accounts and instruments are those of the local stack. */
export const REQUEST_EXAMPLES: Readonly<
  Partial<Record<SchemaName, Readonly<Record<string, RequestExample>>>>
> = {
  OrderRequest: {
    limit: { summary: 'rests in the book until it is filled or canceled', value: limit },
    market: {
      summary: 'buys at once',
      value: { ...market, clientOrderId: 'example-market' },
    },
  },
  WebhookOrderRequest: {
    market: { summary: 'buys at once; its id comes from the delivery', value: market },
  },
  CancelRequest: {
    cancel: {
      summary: 'has an order canceled',
      value: { action: 'cancel', ...account, clientOrderId: 'example-limit' },
    },
  },
  HaltRequest: {
    halt: { summary: 'denies new orders', value: { halted: true, reason: 'drill' } },
    resume: { summary: 'lets new orders pass again', value: { halted: false } },
  },
};
