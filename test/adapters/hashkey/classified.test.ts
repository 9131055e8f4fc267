import { describe, expect, it } from '@jest/globals';
import { readAnswer, treatmentOf } from '../../../lib/adapters/hashkey/answer.ts';
import { cancelManyOrders, cancelOrder } from '../../../lib/adapters/hashkey/cancel-order.ts';
import { classifyPage, classifyQuery } from '../../../lib/adapters/hashkey/classify.ts';
import { classifySubmit } from '../../../lib/adapters/hashkey/classify-submit.ts';
import type { CommandEnd, QueryEnd } from '../../../lib/adapters/hashkey/connection.ts';
import { statusReport } from '../../../lib/adapters/hashkey/mapping.ts';
import type { SignedCommand, Withheld } from '../../../lib/adapters/hashkey/signed-calls.ts';
import { orderSchema } from '../../../lib/adapters/hashkey/wire.ts';
import { contextAt } from './fixtures.ts';
import { manualClock } from './manual-clock.ts';

const NOW = 1_767_225_600_100;
const TIMING = { sentAt: NOW - 40, answeredAt: NOW - 5 };
const STAMP = NOW - 20;
const ORDER = {
  symbol: 'BTCUSD',
  clientOrderId: 'svc-1',
  orderId: '2128389008024406016',
  transactTime: `${STAMP}`,
  executedQty: '0',
  status: 'NEW',
  side: 'BUY',
};
const redact = (text: string) => text.replaceAll('SECRET', '***');
const answered = (body: unknown, httpStatus = 200) => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { kind: 'answer', httpStatus, text, timing: TIMING, roundTripMs: 35 } as const;
};
const unsent = { sentAt: NOW, answeredAt: NOW };
const withheld = { kind: 'withheld', reason: 'bad-key', code: 'MALFORMED_KEY' } as const;
const notSent = { kind: 'not-sent', errno: 'ECONNREFUSED' } as const;
const lost = { kind: 'lost', errno: 'ECONNRESET', timing: TIMING } as const;
const seen = (source: string, more: object = {}) => ({
  source,
  at: TIMING.answeredAt,
  httpStatus: 200,
  ...more,
});

describe('the end of a create call', () => {
  const submit = (end: CommandEnd | Withheld) => classifySubmit({ end, redact }, 'svc-1', NOW);
  const fault = (code: string) => ({ source: 'submit', at: NOW, code });

  it('without an answer says what is known of its sending', () => {
    expect(submit(withheld)).toStrictEqual({
      kind: 'bad-key',
      evidence: fault('MALFORMED_KEY'),
      timing: unsent,
    });
    expect(submit(notSent)).toStrictEqual({
      kind: 'not-sent',
      evidence: fault('ECONNREFUSED'),
      timing: unsent,
    });
    expect(submit(lost)).toStrictEqual({
      kind: 'unknown',
      evidence: fault('ECONNRESET'),
      timing: TIMING,
    });
  });

  it('is accepted with the order that was sent, and the stamp of the exchange', () => {
    const answer = submit(answered(ORDER));
    expect(answer).toMatchObject({ kind: 'accepted', report: { clientOrderId: 'svc-1' } });
    expect(answer.evidence).toStrictEqual(seen('submit'));
    expect(answer.timing).toStrictEqual({ ...TIMING, exchangeAt: STAMP });
    const { transactTime: _, ...unstamped } = ORDER;
    expect(submit(answered(unstamped)).timing).toStrictEqual(TIMING);
  });

  it('is unknown with another order, or with none', () => {
    expect(submit(answered({ ...ORDER, clientOrderId: 'svc-2' }))).toStrictEqual({
      kind: 'unknown',
      evidence: seen('submit', { code: 'OTHER_ORDER' }),
      timing: TIMING,
    });
    expect(submit(answered({})).evidence).toStrictEqual(seen('submit', { code: 'UNREADABLE' }));
  });

  it('is rejected by the status of the order, unless that has traded', () => {
    const refused = { ...ORDER, status: 'REJECTED' };
    const evidence = seen('submit', { code: 'REJECTED' });
    const timing = { ...TIMING, exchangeAt: STAMP };
    expect(submit(answered({ ...refused, ordCxlReason: 'LACK' }))).toStrictEqual({
      ...{ kind: 'rejected', code: 'REJECTED', message: 'LACK', evidence, timing },
    });
    expect(submit(answered(refused))).toMatchObject({
      message: 'the exchange took the order and refused it at once',
    });
    expect(submit(answered({ ...refused, executedQty: '0.1' }))).toStrictEqual({
      ...{ kind: 'unknown', evidence, timing },
    });
  });

  it('is rejected by a listed code, with its words and without its secrets', () => {
    const body = { code: '0401', msg: 'not enough for SECRET' };
    const evidence = seen('submit', { code: '0401', message: 'not enough for ***' });
    expect(submit(answered(body))).toStrictEqual({
      ...{ kind: 'rejected', code: '0401', message: 'not enough for ***', evidence },
      timing: TIMING,
    });
    expect(submit(answered({ code: '0401' }))).toMatchObject({ code: '0401', message: '' });
    expect(submit(answered({ code: '0401' })).evidence).toStrictEqual(
      seen('submit', { code: '0401' }),
    );
    expect(submit(answered({ code: '0003' }))).toStrictEqual({
      ...{ kind: 'throttled', evidence: seen('submit', { code: '0003' }), timing: TIMING },
    });
  });
});

describe('an answer', () => {
  const read = (body: unknown, httpStatus?: number) => readAnswer(answered(body, httpStatus));
  const base = { httpStatus: 200, timing: TIMING };

  it.each<[string, unknown, object]>([
    ['no JSON', '<html>', {}],
    ['a text', '"0401"', {}],
    ['null', 'null', {}],
    ['a list', [], { body: [] }],
    ['a success code', { code: '0' }, { body: { code: '0' } }],
    ['another success code', { code: '200' }, { body: { code: '200' } }],
    ['the newest success code', { code: '0000' }, { body: { code: '0000' } }],
    ['a code alone', { code: '1' }, { code: '1' }],
    ['code and message', { code: '1', msg: 'm' }, { code: '1', message: 'm' }],
    ['their other names', { errorCode: '1', errorMsg: 'm' }, { code: '1', message: 'm' }],
  ])('is read: %s', (_name, body, expected) => {
    const answer = read(body);
    const more = 'code' in expected ? { body } : {};
    expect(answer).toStrictEqual({ ...base, ...more, ...expected });
  });

  it('of a ban is one to every call', () => {
    const banned = { create: 'banned', cancel: 'banned', query: 'banned' };
    expect(treatmentOf(read({}, 418))).toEqual(banned);
  });

  it.each<[number, unknown, string | undefined]>([
    [199, {}, 'unknown'],
    [200, {}, undefined],
    [299, {}, undefined],
    [300, {}, 'unknown'],
    [200, '', 'unknown'],
    [401, {}, 'bad-key'],
    [403, {}, 'bad-key'],
    [404, {}, 'unknown'],
    [401, '', 'unknown'],
    [200, { code: '99999' }, 'unknown'],
    [403, { code: '99999' }, 'bad-key'],
    [403, { code: '0401' }, 'rejected'],
    [418, {}, 'banned'],
    [429, { code: '0401' }, 'throttled'],
    [499, { code: '0401' }, 'rejected'],
    [500, { code: '0401' }, 'unknown'],
    [200, { code: '0001', msg: 'price' }, 'rejected'],
    [200, { code: '0001' }, 'rejected'],
    [200, { code: '0001', msg: 'bad Signature' }, 'bad-key'],
    [200, { code: '0001', msg: 'TIMESTAMP?' }, 'clock-skew'],
    [200, { code: '0401', msg: 'timestamp, signature' }, 'rejected'],
  ])('of status %d with %j is %s to a create call', (httpStatus, body, create) => {
    expect(treatmentOf(read(body, httpStatus))?.create).toBe(create);
  });
});

describe('the end of a query', () => {
  const ask = (end: QueryEnd | Withheld) => classifyQuery({ end, redact }, 'svc-1', NOW);

  it('says whether the order is there, or why nobody knows', () => {
    expect(ask(withheld)).toStrictEqual({
      kind: 'bad-key',
      evidence: { source: 'query', at: NOW, code: 'MALFORMED_KEY' },
    });
    expect(ask({ kind: 'no-answer', errno: 'ETIMEDOUT' })).toStrictEqual({
      kind: 'unavailable',
      evidence: { source: 'query', at: NOW, code: 'ETIMEDOUT' },
    });
    expect(ask(answered({ code: '0211', msg: 'no' }))).toStrictEqual({
      kind: 'not-found',
      evidence: seen('query', { code: '0211', message: 'no' }),
    });
    const found = ask(answered(ORDER));
    expect(found).toMatchObject({ kind: 'found', report: { clientOrderId: 'svc-1' } });
    expect(found.evidence).toStrictEqual(seen('query'));
    expect(ask(answered({}))).toStrictEqual({
      kind: 'unavailable',
      evidence: seen('query', { code: 'UNREADABLE' }),
    });
    expect(ask(answered(''))).toStrictEqual({
      kind: 'unavailable',
      evidence: seen('query', { code: 'UNREADABLE' }),
    });
  });

  const page = (body: unknown, change = {}) =>
    classifyPage(
      { end: answered(body), redact },
      { source: 'history', limit: 2, fromOrderId: undefined, ...change },
      NOW,
    );

  it('for a list is one page, with the way to the next', () => {
    const short = page([ORDER]);
    expect(short).toMatchObject({ kind: 'page', reports: [{ clientOrderId: 'svc-1' }] });
    expect(short.evidence).toStrictEqual(seen('history'));
    expect(short).not.toHaveProperty('nextFromOrderId');
    const full = page([ORDER, { ...ORDER, orderId: '7' }]);
    expect(full).toMatchObject({ kind: 'page', nextFromOrderId: '7' });
  });

  it('for a list says why nobody knows', () => {
    const question = { source: 'history', limit: 2, fromOrderId: undefined } as const;
    const lost = { kind: 'no-answer', errno: 'ETIMEDOUT' } as const;
    expect(classifyPage({ end: lost, redact }, question, NOW)).toStrictEqual({
      kind: 'unavailable',
      evidence: { source: 'history', at: NOW, code: 'ETIMEDOUT' },
    });
    expect(page({ code: '0003' })).toMatchObject({ kind: 'throttled' });
  });

  it.each<[string, unknown, object, object]>([
    [
      'one order of two that says nothing',
      [ORDER, { ...ORDER, orderId: '7', executedQty: 'x' }],
      {},
      { code: 'UNREADABLE' },
    ],
    ['no list', {}, {}, { code: 'UNREADABLE' }],
    ['an order that says nothing', [{ ...ORDER, executedQty: 'x' }], {}, { code: 'UNREADABLE' }],
    ['no way on', [ORDER, ORDER], { fromOrderId: ORDER.orderId }, { code: 'NO_PROGRESS' }],
    ['not found', { code: '0211' }, {}, { code: '0211' }],
  ])('for a list proves nothing with %s', (_name, body, change, more) => {
    const answer = page(body, change);
    expect(answer).toStrictEqual({ kind: 'unavailable', evidence: seen('history', more) });
  });
});

describe('the end of a cancel call', () => {
  const calls: SignedCommand[] = [];
  const { clientOrderId, orderId: exchangeOrderId } = ORDER;
  const context = { ...contextAt('http://127.0.0.1:1'), sendBy: NOW + 1_000, clientOrderId };
  const dependencies = (end: CommandEnd | Withheld) => ({
    clock: manualClock(NOW),
    signedCalls: {
      command: async (call: SignedCommand) => {
        calls.push(call);
        return { end, redact };
      },
      query: () => Promise.reject(new Error('a cancel asks nothing')),
    },
  });
  const cancel = (end: CommandEnd | Withheld) =>
    cancelOrder(dependencies(end), { ...context, exchangeOrderId });
  const many = (end: CommandEnd | Withheld, change = {}) =>
    cancelManyOrders(dependencies(end), { ...context, limit: 1, ...change });
  const fault = (code: string) => ({ source: 'cancel', at: NOW, code });

  it('without an answer says what is known of its sending', async () => {
    for (const call of [cancel, many]) {
      expect(await call(withheld)).toStrictEqual({
        ...{ kind: 'bad-key', evidence: fault('MALFORMED_KEY'), timing: unsent },
      });
      expect(await call(notSent)).toStrictEqual({
        ...{ kind: 'not-sent', evidence: fault('ECONNREFUSED'), timing: unsent },
      });
      expect(await call(lost)).toStrictEqual({
        ...{ kind: 'unknown', evidence: fault('ECONNRESET'), timing: TIMING },
      });
      expect(await call(answered({ code: '-1143' }))).toStrictEqual({
        kind: 'not-open',
        evidence: seen('cancel', { code: '-1143' }),
        timing: TIMING,
      });
    }
  });

  it('is taken for the order by both of its ids', async () => {
    const taken = await cancel(answered(ORDER));
    expect(taken).toMatchObject({ kind: 'accepted', timing: TIMING });
    expect(taken.evidence).toStrictEqual(seen('cancel'));
    for (const other of [{ orderId: '7' }, { clientOrderId: 'svc-2' }]) {
      expect(await cancel(answered({ ...ORDER, ...other }))).toStrictEqual({
        kind: 'unknown',
        evidence: seen('cancel', { code: 'OTHER_ORDER' }),
        timing: TIMING,
      });
    }
    expect((await cancel(answered({}))).evidence).toMatchObject({ code: 'UNREADABLE' });
  });

  it('of many is taken when it says so, and names what it asks for', async () => {
    expect(await many(answered({ success: true }))).toStrictEqual({
      kind: 'accepted',
      evidence: seen('cancel'),
      timing: TIMING,
    });
    expect((await many(answered({}))).evidence).toMatchObject({ code: 'UNREADABLE' });
    calls.length = 0;
    await many(lost, { limit: 200, symbol: 'BTCUSD' });
    await many(lost);
    await cancel(lost);
    expect(calls.map(({ method, path, parameters }) => ({ method, path, parameters }))).toEqual([
      {
        method: 'DELETE',
        path: '/api/v1/spot/cancelAllOpenOrders',
        parameters: [
          ['symbol', 'BTCUSD'],
          ['limit', '200'],
        ],
      },
      {
        method: 'DELETE',
        path: '/api/v1/spot/cancelAllOpenOrders',
        parameters: [['limit', '1']],
      },
      {
        method: 'DELETE',
        path: '/api/v1/spot/order',
        parameters: [['orderId', exchangeOrderId]],
      },
    ]);
    for (const limit of [0, 201, 1.5]) {
      await expect(many(lost, { limit })).rejects.toThrow('1 to 200');
    }
  });
});

describe('a status of the exchange', () => {
  const statusOf = (status: string) =>
    statusReport(orderSchema.parse({ ...ORDER, status }), redact)?.status;

  it.each([
    'PENDING_NEW',
    'NEW',
    'PARTIALLY_FILLED',
    'PENDING_CANCEL',
    'FILLED',
    'CANCELED',
    'PARTIALLY_CANCELED',
    'REJECTED',
  ] as const)('%s is what it says', (status) => {
    expect(statusOf(status)).toBe(status);
  });

  it('has times that are 13 digits and nothing else', () => {
    const at = (transactTime: string) =>
      statusReport(orderSchema.parse({ ...ORDER, transactTime }), redact)?.exchangeAt;
    expect([at(`${STAMP}`), at(`${STAMP}0`), at(`x${STAMP}`), at('176722560010')]).toEqual([
      STAMP,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
