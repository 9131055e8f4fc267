// Proves that the simulator speaks the exchange's language: an unmodified ccxt client trades on it.
//
//   cd bench/third-party && npm ci && node hashkey-with-ccxt.mjs

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import ccxt from 'ccxt';

const READY_WITHIN_MS = 15_000;
const projectRoot = fileURLToPath(new URL('../..', import.meta.url));
const results = { passed: 0, failed: 0 };

const { stop, url } = await startSimulator();
const exchange = new ccxt.hashkey({
  apiKey: 'demo-key',
  secret: 'demo-secret',
  urls: { api: { public: url, private: url } },
});

try {
  await runChecks();
} finally {
  stop();
}
console.log(`${results.passed} passed, ${results.failed} failed`);
process.exitCode = results.failed === 0 ? 0 : 1;

async function runChecks() {
  await check('tells the time', async () => {
    assert.ok(Math.abs((await exchange.fetchTime()) - Date.now()) < 5_000);
  });
  await check('loads the markets', async () => {
    const markets = await exchange.loadMarkets();
    assert.ok(Object.keys(markets).length >= 6);
    assert.equal(markets['BTC/USDT'].precision.price, 0.01);
    assert.equal(markets['BTC/USDT'].precision.amount, 0.00001);
  });
  const book = await check('fetches the order book', async () => {
    const fetched = await exchange.fetchOrderBook('BTC/USDT');
    assert.ok(fetched.bids[0][0] < fetched.asks[0][0]);
    return fetched;
  });
  await check('fetches a ticker', async () => {
    assert.ok((await exchange.fetchTicker('ETH/USDT')).last > 0);
  });

  const clientOrderId = `ccxt-${Date.now()}`;
  const limit = await check('places a limit order which stays open', async () => {
    const params = { clientOrderId };
    const order = await exchange.createOrder('BTC/USDT', 'limit', 'buy', 0.01, 80_000, params);
    assert.equal(order.status, 'open');
    assert.equal(order.clientOrderId, clientOrderId);
    assert.match(order.id, /^\d{19}$/);
    return order;
  });
  await check('is refused the same client order id again', () =>
    assert.rejects(
      exchange.createOrder('BTC/USDT', 'limit', 'buy', 0.01, 80_000, { clientOrderId }),
      ccxt.DuplicateOrderId,
    ),
  );
  await check('finds it by its client order id', async () => {
    const order = await exchange.fetchOrder(undefined, 'BTC/USDT', { clientOrderId });
    assert.equal(order.id, limit.id);
    assert.equal(order.price, 80_000);
    assert.equal(order.remaining, 0.01);
  });
  await check('lists it among the open orders', async () => {
    const open = await exchange.fetchOpenOrders('BTC/USDT');
    assert.deepEqual(
      open.map(({ id }) => id),
      [limit.id],
    );
  });

  await check('buys at market by quantity', async () => {
    const order = await exchange.createOrder('BTC/USDT', 'market', 'buy', 0.002);
    assert.equal(order.status, 'closed');
    assert.equal(order.filled, 0.002);
  });
  await check('buys at market by cost', async () => {
    const order = await exchange.createMarketBuyOrderWithCost('ETH/USDT', 1_000);
    assert.equal(order.status, 'closed');
    assert.ok(order.filled > 0.3 && order.filled < 0.32);
  });
  await check('sells at market', async () => {
    const order = await exchange.createOrder('ETH/USDT', 'market', 'sell', 0.1);
    assert.equal(order.filled, 0.1);
  });
  await check('has a post-only order refused which would trade', () => {
    const params = { postOnly: true };
    const price = book.asks[0][0];
    const crossing = exchange.createOrder('BTC/USDT', 'limit', 'buy', 0.01, price, params);
    return assert.rejects(crossing, /"-1156"/);
  });
  await check('fills a crossing limit order at the better price', async () => {
    const order = await exchange.createOrder('BTC/USDT', 'limit', 'buy', 0.01, 100_000);
    const found = await exchange.fetchOrder(order.id, 'BTC/USDT');
    assert.equal(found.status, 'closed');
    assert.equal(found.average, book.asks[0][0]);
  });

  await check('fetches its trades with fees', async () => {
    const trades = await exchange.fetchMyTrades('BTC/USDT');
    assert.equal(trades.length, 2);
    assert.equal(trades[0].fee.currency, 'BTC');
    assert.ok(trades[0].fee.cost > 0);
  });
  await check('fetches its balance with what the open order reserves', async () => {
    assert.equal((await exchange.fetchBalance()).USDT.used, 800);
  });
  await check('fetches its accounts and fees', async () => {
    assert.match((await exchange.fetchAccounts())[0].id, /^\d{19}$/);
    assert.equal((await exchange.fetchTradingFees())['BTC/USDT'].taker, 0.0012);
  });

  await check('cancels the open order', async () => {
    await exchange.cancelOrder(limit.id, 'BTC/USDT');
    assert.equal((await exchange.fetchOrder(limit.id, 'BTC/USDT')).status, 'canceled');
    assert.equal((await exchange.fetchBalance()).USDT.used, 0);
  });
  await check('places a batch and cancels it by ids', async () => {
    const wish = { symbol: 'BTC/USDT', type: 'limit', side: 'buy', amount: 0.01 };
    const orders = await exchange.createOrders([
      { ...wish, price: 70_000 },
      { ...wish, price: 71_000 },
      { ...wish, price: 72_000 },
    ]);
    assert.equal(orders.length, 3);
    await exchange.cancelOrders(
      orders.map(({ id }) => id),
      'BTC/USDT',
    );
    assert.deepEqual(await exchange.fetchOpenOrders('BTC/USDT'), []);
  });
  await check('cancels all orders of a symbol', async () => {
    await exchange.createOrder('ETH/USDT', 'limit', 'sell', 1, 3_500);
    await exchange.cancelAllOrders('ETH/USDT');
    assert.deepEqual(await exchange.fetchOpenOrders('ETH/USDT'), []);
  });
  await check('finds closed and canceled orders in the history', async () => {
    const closed = await exchange.fetchCanceledAndClosedOrders('BTC/USDT');
    assert.ok(closed.some(({ id, status }) => id === limit.id && status === 'canceled'));
    assert.ok(closed.some(({ status }) => status === 'closed'));
  });
  await check('learns that an unknown order does not exist', () =>
    assert.rejects(exchange.fetchOrder('1', 'BTC/USDT'), ccxt.OrderNotFound),
  );
}

async function check(fact, work) {
  try {
    const outcome = await work();
    results.passed += 1;
    console.log(`ok      ccxt ${fact}`);
    return outcome;
  } catch (error) {
    results.failed += 1;
    console.log(`FAILED  ccxt ${fact}: ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
}

/** Starts the simulator as a user would, with limits wide enough for this client's own pace. */
async function startSimulator() {
  const options = ['--port', '0', '--site', 'GLOBAL'];
  const limits = ['--orders-per-second', '100', '--queries-per-second', '100'];
  // Through npm, which brings the project's own Node; in a group of its own, to be stopped as one.
  const child = spawn('npm', ['run', '--silent', 'simulator', '--', ...options, ...limits], {
    cwd: projectRoot,
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const stop = () => process.kill(-child.pid, 'SIGTERM');
  const lines = createInterface({ input: child.stdout });
  const [line] = await once(lines, 'line', { signal: AbortSignal.timeout(READY_WITHIN_MS) });
  const ready = /ready on (http:\S+)/.exec(line);
  if (!ready) throw new Error(`The simulator did not start: ${line}`);
  return { stop, url: ready[1] };
}
