import * as z from 'zod/mini';
import type {
  FunctionDescription,
  HttpApiDescription,
  RouteDescription,
  ScheduleDescription,
} from './description.ts';
import { type Found, readResources } from './read-resources.ts';
import { TemplateError } from './template-error.ts';

type Source = Parameters<typeof readResources>[0] & {
  readonly functions: readonly FunctionDescription[];
};

/**
 * Answers which function a reference means: its name, its ARN, the ARN of an alias, or an
 * invocation URI around one of them.
 */
export function findFunction(
  reference: string,
  functions: readonly FunctionDescription[],
): FunctionDescription | undefined {
  const name = /:function:([A-Za-z0-9_-]+)/.exec(reference)?.[1] ?? reference;
  return functions.find((candidate) => candidate.name === name);
}

const integrationSchema = z.object({
  ApiId: z.string(),
  IntegrationType: z.string(),
  IntegrationUri: z.optional(z.string()),
  PayloadFormatVersion: z.optional(z.string()),
});

const routeSchema = z.object({
  ApiId: z.string(),
  RouteKey: z.string(),
  Target: z.string(),
  AuthorizationType: z.optional(z.enum(['NONE', 'AWS_IAM'])),
});

/** Answers which HTTP APIs there are and which function answers each route. */
export function readHttpApis(source: Source): HttpApiDescription[] {
  const apiSchema = z.object({ Name: z.optional(z.string()) });
  const integrations = readResources(source, ['AWS::ApiGatewayV2::Integration'], integrationSchema);
  const routes = readResources(source, ['AWS::ApiGatewayV2::Route'], routeSchema);

  return readResources(source, ['AWS::ApiGatewayV2::Api'], apiSchema).map((api) => ({
    logicalId: api.logicalId,
    apiId: api.identity.ref,
    name: api.properties.Name ?? api.logicalId,
    routes: routes
      .filter((route) => route.properties.ApiId === api.identity.ref)
      .map((route): RouteDescription => {
        const wanted = route.properties.Target.replace(/^integrations\//, '');
        const integration = integrations.find(({ identity }) => identity.ref === wanted);
        return {
          routeKey: route.properties.RouteKey,
          functionName: integratedFunction(route, integration?.properties, source.functions),
          authorizationType: route.properties.AuthorizationType ?? 'NONE',
        };
      }),
  }));
}

function integratedFunction(
  route: Found<z.infer<typeof routeSchema>>,
  integration: z.infer<typeof integrationSchema> | undefined,
  functions: readonly FunctionDescription[],
): string {
  const { logicalId, stack, properties } = route;
  const place = { stackName: stack.stackName, logicalId, property: 'Target' };
  if (integration?.IntegrationType !== 'AWS_PROXY' || integration.PayloadFormatVersion !== '2.0') {
    throw new TemplateError(
      place,
      `${properties.RouteKey} needs an AWS_PROXY integration with payload format 2.0`,
    );
  }
  const target = findFunction(integration.IntegrationUri ?? '', functions);
  if (target !== undefined) return target.name;
  throw new TemplateError(place, `${properties.RouteKey} leads to no function of this assembly`);
}

const ruleSchema = z.object({
  ScheduleExpression: z.optional(z.string()),
  State: z.optional(z.string()),
  Targets: z.optional(z.array(z.looseObject({ Arn: z.unknown(), Input: z.optional(z.string()) }))),
});

const scheduleSchema = z.object({
  ScheduleExpression: z.string(),
  State: z.optional(z.string()),
  Target: z.looseObject({ Arn: z.string(), Input: z.optional(z.string()) }),
});

/** Answers what runs by the clock: scheduled rules and Scheduler schedules. */
export function readSchedules(source: Source): ScheduleDescription[] {
  const rules = readResources(source, ['AWS::Events::Rule'], ruleSchema).flatMap((rule) =>
    rule.properties.ScheduleExpression === undefined
      ? []
      : (rule.properties.Targets ?? []).map((target) =>
          describe(rule, source.functions, {
            kind: 'aws.events',
            expression: rule.properties.ScheduleExpression ?? '',
            target,
          }),
        ),
  );
  const schedules = readResources(source, ['AWS::Scheduler::Schedule'], scheduleSchema).map(
    (schedule) =>
      describe(schedule, source.functions, {
        kind: 'aws.scheduler',
        expression: schedule.properties.ScheduleExpression,
        target: schedule.properties.Target,
      }),
  );
  return [...rules, ...schedules];
}

function describe(
  found: Found<{ State?: string | undefined }>,
  functions: readonly FunctionDescription[],
  what: {
    kind: ScheduleDescription['source'];
    expression: string;
    target: { Arn: unknown; Input?: string | undefined };
  },
): ScheduleDescription {
  const { logicalId, stack, identity, properties } = found;
  const target = findFunction(String(what.target.Arn), functions);
  if (target === undefined) {
    const place = { stackName: stack.stackName, logicalId, property: 'Target.Arn' };
    throw new TemplateError(place, `${String(what.target.Arn)} is no function of this assembly`);
  }
  return {
    logicalId,
    arn: String(identity.attributes.Arn),
    source: what.kind,
    expression: what.expression,
    functionName: target.name,
    enabled: properties.State !== 'DISABLED',
    ...(what.target.Input !== undefined && { input: JSON.parse(what.target.Input) }),
  };
}
