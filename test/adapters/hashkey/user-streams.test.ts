import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createHashkeyExchange, createHashkeyParts } from '../../../lib/adapters/hashkey/client.ts';
import { createUserStreams } from '../../../lib/adapters/hashkey/user-streams.ts';
import { systemClock } from '../../../lib/adapters/system/clock.ts';
import { Secret } from '../../../lib/application/secret.ts';
import type { StreamReport, StreamSign } from '../../../lib/application/user-stream.ts';
import { DEMO_KEY } from '../../../simulator/options.ts';
import { type Simulator, startSimulator } from '../../../simulator/start.ts';
import { commandAt, contextAt } from './fixtures.ts';

const KEY = {
  keyId: '00112233aabbccdd',
  apiKey: new Secret(DEMO_KEY.apiKey),
  apiSecret: new Secret(DEMO_KEY.apiSecret),
};

let simulator: Simulator;
const parts = createHashkeyParts({ clock: systemClock });
const exchange = createHashkeyExchange({ clock: systemClock }, parts);
const streams = createUserStreams({ clock: systemClock, ...parts });
const context = () => ({ ...contextAt(simulator.url), key: KEY });
let orders = 0;

beforeAll(async () => {
  simulator = await startSimulator({ port: 0, ordersPerSecond: 1_000, queriesPerSecond: 1_000 });
});
afterAll(() => simulator.stop());
beforeEach(() => simulator.admin.setStreamFaults({}));

async function listenKey(): Promise<Secret> {
  const answer = await streams.createListenKey(context());
  if (answer.kind !== 'listen-key') throw new Error(JSON.stringify(answer));
  return answer.listenKey;
}

/** Listens, and gives what is heard until something holds. */
function listen(key: Secret) {
  const signs: StreamSign[] = [];
  let check = () => {};
  const connection = streams.connect(context().site, key, (sign) => {
    signs.push(sign);
    check();
  });
  const reports = (): StreamReport[] =>
    signs.flatMap((sign) => (sign.kind === 'reports' ? [...sign.reports] : []));
  return {
    connection,
    signs,
    reports,
    until: (holds: () => boolean) =>
      new Promise<void>((resolve) => {
        check = () => {
          if (holds()) resolve();
        };
        check();
      }),
  };
}

/** A limit order far below the market, which rests. */
async function place(): Promise<string> {
  orders += 1;
  const { terms, ...command } = commandAt(simulator.url);
  const last = simulator.admin.orders().length;
  const clientOrderId = `stream-${orders}-${last}`;
  const answer = await exchange.submit({
    ...command,
    key: KEY,
    clientOrderId,
    terms: { ...terms, price: '80000', quantity: '0.01' },
    sendBy: systemClock.now() + 5_000,
  });
  expect(answer.kind).toBe('accepted');
  return clientOrderId;
}

describe('the user data stream of the simulator', () => {
  it('tells a new order, its fills with their fees, and its end', async () => {
    const line = listen(await listenKey());
    await line.until(() => line.signs.some(({ kind }) => kind === 'opened'));
    const clientOrderId = await place();
    simulator.admin.fillOrder({ clientOrderId, quantity: '0.004' });
    simulator.admin.fillOrder({ clientOrderId });
    await line.until(() => line.reports().length >= 3);

    const told = line.reports();
    const statuses = told.map(({ statement }) => statement.report.status);
    expect(statuses.slice(-2)).toEqual(['PARTIALLY_FILLED', 'FILLED']);
    const query = await exchange.queryOrder(context(), clientOrderId);
    if (query.kind !== 'found') throw new Error('the order is gone');
    const { exchangeAt: _, ...report } = query.report;
    expect(told.at(-1)?.statement.report).toMatchObject(report);
    expect(told.at(-1)?.statement.evidence.source).toBe('stream');

    // What the list of trades says of them later is the same, id by id.
    const listed = await exchange.trades(context(), { since: 0, clientOrderId });
    if (listed.kind !== 'trades') throw new Error('no trades');
    const streamed = told.flatMap(({ trade }) => trade ?? []);
    const byId = (one: { fill: { tradeId: string } }, other: { fill: { tradeId: string } }) =>
      one.fill.tradeId < other.fill.tradeId ? -1 : 1;
    expect(streamed.toSorted(byId)).toEqual(listed.trades.toSorted(byId));
    line.connection.close();
  });

  it('tells why an order was canceled', async () => {
    const line = listen(await listenKey());
    await line.until(() => line.signs.some(({ kind }) => kind === 'opened'));
    const clientOrderId = await place();
    simulator.admin.cancelOrder({ clientOrderId, reason: 'RISKLIMIT_CANCEL' });
    await line.until(() => line.reports().some(({ statement }) => statement.report.reason));
    expect(line.reports().at(-1)?.statement.report).toMatchObject({
      status: 'CANCELED',
      reason: 'RISKLIMIT_CANCEL',
    });
    line.connection.close();
  });

  it('drops, repeats and mixes up frames when told to', async () => {
    const line = listen(await listenKey());
    await line.until(() => line.signs.some(({ kind }) => kind === 'opened'));
    simulator.admin.setStreamFaults({ repeats: 1, delayMs: 1 });
    const clientOrderId = await place();
    simulator.admin.fillOrder({ clientOrderId });
    await line.until(() => line.reports().filter(({ trade }) => trade !== undefined).length >= 2);
    const [first, again] = line.reports().flatMap(({ trade }) => trade ?? []);
    expect(again).toEqual(first);

    simulator.admin.setStreamFaults({ drops: 1 });
    const before = line.reports().length;
    await place();
    simulator.admin.setStreamFaults({});
    const heard = await place();
    await line.until(() => line.reports().length > before);
    expect(line.reports().at(-1)?.statement.report.clientOrderId).toBe(heard);
    line.connection.close();
  });

  it('ends when it is cut, and its key can be renewed until it expires', async () => {
    const key = await listenKey();
    expect(await streams.renewListenKey(context(), key)).toEqual({ kind: 'renewed' });
    const line = listen(key);
    await line.until(() => line.signs.some(({ kind }) => kind === 'opened'));
    expect(simulator.admin.streamConnections()).toBe(1);
    simulator.admin.cutStreams({ how: 'expire' });
    await line.until(() => line.signs.some(({ kind }) => kind === 'closed'));
    expect((await streams.renewListenKey(context(), key)).kind).toBe('unavailable');
    const refused = listen(key);
    await refused.until(() => refused.signs.some(({ kind }) => kind === 'closed'));
    expect(refused.signs.map(({ kind }) => kind)).toEqual(['closed']);
  });

  it('tells nothing more to whoever has closed it, and never its key', async () => {
    const key = await listenKey();
    const line = listen(key);
    await line.until(() => line.signs.some(({ kind }) => kind === 'opened'));
    line.connection.close();
    const other = listen(await listenKey());
    await other.until(() => other.signs.some(({ kind }) => kind === 'opened'));
    await place();
    await other.until(() => other.reports().length > 0);
    expect(line.reports()).toEqual([]);
    expect(JSON.stringify([key, other.signs])).not.toContain(key.reveal());
    other.connection.close();
  });
});
