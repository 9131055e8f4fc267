import type { Order, OrderStatus } from '../../client/index.ts';

/** An order as the service would answer it. */
export function exampleOrder(status: OrderStatus): Order {
  return {
    accountId: 'desk-1',
    clientOrderId: 'my-first',
    status,
    symbol: 'BTCUSD',
    side: 'BUY',
    type: 'MARKET',
    quantity: '0.01',
    timeInForce: 'IOC',
    validUntil: 1_795_366_363_415,
    orderingKey: 'BTCUSD',
    onNeverPlaced: 'fail',
    executedQuantity: '0',
    cumulativeQuote: '0',
    fills: [],
    fillsComplete: true,
    fees: [],
    attempts: [],
    history: [],
    createdAt: 1_795_366_303_415,
    updatedAt: 1_795_366_303_415,
    version: 1,
  };
}
