import { once } from 'node:events';
import { createServer } from 'node:http';
import { orderResource } from '../../lib/application/order-resource.ts';
import type { OrderEvent } from '../../lib/domain/events.ts';
import { evolveAll } from '../../lib/domain/evolve.ts';
import type { Order } from '../../lib/domain/order.ts';
import { accountWith } from '../../test/console/account-sample.ts';

/** The API's list over orders in memory: only what the page costs is measured, not a database. */
export interface ServedOrders {
  readonly url: string;
  close(): void;
}

const PAGE_DEFAULT = 50;
const SECOND_MS = 1_000;

/** Serves so many orders of `desk-1`, newest first, two of them in doubt. */
export async function serveOrders(count: number, now: number): Promise<ServedOrders> {
  const orders = Array.from({ length: count }, (_, index) =>
    orderOf(index, now - index * SECOND_MS),
  );
  const answer = (url: URL): unknown => {
    if (url.pathname === '/v1/accounts/desk-1') return accountWith(7);
    const status = url.searchParams.get('status');
    const start = Number(url.searchParams.get('cursor') ?? 0);
    const limit = Number(url.searchParams.get('limit') ?? PAGE_DEFAULT);
    const listed = status === null ? orders : orders.filter((order) => order.status === status);
    const end = start + limit;
    const page = listed.slice(start, end).map(orderResource);
    return { orders: page, cursor: end < listed.length ? String(end) : undefined };
  };
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(answer(new URL(request.url ?? '/', 'http://api'))));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** With the history that an order has: received, sent, and open or in doubt. */
function orderOf(index: number, at: number): Order {
  const clientOrderId = `bench-${String(index).padStart(6, '0')}`;
  const attemptId = `attempt-${index}`;
  const terms = {
    symbol: 'BTCUSD',
    side: index % 2 === 0 ? 'BUY' : 'SELL',
    type: 'LIMIT',
    quantity: '0.01',
    price: String(20_000 + (index % 500)),
  } as const;
  const evidence = { source: 'submit', at: at + 200, httpStatus: 200 } as const;
  const sent: readonly OrderEvent[] = [
    {
      type: 'OrderReceived',
      at,
      accountId: 'desk-1',
      clientOrderId,
      terms: {
        ...terms,
        timeInForce: 'GTC',
        validUntil: at + 60_000,
        orderingKey: 'BTCUSD',
        onNeverPlaced: 'fail',
      },
      request: {},
      requestHash: 'bench',
      origin: 'api',
    },
    {
      type: 'AttemptStarted',
      at: at + 50,
      attemptId,
      keyId: 'bench-key',
      sendBy: at + 2_050,
      recvWindowMs: 5_000,
      fenceAt: at + 8_050,
    },
  ];
  const end: OrderEvent =
    index < 2
      ? { type: 'OrderDoubted', at: at + 200, attemptId, outcome: 'unknown', evidence }
      : {
          type: 'ExecutionReported',
          at: at + 200,
          attemptId,
          evidence,
          report: {
            clientOrderId,
            exchangeOrderId: String(1_000_000 + index),
            ...terms,
            status: 'NEW',
            statusText: 'NEW',
            executedQuantity: '0',
          },
        };
  return evolveAll(undefined, [...sent, end]);
}
