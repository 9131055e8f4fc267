import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHashkeyExchange } from '../../../lib/adapters/hashkey/client.ts';
import { systemClock } from '../../../lib/adapters/system/clock.ts';
import { Secret } from '../../../lib/application/secret.ts';
import { accountNamed } from '../../../simulator/exchange/accounts.ts';
import { type Simulator, startSimulator } from '../../../simulator/start.ts';
import { commandAt } from './fixtures.ts';
import { startLoopback } from './loopback.ts';

const SUB = accountNamed('sub-1').accountId;
const key = { apiKey: 'master-key', apiSecret: 'master-secret' };

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({
    port: 0,
    site: 'HK',
    queriesPerSecond: 100,
    accounts: { master: { site: 'HK', keys: [key], subAccounts: ['sub-1'] } },
  });
});
afterAll(() => simulator.stop());

const exchange = createHashkeyExchange({ clock: systemClock });

/** Calls with the master's key, for the account that is named. */
function contextFor(url: string, exchangeAccountId?: string) {
  const { site, ...rest } = commandAt(url);
  const named = exchangeAccountId === undefined ? {} : { exchangeAccountId };
  const secret = {
    keyId: 'key-1',
    apiKey: new Secret(key.apiKey),
    apiSecret: new Secret(key.apiSecret),
  };
  return { ...rest, site: { ...site, ...named }, key: secret };
}

describe('a master key that acts for a sub-account', () => {
  it('places, finds, lists and cancels the orders of that account only', async () => {
    const ofSub = contextFor(simulator.url, SUB);
    const ofMaster = contextFor(simulator.url);
    const placed = await exchange.submit({ ...ofSub, clientOrderId: 'of-sub' });
    expect(placed.kind).toBe('accepted');
    await exchange.submit({ ...ofMaster, clientOrderId: 'of-master' });
    expect(simulator.admin.orders({ clientOrderId: 'of-sub' })).toMatchObject([{ accountId: SUB }]);

    expect((await exchange.queryOrder(ofSub, 'of-sub')).kind).toBe('found');
    expect((await exchange.queryOrder(ofMaster, 'of-sub')).kind).toBe('not-found');
    const open = await exchange.openOrders(ofSub);
    expect(open.kind === 'page' && open.reports.map((one) => one.clientOrderId)).toEqual([
      'of-sub',
    ]);

    expect((await exchange.cancelMany({ ...ofSub, limit: 200 })).kind).toBe('accepted');
    expect(await exchange.queryOrder(ofSub, 'of-sub')).toMatchObject({
      report: { status: 'CANCELED' },
    });
    expect(await exchange.queryOrder(ofMaster, 'of-master')).toMatchObject({
      report: { status: 'NEW' },
    });
  });

  it('is refused for an account that is not its own', async () => {
    const foreign = contextFor(simulator.url, '1234567890');
    expect((await exchange.submit({ ...foreign, clientOrderId: 'foreign' })).kind).toBe('bad-key');
    expect((await exchange.queryOrder(foreign, 'foreign')).kind).toBe('bad-key');
  });

  it('names the account in every signed call', async () => {
    const server = await startLoopback((_, response) => response.end('{}'));
    const context = contextFor(server.url, SUB);
    await exchange.submit({ ...context, clientOrderId: 'svc-1' });
    await exchange.cancel({ ...context, clientOrderId: 'svc-1', exchangeOrderId: '1' });
    await exchange.cancelMany({ ...context, limit: 1 });
    await exchange.queryOrder(context, 'svc-1');
    await exchange.openOrders(context);
    await exchange.orderHistory(context, 0);
    await exchange.trades(context, { since: 0 });
    const signed = server.received.filter(({ target, body }) =>
      `${target}${body}`.includes('signature='),
    );
    expect(signed).toHaveLength(7);
    for (const { target, body } of signed)
      expect(`${target}${body}`).toContain(`accountId=${SUB}&`);
    await server.stop();
  });
});
