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
import { FIELD_MEANINGS, PARAMETER_MEANINGS } from './field-meanings.ts';
import {
  API_OPERATIONS,
  type ApiAccess,
  type ApiOperation,
  type SchemaName,
} from './operations.ts';
import { REQUEST_EXAMPLES } from './request-examples.ts';

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

const CALLERS: Readonly<Record<ApiAccess, string>> = {
  iam: 'callers with AWS credentials that may execute-api:Invoke; on loopback anybody',
  'webhook-signature':
    'the producer in the path, who signs each delivery (webhook-id, webhook-timestamp, webhook-signature)',
  token: 'the producer in the path, by its token and from one of its source addresses',
  anybody: 'anybody',
};

/** What a path parameter has to be; a token is whatever the producer's secret has. */
const PARAMETERS: Readonly<Record<string, Described>> = {
  accountId: { type: 'string', pattern: '^[a-z0-9-]{1,32}$' },
  clientOrderId: { type: 'string', pattern: '^[A-Za-z0-9_-]{1,36}$' },
  producerId: { type: 'string', pattern: '^[a-z0-9-]{1,32}$' },
  token: { type: 'string', pattern: '^[A-Za-z0-9_-]{43,128}$' },
};

const ids = {
  accountId: '$response.body#/accountId',
  clientOrderId: '$response.body#/clientOrderId',
};

/** What may be asked with the ids of an order that was answered. */
const LINKS_OF_ORDER: Described = {
  order: { operationId: 'getOrder', parameters: ids, description: 'where it stands' },
  cancel: { operationId: 'cancelOrder', parameters: ids, description: 'has it canceled' },
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
        Object.entries(SCHEMAS).map(([name, schema]) => [name, describeSchema(name, schema)]),
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
    description: `Who may call it: ${CALLERS[access]}.`,
    security: SECURITY[access],
    ...(parameters.length > 0 && { parameters }),
    ...(operation.body !== undefined && { requestBody: describeBody(operation.body) }),
    responses: Object.fromEntries([
      ...answers.map(([status, schema, description]) => [
        status,
        {
          description,
          content: { 'application/json': { schema: reference(schema) } },
          ...(schema === 'Order' && { links: LINKS_OF_ORDER }),
        },
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
  const examples = Object.assign({}, ...body.map((name) => REQUEST_EXAMPLES[name]));
  return { required: true, content: { 'application/json': { schema, examples } } };
}

function pathParameters({ path }: ApiOperation): readonly Described[] {
  return [...path.matchAll(/\{([^}]+)\}/g)].map(([, name = '']) => {
    const schema = PARAMETERS[name];
    const description = PARAMETER_MEANINGS[name];
    return { name, in: 'path', required: true, description, schema };
  });
}

function queryParameters({ listsOrders }: ApiOperation): readonly Described[] {
  if (listsOrders === undefined) return [];
  const { properties = {}, required = [] } = z.toJSONSchema(listQuerySchema);
  return Object.entries(properties).map(([name, schema]) => {
    const description = PARAMETER_MEANINGS[name];
    return { name, in: 'query', required: required.includes(name), description, schema };
  });
}

function reference(name: SchemaName | 'Problem'): Described {
  return { $ref: `#/components/schemas/${name}` };
}

/** The JSON schema, with the meanings of its top fields; orders within others are references. */
function describeSchema(name: string, schema: z.ZodMiniType): Described {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, {
    override: ({ zodSchema, jsonSchema, path }) => {
      if (zodSchema !== orderAnswerSchema) return;
      // Its own words are about events.
      delete jsonSchema.description;
      if (path.length === 0) return;
      for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
      jsonSchema.$ref = '#/components/schemas/Order';
    },
  });
  for (const [field, property] of Object.entries(rest.properties ?? {})) {
    const meaning = FIELD_MEANINGS[name]?.[field];
    if (meaning === undefined || typeof property === 'boolean') continue;
    const more = property.description === undefined ? '' : `; ${property.description}`;
    property.description = `${meaning}${more}`;
  }
  return rest;
}
