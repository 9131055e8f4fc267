import { afterEach, describe, expect, it } from '@jest/globals';
import { cancelOrder } from '../../../lib/adapters/hashkey/cancel-order.ts';
import { createHashkeyParts } from '../../../lib/adapters/hashkey/client.ts';
import { systemClock } from '../../../lib/adapters/system/clock.ts';
import { ACCEPTED_BODY, answerFixtures, contextAt } from './fixtures.ts';
import { type Loopback, type Respond, startLoopback } from './loopback.ts';

const servers: Loopback[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

async function serve(respond: Respond) {
  const server = await startLoopback(respond);
  servers.push(server);
  const { signedCalls } = createHashkeyParts({ clock: systemClock });
  const dependencies = { clock: systemClock, signedCalls };
  const context = { ...contextAt(server.url), sendBy: Date.now() + 5_000 };
  return { server, dependencies, context };
}

describe('a cancel call', () => {
  it('names the order in a signed query without a body', async () => {
    const { server, dependencies, context } = await serve((_, r) => r.end(ACCEPTED_BODY));
    const answer = await cancelOrder(dependencies, context, { clientOrderId: 'svc-1' });
    expect(answer).toMatchObject({ kind: 'accepted', report: { statusText: 'PENDING_NEW' } });
    expect(server.received).toMatchObject([{ method: 'DELETE', body: '' }]);
    expect(server.received[0]?.target).toMatch(
      /^\/api\/v1\/spot\/order\?clientOrderId=svc-1&recvWindow=5000&timestamp=\d{13}&signature=[0-9a-f]{64}$/,
    );
  });

  it('may name the exchange order id instead', async () => {
    const { server, dependencies, context } = await serve((_, r) => r.end(ACCEPTED_BODY));
    const target = { exchangeOrderId: '2128389008024406016' };
    expect((await cancelOrder(dependencies, context, target)).kind).toBe('accepted');
    expect(server.received[0]?.target).toContain('?orderId=2128389008024406016&');
  });

  it('is classified by the table’s own column', async () => {
    const fixtures = [...answerFixtures('codes.json'), ...answerFixtures('answers.json')];
    const queue = [...fixtures];
    const { dependencies, context } = await serve((_, response) => {
      const fixture = queue.shift();
      response.writeHead(fixture?.httpStatus ?? 500, fixture?.headers).end(fixture?.body);
    });
    for (const { name, cancel } of fixtures) {
      const { kind } = await cancelOrder(dependencies, context, { clientOrderId: 'svc-1' });
      expect([name, kind]).toEqual([name, cancel]);
    }
  });

  it('about another order proves nothing', async () => {
    const { dependencies, context } = await serve((_, r) => r.end(ACCEPTED_BODY));
    const answer = await cancelOrder(dependencies, context, { exchangeOrderId: '1' });
    expect(answer).toMatchObject({ kind: 'unknown', evidence: { code: 'OTHER_ORDER' } });
  });

  it('is not sent after its time, and unknown without an answer', async () => {
    const { server, dependencies, context } = await serve((_, r) => r.socket?.resetAndDestroy());
    const target = { clientOrderId: 'svc-1' };
    const late = { ...context, sendBy: Date.now() - 1 };
    expect((await cancelOrder(dependencies, late, target)).kind).toBe('not-sent');
    expect((await cancelOrder(dependencies, context, target)).kind).toBe('unknown');
    expect(server.received).toHaveLength(1);
  });
});
