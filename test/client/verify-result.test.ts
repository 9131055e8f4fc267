import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { OrdersUsageError, ResultNotAuthenticError, verifyResult } from '../../client/index.ts';
import { webhookSecretText } from '../support/webhook-secret.ts';
import { exampleOrder } from './example-order.ts';

const NOW = 1_795_366_303_000;
const SECRET = webhookSecretText('r');
const OTHER = webhookSecretText('o');
const ID = 'desk-1/my-first/3';

const result = {
  type: 'order.filled',
  timestamp: new Date(NOW).toISOString(),
  data: {
    id: ID,
    orderId: 'desk-1/my-first',
    schemaVersion: 1,
    accountId: 'desk-1',
    clientOrderId: 'my-first',
    sequence: 3,
    at: NOW,
    status: 'FILLED',
    detail: {},
    order: exampleOrder('FILLED'),
  },
};
const body = JSON.stringify(result);

function headersOf(secrets: readonly string[], text = body, at = NOW) {
  const signatures = secrets.map((secret) => new Webhook(secret).sign(ID, new Date(at), text));
  return {
    'webhook-id': ID,
    'webhook-timestamp': String(Math.floor(at / 1_000)),
    'webhook-signature': signatures.join(' '),
  };
}

describe('a result webhook', () => {
  it('gives its event, and the id by which repeats are dropped', () => {
    const verified = verifyResult(body, headersOf([SECRET]), SECRET, { now: NOW });
    expect(verified).toEqual({ id: ID, type: 'order.filled', signedAt: NOW, event: result.data });
  });

  it('is taken from the bytes of a body and any form of headers', () => {
    const headers = headersOf([SECRET]);
    const asList = Object.entries(headers).map(([name, value]) => [name.toUpperCase(), [value]]);
    for (const given of [new Headers(headers), Object.fromEntries(asList)]) {
      expect(verifyResult(Buffer.from(body), given, SECRET, { now: NOW }).id).toBe(ID);
    }
  });

  it('is authentic while a secret is rotated, on either side', () => {
    const both = headersOf([OTHER, SECRET]);
    expect(verifyResult(body, both, SECRET, { now: NOW }).id).toBe(ID);
    expect(verifyResult(body, headersOf([SECRET]), [OTHER, SECRET], { now: NOW }).id).toBe(ID);
  });

  it('is not authentic once any of its characters is another one', () => {
    const headers = headersOf([SECRET]);
    const changed = fc.tuple(fc.nat(body.length - 1), fc.string({ minLength: 1, maxLength: 1 }));
    fc.assert(
      fc.property(changed, ([at, character]) => {
        fc.pre(body[at] !== character);
        const text = body.slice(0, at) + character + body.slice(at + 1);
        expect(() => verifyResult(text, headers, SECRET, { now: NOW })).toThrow(
          ResultNotAuthenticError,
        );
      }),
    );
  });

  it.each([
    ['of another secret', headersOf([OTHER])],
    ['of another id', { ...headersOf([SECRET]), 'webhook-id': 'desk-1/my-first/4' }],
    ['of another time', { ...headersOf([SECRET]), 'webhook-timestamp': String(NOW / 1_000 + 1) }],
    ['of another version', { ...headersOf([SECRET]), 'webhook-signature': 'v2,AAAA' }],
    ['without a signature', { ...headersOf([SECRET]), 'webhook-signature': undefined }],
    ['without an id', { ...headersOf([SECRET]), 'webhook-id': '' }],
    ['with no time', { ...headersOf([SECRET]), 'webhook-timestamp': 'now' }],
    ['from six minutes ago', headersOf([SECRET], body, NOW - 360_000)],
    ['from six minutes ahead', headersOf([SECRET], body, NOW + 360_000)],
  ])('%s is refused', (_what, headers) => {
    expect(() => verifyResult(body, headers, SECRET, { now: NOW })).toThrow(
      ResultNotAuthenticError,
    );
  });

  it('that says something else than an event is not taken for one', () => {
    const text = '{"type": "ping"}';
    const headers = headersOf([SECRET], text);
    expect(() => verifyResult(text, headers, SECRET, { now: NOW })).toThrow('no event of an order');
  });

  it('is not looked at with a secret that is none, which no error tells', () => {
    const wrong = 'whsec_not*base64';
    const verify = () => verifyResult(body, headersOf([SECRET]), wrong, { now: NOW });
    expect(verify).toThrow(OrdersUsageError);
    expect(verify).not.toThrow(wrong);
  });
});
