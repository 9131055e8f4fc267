import { describe, expect, it } from '@jest/globals';
import { compileRoutes } from '../../../local/http-api/match-route.ts';
import type { RouteDescription } from '../../../local/template/description.ts';

const route = (routeKey: string): RouteDescription => ({
  routeKey,
  functionName: 'f',
  authorizationType: 'NONE',
});

const keys = [
  '$default',
  'ANY /v1/{proxy+}',
  'GET /v1/orders/{accountId}/{clientOrderId}',
  'GET /v1/orders/{accountId}/latest',
  'ANY /v1/orders',
  'POST /v1/orders',
  'GET /',
];

function find(method: string, path: string, routeKeys = keys) {
  const match = compileRoutes(routeKeys.map(route))(method, path);
  return match && [match.route.routeKey, match.pathParameters];
}

describe('the route of a request', () => {
  it.each([
    ['POST', '/v1/orders', ['POST /v1/orders', undefined]],
    ['GET', '/v1/orders', ['ANY /v1/orders', undefined]],
    ['GET', '/', ['GET /', undefined]],
    [
      'GET',
      '/v1/orders/desk-1/latest',
      ['GET /v1/orders/{accountId}/latest', { accountId: 'desk-1' }],
    ],
    [
      'GET',
      '/v1/orders/desk-1/a%2Fb',
      ['GET /v1/orders/{accountId}/{clientOrderId}', { accountId: 'desk-1', clientOrderId: 'a/b' }],
    ],
    ['PUT', '/v1/a/b', ['ANY /v1/{proxy+}', { proxy: 'a/b' }]],
    [
      'GET',
      '/v1/orders/desk-1/%zz',
      ['GET /v1/orders/{accountId}/{clientOrderId}', { accountId: 'desk-1', clientOrderId: '%zz' }],
    ],
    ['GET', '/other', ['$default', undefined]],
  ])('%s %s is the most specific one', (method, path, expected) => {
    expect(find(method, path)).toEqual(expected);
  });

  it.each([
    ['POST', '/v1/orders/'],
    ['POST', '/v1/orders/x'],
    ['GET', '/v1/webhooks/'],
    ['DELETE', '/v1/orders'],
  ])('%s %s is none where no route fits', (method, path) => {
    expect(
      find(method, path, ['POST /v1/orders', 'GET /v1/webhooks/{producerId}']),
    ).toBeUndefined();
  });
});
