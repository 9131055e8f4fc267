import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  createHashkeyExchange,
  createHashkeyParts,
  type HashkeyParts,
} from '../../../lib/adapters/hashkey/client.ts';
import { systemClock } from '../../../lib/adapters/system/clock.ts';
import type { Exchange, SubmitCommand } from '../../../lib/application/exchange.ts';
import { Secret } from '../../../lib/application/secret.ts';
import type { FaultInput } from '../../../simulator/faults/fault.ts';
import { DEMO_KEY } from '../../../simulator/options.ts';
import { type Simulator, startSimulator } from '../../../simulator/start.ts';
import { commandAt, contextAt } from './fixtures.ts';

const KEY = {
  keyId: '00112233aabbccdd',
  apiKey: new Secret(DEMO_KEY.apiKey),
  apiSecret: new Secret(DEMO_KEY.apiSecret),
};

let simulator: Simulator;
let exchange: Exchange;
let parts: HashkeyParts;
let orders = 0;

beforeAll(async () => {
  simulator = await startSimulator({ port: 0, ordersPerSecond: 1_000, queriesPerSecond: 1_000 });
});
afterAll(() => simulator.stop());
beforeEach(() => {
  simulator.admin.clearRules();
  simulator.admin.resetLimits();
  parts = createHashkeyParts({ clock: systemClock });
  exchange = createHashkeyExchange({ clock: systemClock }, parts);
});

const context = () => ({ ...contextAt(simulator.url), key: KEY });

/** A limit order far below the market, under an id of its own. */
function command(changes: Partial<SubmitCommand> = {}): SubmitCommand {
  orders += 1;
  const { terms, ...rest } = commandAt(simulator.url);
  const resting = { ...terms, price: priceBelow };
  return { ...rest, key: KEY, clientOrderId: `sim-${orders}`, terms: resting, ...changes };
}

let priceBelow = '1';
beforeAll(async () => {
  const rules = await createHashkeyExchange({ clock: systemClock }).instruments(context().site);
  expect(rules?.get('BTCUSD')).toMatchObject({ tradable: true });
  const answer = await fetch(`${simulator.url}/quote/v1/ticker/price?symbol=BTCUSD`);
  const [last] = [JSON.parse(await answer.text())].flat();
  priceBelow = String(Math.floor(Number(last.p ?? last.price) * 0.9));
});

function strike(endpoint: 'create' | 'query' | 'cancel' | 'openOrders', fault: FaultInput): void {
  simulator.admin.addRule({ match: { endpoint }, times: 1, fault });
}

describe('an order at the simulated exchange', () => {
  it('is accepted, found, listed, canceled and then in the history', async () => {
    const since = Date.now() - 60_000;
    const order = command();
    const { clientOrderId } = order;
    const accepted = await exchange.submit(order);
    expect(accepted).toMatchObject({ kind: 'accepted', report: { clientOrderId } });

    const found = await exchange.queryOrder(context(), clientOrderId);
    expect(found).toMatchObject({ kind: 'found', report: { status: 'NEW', quantity: '0.01' } });
    const open = await exchange.openOrders(context());
    expect(open).toMatchObject({ kind: 'page' });
    expect(JSON.stringify(open)).toContain(`"${clientOrderId}"`);

    const sendBy = Date.now() + 1_000;
    const exchangeOrderId = found.kind === 'found' ? found.report.exchangeOrderId : '';
    const cancel = () => exchange.cancel({ ...context(), sendBy, clientOrderId, exchangeOrderId });
    expect(await cancel()).toMatchObject({ kind: 'accepted' });
    expect(await cancel()).toMatchObject({ kind: 'not-open' });

    const closed = await exchange.orderHistory(context(), since);
    expect(closed).toMatchObject({ kind: 'page' });
    const mine =
      closed.kind === 'page' && closed.reports.find((r) => r.clientOrderId === clientOrderId);
    expect(mine).toMatchObject({ status: 'CANCELED', executedQuantity: '0' });
  });

  it('is filled when it is a market order by amount', async () => {
    const order = command();
    const { price: _price, quantity: _quantity, ...terms } = order.terms;
    const market = { ...terms, type: 'MARKET', amount: '100', timeInForce: 'IOC' } as const;
    expect(await exchange.submit({ ...order, terms: market })).toMatchObject({ kind: 'accepted' });
    const found = await exchange.queryOrder(context(), order.clientOrderId);
    expect(found).toMatchObject({ kind: 'found', report: { status: 'FILLED', type: 'MARKET' } });
    expect(found.kind === 'found' && found.report.quantity).toBeUndefined();
  });

  it('is a duplicate the second time', async () => {
    const order = command();
    await exchange.submit(order);
    expect(await exchange.submit(order)).toMatchObject({
      kind: 'duplicate',
      evidence: { code: '-1141', httpStatus: 400 },
    });
  });

  it('is rejected when its price is no multiple of the tick', async () => {
    const order = command();
    const terms = { ...order.terms, price: `${priceBelow}.001` };
    expect((await exchange.submit({ ...order, terms })).kind).toBe('rejected');
  });

  it('is rejected when it is post-only and would trade at once', async () => {
    const order = command();
    const price = String(Number(priceBelow) + Math.floor(Number(priceBelow) * 0.2));
    const terms = { ...order.terms, type: 'LIMIT_MAKER', price } as const;
    expect(await exchange.submit({ ...order, terms })).toMatchObject({
      kind: 'rejected',
      code: '-2010',
    });
  });

  it('is not found before it was sent', async () => {
    expect(await exchange.queryOrder(context(), 'never-sent')).toMatchObject({
      kind: 'not-found',
      evidence: { code: '0211', source: 'query' },
    });
  });

  it('is refused for a wrong secret, as a bad key', async () => {
    const key = { ...KEY, apiSecret: new Secret('another secret') };
    expect((await exchange.submit(command({ key }))).kind).toBe('bad-key');
  });
});

describe('a simulated exchange whose clock moves on', () => {
  it('refuses for the clock, and takes the order after a new measurement', async () => {
    await exchange.submit(command());
    simulator.admin.setClock({ offsetMs: 60_000 });
    const order = command();
    expect((await exchange.submit(order)).kind).toBe('clock-skew');
    await exchange.resynchronise(context().site);
    expect((await exchange.submit(order)).kind).toBe('accepted');
    simulator.admin.setClock({ offsetMs: 0 });
  });
});

describe('a simulated fault of a create call', () => {
  it.each<[string, FaultInput, string, string]>([
    ['a 5XX before acceptance', { kind: 'status', when: 'before' }, 'unknown', 'not-found'],
    ['a 5XX after acceptance', { kind: 'status', when: 'after' }, 'unknown', 'found'],
    ['a reset before acceptance', { kind: 'reset', when: 'before' }, 'unknown', 'not-found'],
    ['a reset after acceptance', { kind: 'reset', when: 'after' }, 'unknown', 'found'],
    ['a hang after acceptance', { kind: 'hang', when: 'after' }, 'unknown', 'found'],
    ['-1006, placed', { kind: 'code', code: '-1006', placed: true }, 'unknown', 'found'],
    ['-1007 as a number', { kind: 'code', code: -1007 }, 'unknown', 'not-found'],
    ['HTML with 200, placed', { kind: 'html', placed: true }, 'unknown', 'found'],
    ['a cut-off answer', { kind: 'truncated' }, 'unknown', 'found'],
    [
      'an error code with 200',
      { kind: 'code', code: '0401', status: 200 },
      'rejected',
      'not-found',
    ],
    ['a 429', { kind: 'throttle' }, 'throttled', 'not-found'],
    ['a ban', { kind: 'ban', ms: 50 }, 'banned', 'not-found'],
    ['a late order', { kind: 'late', ms: 86_000_000 }, 'unknown', 'not-found'],
  ])('%s', async (_, fault, outcome, truth) => {
    await exchange.resynchronise(context().site);
    strike('create', fault);
    const order = command({ timeoutMs: 150 });
    expect((await exchange.submit(order)).kind).toBe(outcome);

    simulator.admin.resetLimits();
    expect((await exchange.queryOrder(context(), order.clientOrderId)).kind).toBe(truth);
    const placed = simulator.admin.orders({ clientOrderId: order.clientOrderId });
    expect(placed.length).toBeLessThanOrEqual(1);
  });
});

describe('a simulated fault of a query', () => {
  it.each<[string, FaultInput, string]>([
    ['a 5XX', { kind: 'status' }, 'unavailable'],
    ['a reset', { kind: 'reset' }, 'unavailable'],
    ['HTML with 200', { kind: 'html' }, 'unavailable'],
    ['a cut-off answer', { kind: 'truncated' }, 'unavailable'],
    ['a 429', { kind: 'throttle' }, 'throttled'],
    ['an unknown code', { kind: 'code', code: '-4242' }, 'unavailable'],
  ])('%s proves nothing', async (_, fault, kind) => {
    const order = command();
    await exchange.submit(order);
    strike('query', fault);
    expect((await exchange.queryOrder(context(), order.clientOrderId)).kind).toBe(kind);
    simulator.admin.resetLimits();
    strike('openOrders', fault);
    expect((await exchange.openOrders(context())).kind).toBe(kind);
  });
});
