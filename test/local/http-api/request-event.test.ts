import { describe, expect, it } from '@jest/globals';
import { type GatewayRequest, requestEvent } from '../../../local/http-api/request-event.ts';

const request: GatewayRequest = {
  method: 'POST',
  target: '/v1/webhooks/demo?a=1&b=x%20y&a=2&flag',
  httpVersion: '1.1',
  headers: {
    host: ['127.0.0.1:8080'],
    'content-type': ['application/json'],
    'x-many': ['one', 'two'],
    cookie: ['a=1; b=2'],
    'user-agent': ['curl/8'],
  },
  body: Buffer.from('{"symbol":"BTCUSD"}'),
  sourceIp: '127.0.0.1',
};

const identity = { accountId: '000000000000', apiId: 'api', domainName: 'localhost', port: 8080 };

function build(
  changes: Partial<GatewayRequest> = {},
  authorizationType: 'NONE' | 'AWS_IAM' = 'NONE',
) {
  const routeKey = 'POST /v1/webhooks/{producerId}';
  const match = {
    route: { routeKey, functionName: 'receive-order', authorizationType },
    pathParameters: { producerId: 'demo' },
  };
  const context = { identity, requestId: 'r-1', now: Date.parse('2026-03-12T19:03:58.390Z') };
  return requestEvent({ ...request, ...changes }, match, context);
}

describe('the event of a request', () => {
  it('has every field of payload format 2.0', () => {
    expect(build()).toEqual({
      version: '2.0',
      routeKey: 'POST /v1/webhooks/{producerId}',
      rawPath: '/v1/webhooks/demo',
      rawQueryString: 'a=1&b=x%20y&a=2&flag',
      cookies: ['a=1', 'b=2'],
      headers: {
        host: '127.0.0.1:8080',
        'content-type': 'application/json',
        'x-many': 'one,two',
        'user-agent': 'curl/8',
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-port': '8080',
        'x-forwarded-proto': 'http',
      },
      queryStringParameters: { a: '1,2', b: 'x y', flag: '' },
      pathParameters: { producerId: 'demo' },
      requestContext: {
        accountId: '000000000000',
        apiId: 'api',
        domainName: 'localhost',
        domainPrefix: 'localhost',
        http: {
          method: 'POST',
          path: '/v1/webhooks/demo',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'curl/8',
        },
        requestId: 'r-1',
        routeKey: 'POST /v1/webhooks/{producerId}',
        stage: '$default',
        time: '12/Mar/2026:19:03:58 +0000',
        timeEpoch: 1_773_342_238_390,
      },
      body: '{"symbol":"BTCUSD"}',
      isBase64Encoded: false,
    });
  });

  it('leaves out what the request does not have', () => {
    const event = build({ target: '/v1/webhooks/demo', headers: {}, body: Buffer.alloc(0) });
    expect(Object.keys(event)).not.toEqual(
      expect.arrayContaining(['cookies', 'queryStringParameters', 'body']),
    );
    expect(event).toMatchObject({ rawQueryString: '', isBase64Encoded: false });
  });

  it('names a caller on routes that are signed in the cloud', () => {
    expect(build({}, 'AWS_IAM').requestContext).toMatchObject({
      authorizer: { iam: { userArn: 'arn:aws:iam::000000000000:root' } },
    });
  });
});

describe('a body', () => {
  it.each([
    ['application/octet-stream', Buffer.from('text')],
    ['application/x-www-form-urlencoded', Buffer.from('a=1')],
    ['application/json', Buffer.from([0x7b, 0xff, 0x7d])],
  ])('of %s whose bytes a text would not keep goes in base64', (type, body) => {
    const event = build({ headers: { 'content-type': [type] }, body });
    expect(event).toMatchObject({ isBase64Encoded: true, body: body.toString('base64') });
  });

  it.each(['application/json; charset=utf-8', 'application/problem+json', 'text/csv'])(
    'of %s goes as it is',
    (type) => {
      const event = build({ headers: { 'content-type': [type] }, body: Buffer.from('“x”') });
      expect(event).toMatchObject({ isBase64Encoded: false, body: '“x”' });
    },
  );

  it('that is compressed goes in base64', () => {
    const headers = { 'content-type': ['application/json'], 'content-encoding': ['gzip'] };
    expect(build({ headers }).isBase64Encoded).toBe(true);
  });
});
