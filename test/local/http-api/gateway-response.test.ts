import { describe, expect, it } from '@jest/globals';
import { gatewayResponse } from '../../../local/http-api/gateway-response.ts';

function respond(payload: unknown) {
  const { body, ...rest } = gatewayResponse({ kind: 'succeeded', payload });
  return { ...rest, body: body.toString() };
}

const jsonHeaders = { 'content-type': 'application/json' };

describe('an answer with a status code', () => {
  it('is written as it says', () => {
    const payload = {
      statusCode: 202,
      headers: { 'Content-Type': 'application/json', 'X-Count': 3, Connection: 'close' },
      cookies: ['a=1', 'b=2'],
      body: '{}',
    };
    expect(respond(payload)).toEqual({
      statusCode: 202,
      headers: { ...jsonHeaders, 'x-count': '3', 'set-cookie': ['a=1', 'b=2'] },
      body: '{}',
    });
  });

  it('is decoded when it says so', () => {
    expect(respond({ statusCode: 200, body: 'aGk=', isBase64Encoded: true }).body).toBe('hi');
  });

  it('needs no body', () => {
    expect(respond({ statusCode: 204 })).toMatchObject({ statusCode: 204, body: '' });
  });

  it.each([
    ['a body that is no text', { statusCode: 200, body: { a: 1 } }],
    ['a status code that is none', { statusCode: 42 }],
    ['headers that are none', { statusCode: 200, headers: 'x' }],
    ['a header that cannot be written', { statusCode: 200, headers: { a: 'b\nc' } }],
  ])('and %s is an internal error', (_name, payload) => {
    expect(respond(payload)).toEqual({
      statusCode: 500,
      headers: jsonHeaders,
      body: '{"message":"Internal Server Error"}',
    });
  });
});

describe('an answer without a status code', () => {
  it.each([
    ['an object', { a: 1 }, '{"a":1}'],
    ['a text', 'hello', 'hello'],
    ['nothing', null, 'null'],
  ])('of %s is JSON with 200', (_name, payload, body) => {
    expect(respond(payload)).toEqual({ statusCode: 200, headers: jsonHeaders, body });
  });
});

describe('an invocation that gave no answer', () => {
  it('is 503 without the text of the error', () => {
    const functionError = { errorType: 'Runtime.ExitError', errorMessage: 'secret' };
    const { statusCode, body } = gatewayResponse({ kind: 'failed', functionError });
    expect(statusCode).toBe(503);
    expect(body.toString()).toContain('Runtime.ExitError');
    expect(body.toString()).not.toContain('secret');
  });

  it('is 503 when the function was throttled', () => {
    expect(gatewayResponse({ kind: 'throttled', reason: 'busy' }).statusCode).toBe(503);
  });
});
