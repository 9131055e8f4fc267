import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  HttpApi,
  HttpMethod,
  HttpNoneAuthorizer,
  type HttpRoute,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { ACCESS_LOG } from '../access-log.ts';
import type { FunctionName } from '../functions.ts';
import { ROUTES, type RouteRow } from '../routes.ts';
import type { Stage } from '../stages.ts';

/** Builds the API with its routes. Payload format 2.0 is the integrations' own default. */
export function buildHttpApi(
  scope: Construct,
  stage: Stage,
  functions: ReadonlyMap<FunctionName, IFunction>,
): HttpApi {
  const group = new Construct(scope, 'Api');
  const api = new HttpApi(group, 'HttpApi', {
    apiName: `${stage.prefix}orders`,
    description: 'HashKey order service: orders in, orders and accounts out.',
    createDefaultStage: false,
    routeSelectionExpression: true,
  });

  const logGroup = new LogGroup(group, 'AccessLogs', {
    logGroupName: `/aws/apigateway/${stage.prefix}orders`,
    retention: stage.logRetentionDays,
    removalPolicy: stage.keepsState
      ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
      : RemovalPolicy.DESTROY,
  });
  new HttpStage(group, 'Stage', {
    httpApi: api,
    stageName: '$default',
    autoDeploy: true,
    throttle: { rateLimit: stage.apiRequestsPerSecond, burstLimit: stage.apiBurst },
    accessLogSettings: {
      destination: new LogGroupLogDestination(logGroup),
      format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
    },
  });

  addRoutes(api, functions);
  return api;
}

function addRoutes(api: HttpApi, functions: ReadonlyMap<FunctionName, IFunction>): void {
  const integrations = new Map(
    [...functions].map(([name, fn]) => [name, new HttpLambdaIntegration(name, fn)] as const),
  );
  for (const route of ROUTES) {
    const integration = integrations.get(route.to);
    if (integration === undefined) {
      throw new TypeError(`${route.method} ${route.path} leads to no function: build ${route.to}.`);
    }
    const built = api.addRoutes({
      path: route.path,
      methods: [HttpMethod[route.method]],
      integration,
      authorizer: authorizerOf(route),
    });
    acknowledgeOpen(route, built);
  }
}

function acknowledgeOpen({ access }: RouteRow, built: readonly HttpRoute[]): void {
  if (access.kind === 'iam') return;
  for (const route of built) {
    Validations.of(route).acknowledge({ id: 'AwsSolutions-APIG4', reason: access.why });
  }
}

function authorizerOf({ access }: RouteRow): HttpIamAuthorizer | HttpNoneAuthorizer {
  return access.kind === 'iam' ? new HttpIamAuthorizer() : new HttpNoneAuthorizer();
}
