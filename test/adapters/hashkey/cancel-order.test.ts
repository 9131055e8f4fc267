import { afterEach, describe, expect, it } from '@jest/globals';
import { cancelManyOrders, cancelOrder } from '../../../lib/adapters/hashkey/cancel-order.ts';
import { createHashkeyParts } from '../../../lib/adapters/hashkey/client.ts';
import { systemClock } from '../../../lib/adapters/system/clock.ts';
import { ACCEPTED_BODY, answerFixtures, contextAt } from './fixtures.ts';
import { type Loopback, type Respond, startLoopback } from './loopback.ts';

/** Of the order in ACCEPTED_BODY. */
const exchangeOrderId = '2128389008024406016';
const servers: Loopback[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

async function serve(respond: Respond) {
  const server = await startLoopback(respond);
  servers.push(server);
  const { signedCalls } = createHashkeyParts({ clock: systemClock });
  const dependencies = { clock: systemClock, signedCalls };
  const context = {
    ...contextAt(server.url),
    sendBy: Date.now() + 5_000,
    clientOrderId: 'svc-1',
  };
  return { server, dependencies, context };
}

describe('a cancel call', () => {
  it('names the order in a signed query without a body', async () => {
    const { server, dependencies, context } = await serve((_, r) => r.end(ACCEPTED_BODY));
    const answer = await cancelOrder(dependencies, { ...context, exchangeOrderId });
    expect(answer).toMatchObject({ kind: 'accepted', report: { statusText: 'PENDING_NEW' } });
    expect(server.received).toMatchObject([{ method: 'DELETE', body: '' }]);
    expect(server.received[0]?.target).toMatch(
      /^\/api\/v1\/spot\/order\?orderId=2128389008024406016&recvWindow=5000&timestamp=\d{13}&signature=[0-9a-f]{64}$/,
    );
  });

  it('is classified by the table’s own column', async () => {
    const fixtures = [...answerFixtures('codes.json'), ...answerFixtures('answers.json')];
    const queue = [...fixtures];
    const { dependencies, context } = await serve((_, response) => {
      const fixture = queue.shift();
      response.writeHead(fixture?.httpStatus ?? 500, fixture?.headers).end(fixture?.body);
    });
    for (const { name, cancel, body } of fixtures) {
      const named = /"orderId":"?(\d+)/.exec(body)?.[1] ?? exchangeOrderId;
      const { kind } = await cancelOrder(dependencies, { ...context, exchangeOrderId: named });
      expect([name, kind]).toEqual([name, cancel]);
    }
  });

  it('about another order proves nothing', async () => {
    const { dependencies, context } = await serve((_, r) => r.end(ACCEPTED_BODY));
    const answer = await cancelOrder(dependencies, { ...context, exchangeOrderId: '1' });
    expect(answer).toMatchObject({ kind: 'unknown', evidence: { code: 'OTHER_ORDER' } });
  });

  it('is not sent after its time, and unknown without an answer', async () => {
    const { server, dependencies, context } = await serve((_, r) => r.socket?.resetAndDestroy());
    const command = { ...context, exchangeOrderId };
    const late = { ...command, sendBy: Date.now() - 1 };
    expect((await cancelOrder(dependencies, late)).kind).toBe('not-sent');
    expect((await cancelOrder(dependencies, command)).kind).toBe('unknown');
    expect(server.received).toHaveLength(1);
  });
});

describe('a call that cancels many', () => {
  it('names instrument and limit, and is taken when it names the last order', async () => {
    const { server, dependencies, context } = await serve((_, r) =>
      r.end('{"code":"0000","message":"success","timestamp":1,"lastOrderId":2128389008024406016}'),
    );
    const command = { ...context, symbol: 'BTCUSD', limit: 200 };
    expect((await cancelManyOrders(dependencies, command)).kind).toBe('accepted');
    expect(server.received).toMatchObject([{ method: 'DELETE', body: '' }]);
    expect(server.received[0]?.target).toMatch(
      /^\/api\/v1\/spot\/cancelAllOpenOrders\?symbol=BTCUSD&limit=200&recvWindow=5000&/,
    );
  });

  it.each([
    ['an empty object', '{}', 'unknown'],
    ['no JSON', '<html>', 'unknown'],
    ['a rate limit', '{"code":"0003","msg":"slow down"}', 'throttled'],
    ['an old success', '{"success":true}', 'accepted'],
  ])('answered with %s is %s %s', async (_what, body, kind) => {
    const { dependencies, context } = await serve((_, r) => r.end(body));
    expect((await cancelManyOrders(dependencies, { ...context, limit: 1 })).kind).toBe(kind);
  });

  it('of more than the exchange takes at once is a mistake of ours', async () => {
    const { dependencies, context } = await serve((_, r) => r.end('{}'));
    const command = { ...context, limit: 201 };
    await expect(cancelManyOrders(dependencies, command)).rejects.toThrow('1 to 200');
  });
});
