import { beforeAll, describe, expect, it } from '@jest/globals';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { synthesized } from './synthesized.ts';

let service: Template;
beforeAll(() => {
  service = synthesized('production').service;
});

describe('the HTTP API', () => {
  it.each([
    ['POST /v1/webhooks/{producerId}', 'NONE', 'ReceiveOrder'],
    ['POST /v1/tradingview/{producerId}/{token}', 'NONE', 'ReceiveOrder'],
    ['POST /v1/orders', 'AWS_IAM', 'ReceiveOrder'],
    ['GET /v1/orders', 'AWS_IAM', 'ReadOrders'],
    ['GET /v1/orders/{accountId}/{clientOrderId}', 'AWS_IAM', 'ReadOrders'],
    ['DELETE /v1/orders/{accountId}/{clientOrderId}', 'AWS_IAM', 'ReceiveOrder'],
    ['GET /v1/accounts/{accountId}', 'AWS_IAM', 'ControlAccount'],
    ['PUT /v1/accounts/{accountId}/halt', 'AWS_IAM', 'ControlAccount'],
    ['GET /v1/openapi.json', 'AWS_IAM', 'ReadOrders'],
    ['GET /health', 'NONE', 'ReadOrders'],
  ])('leads %s, open to %s, to %s', (RouteKey, AuthorizationType, to) => {
    const [route] = Object.values(
      service.findResources('AWS::ApiGatewayV2::Route', { Properties: { RouteKey } }),
    );
    expect(route?.Properties.AuthorizationType).toBe(AuthorizationType);
    expect(integrationOf(JSON.stringify(route?.Properties.Target))).toContain(to);
  });

  it('has no other route', () => {
    service.resourceCountIs('AWS::ApiGatewayV2::Route', 10);
  });

  it('speaks payload format 2.0', () => {
    service.allResourcesProperties('AWS::ApiGatewayV2::Integration', {
      PayloadFormatVersion: '2.0',
    });
  });

  it('is throttled', () => {
    service.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      DefaultRouteSettings: { ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 },
    });
  });

  it('lets a flood of unsigned webhooks keep nobody from the kill switch', () => {
    const [stage] = Object.values(service.findResources('AWS::ApiGatewayV2::Stage'));
    const own = { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 };
    expect(stage?.Properties.RouteSettings).toEqual({
      'POST /v1/webhooks/{producerId}': own,
      'POST /v1/tradingview/{producerId}/{token}': own,
      'GET /health': own,
    });
    const routes = service.findResources('AWS::ApiGatewayV2::Route', {
      Properties: { AuthorizationType: 'NONE' },
    });
    for (const id of Object.keys(routes)) expect(stage?.DependsOn).toContain(id);
  });

  it('is the only thing that is public', () => {
    expect(Object.keys(service.findResources('AWS::Lambda::Url'))).toEqual([]);
    for (const { Properties } of Object.values(service.findResources('AWS::Lambda::Permission'))) {
      expect(Properties.Principal).toMatch(/^(?:apigateway|events)\.amazonaws\.com$/);
      expect(Properties.SourceArn).toBeDefined();
    }
  });

  it('logs who called, but neither bodies nor headers, nor the path that may hold a token', () => {
    service.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      AccessLogSettings: {
        DestinationArn: Match.anyValue(),
        Format: Match.not(
          Match.stringLikeRegexp('body|header|authorizer|context\\.path|resourcePath'),
        ),
      },
    });
  });
});

/** Text of the function reference of the integration that a route's target names. */
function integrationOf(target: string): string {
  const integrations = service.findResources('AWS::ApiGatewayV2::Integration');
  const [, integration] =
    Object.entries(integrations).find(([id]) => target.includes(`"${id}"`)) ?? [];
  return JSON.stringify(integration?.Properties.IntegrationUri ?? '');
}
