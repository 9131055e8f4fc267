import * as z from 'zod/mini';
import { cancelRequestSchema } from '../cancel/request-cancel.ts';
import { haltSchema } from '../control-account.ts';
import { orderRequestSchema } from '../order-request.ts';
import { listQuerySchema } from '../read-orders.ts';
import {
  accountAnswerSchema,
  healthSchema,
  orderAnswerSchema,
  orderPageSchema,
  problemSchema,
} from './answer-schemas.ts';
import {
  API_OPERATIONS,
  type ApiAccess,
  type ApiOperation,
  type SchemaName,
} from './operations.ts';

/** A JSON object of a description. */
export type Described = Readonly<Record<string, unknown>>;

const SCHEMAS = {
  OrderRequest: orderRequestSchema,
  // Without an id it is derived from the delivery.
  WebhookOrderRequest: z.partial(orderRequestSchema, { clientOrderId: true }),
  CancelRequest: cancelRequestSchema,
  HaltRequest: haltSchema,
  Order: orderAnswerSchema,
  OrderPage: orderPageSchema,
  Account: accountAnswerSchema,
  Health: healthSchema,
  ApiDescription: z.looseObject({ openapi: z.string() }),
  Problem: problemSchema,
} as const satisfies Record<SchemaName | 'Problem', z.ZodMiniType>;

const PROBLEMS: Readonly<Record<number, string>> = {
  400: 'not valid; errors names each field',
  401: 'not authentic',
  403: 'not allowed to this caller',
  404: 'no such order or account',
  409: 'the client order id belongs to another order',
  413: 'more than 16 KiB',
  415: 'a content type that is not taken',
  503: 'nothing was accepted for sure: repeat the same request',
};

const SECURITY: Readonly<Record<ApiAccess, readonly Described[]>> = {
  iam: [{ iam: [] }],
  'webhook-signature': [{ webhookSignature: [] }],
  // The token is in the path, where OpenAPI has no name for it.
  token: [],
  anybody: [],
};

/** What a path parameter has to be; a token is whatever the producer's secret has. */
const PARAMETERS: Readonly<Record<string, Described>> = {
  accountId: { type: 'string', pattern: '^[a-z0-9-]{1,32}$' },
  clientOrderId: { type: 'string', pattern: '^[A-Za-z0-9_-]{1,36}$' },
  producerId: { type: 'string', pattern: '^[a-z0-9-]{1,32}$' },
  token: { type: 'string', pattern: '^[A-Za-z0-9_-]{43,128}$' },
};

/** Describes the API as OpenAPI 3.1, from the schemas that validate. Pure; always the same. */
export function describeApi(): Described {
  const paths: Record<string, Record<string, Described>> = {};
  for (const operation of API_OPERATIONS) {
    paths[operation.path] ??= {};
    Object.assign(paths[operation.path] ?? {}, {
      [operation.method.toLowerCase()]: describeOperation(operation),
    });
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'HashKey order service',
      version: '1',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      description:
        'Orders in, orders and accounts out. Numbers of orders are decimal text. Every request may be repeated: an order has an id of its caller’s, and one id is one order for ever.',
    },
    paths,
    components: {
      schemas: Object.fromEntries(
        Object.entries(SCHEMAS).map(([name, schema]) => [name, jsonSchema(schema)]),
      ),
      securitySchemes: {
        iam: {
          type: 'apiKey',
          in: 'header',
          name: 'Authorization',
          description: 'AWS Signature Version 4 for execute-api; open on loopback',
        },
        webhookSignature: {
          type: 'apiKey',
          in: 'header',
          name: 'webhook-signature',
          description: 'Standard Webhooks, with webhook-id and webhook-timestamp',
        },
      },
    },
  };
}

function describeOperation(operation: ApiOperation): Described {
  const { id, summary, access, answers, problems } = operation;
  const parameters = [...pathParameters(operation), ...queryParameters(operation)];
  return {
    operationId: id,
    summary,
    security: SECURITY[access],
    ...(parameters.length > 0 && { parameters }),
    ...(operation.body !== undefined && { requestBody: describeBody(operation.body) }),
    responses: Object.fromEntries([
      ...answers.map(([status, schema, description]) => [
        status,
        { description, content: { 'application/json': { schema: reference(schema) } } },
      ]),
      ...problems.map((status) => [
        status,
        {
          description: PROBLEMS[status],
          content: { 'application/problem+json': { schema: reference('Problem') } },
        },
      ]),
    ]),
  };
}

function describeBody(body: NonNullable<ApiOperation['body']>): Described {
  if (body === 'alert') {
    const content = {
      'application/json': { schema: {} },
      'text/plain': { schema: { type: 'string' } },
    };
    return { required: true, content };
  }
  const [first, ...others] = body.map(reference);
  const schema = others.length === 0 ? first : { anyOf: [first, ...others] };
  return { required: true, content: { 'application/json': { schema } } };
}

function pathParameters({ path }: ApiOperation): readonly Described[] {
  return [...path.matchAll(/\{([^}]+)\}/g)].map(([, name = '']) => {
    const schema = PARAMETERS[name];
    return { name, in: 'path', required: true, schema };
  });
}

function queryParameters({ listsOrders }: ApiOperation): readonly Described[] {
  if (listsOrders === undefined) return [];
  const { properties = {}, required = [] } = z.toJSONSchema(listQuerySchema);
  return Object.entries(properties).map(([name, schema]) => {
    return { name, in: 'query', required: required.includes(name), schema };
  });
}

function reference(name: SchemaName | 'Problem'): Described {
  return { $ref: `#/components/schemas/${name}` };
}

function jsonSchema(schema: z.ZodMiniType): Described {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema);
  return rest;
}
