import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  CfnStage,
  HttpApi,
  HttpMethod,
  HttpNoneAuthorizer,
  type HttpRoute,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IKey } from 'aws-cdk-lib/aws-kms';
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
  key?: IKey,
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
    ...(key && { encryptionKey: key }),
  });
  const built = new HttpStage(group, 'Stage', {
    httpApi: api,
    stageName: '$default',
    autoDeploy: true,
    throttle: { rateLimit: stage.apiRequestsPerSecond, burstLimit: stage.apiBurst },
    accessLogSettings: {
      destination: new LogGroupLogDestination(logGroup),
      format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
    },
  });

  boundOpenRoutes(built, stage, addRoutes(api, functions));
  return api;
}

/**
 * Gives open routes an allowance of their own. They share one bucket otherwise, and whoever floods
 * the webhooks would also keep people from the kill switch.
 */
function boundOpenRoutes(
  built: HttpStage,
  { webhookRequestsPerSecond, webhookBurst }: Stage,
  open: ReadonlyMap<string, HttpRoute>,
): void {
  const { defaultChild } = built.node;
  if (!(defaultChild instanceof CfnStage)) throw new TypeError('The stage has no resource.');
  const limits = {
    ThrottlingRateLimit: webhookRequestsPerSecond,
    ThrottlingBurstLimit: webhookBurst,
  };
  defaultChild.routeSettings = Object.fromEntries([...open.keys()].map((key) => [key, limits]));
  // The stage cannot set what does not exist yet.
  for (const route of open.values()) built.node.addDependency(route);
}

/** @returns the routes that are open to anybody, by their keys */
function addRoutes(
  api: HttpApi,
  functions: ReadonlyMap<FunctionName, IFunction>,
): ReadonlyMap<string, HttpRoute> {
  const open = new Map<string, HttpRoute>();
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
    if (route.access.kind === 'iam') continue;
    for (const one of built) {
      Validations.of(one).acknowledge({ id: 'AwsSolutions-APIG4', reason: route.access.why });
      open.set(`${route.method} ${route.path}`, one);
    }
  }
  return open;
}

function authorizerOf({ access }: RouteRow): HttpIamAuthorizer | HttpNoneAuthorizer {
  return access.kind === 'iam' ? new HttpIamAuthorizer() : new HttpNoneAuthorizer();
}
