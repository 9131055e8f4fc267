import { OrdersApiError, OrdersClient } from '../index.ts';

const orders = new OrdersClient({
  baseUrl: process.env.ORDERS_URL ?? 'http://127.0.0.1:8080',
  auth: { kind: 'none' }, // the local stack; see below for others
});

try {
  const { order, repeated } = await orders.submit({
    accountId: 'desk-1',
    clientOrderId: process.argv[2] ?? 'my-first',
    symbol: 'BTCUSD',
    side: 'BUY',
    type: 'MARKET',
    quantity: '0.01',
  });
  console.log(repeated ? 'known before' : 'accepted', order.clientOrderId);

  const ended = await orders.waitFor(order.accountId, order.clientOrderId);
  console.log(ended.status, ended.executedQuantity, 'at', ended.averagePrice);
} catch (error) {
  if (!(error instanceof OrdersApiError)) throw error;
  console.error(error.title, error.errors);
  process.exitCode = 1;
}
