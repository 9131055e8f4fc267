import { validateHeaderName, validateHeaderValue } from 'node:http';
import * as z from 'zod/mini';
import type { InvokeOutcome } from '../lambda/invoke-outcome.ts';

export type GatewayResponse = {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer;
};

const formattedSchema = z.object({
  statusCode: z.coerce.number().check(z.int(), z.gte(100), z.lte(599)),
  headers: z.optional(
    z.nullable(z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))),
  ),
  cookies: z.optional(z.nullable(z.array(z.string()))),
  body: z.optional(z.nullable(z.string())),
  isBase64Encoded: z.optional(z.nullable(z.boolean())),
});

/** These describe the one connection or the length on it: the server sets them itself. */
const OWN_HEADERS = ['connection', 'content-length', 'keep-alive', 'transfer-encoding', 'upgrade'];

/** Translates what became of an invocation into what the caller of the API gets. */
export function gatewayResponse(outcome: InvokeOutcome): GatewayResponse {
  switch (outcome.kind) {
    case 'succeeded':
      return fromPayload(outcome.payload);
    case 'failed': {
      const { errorType } = outcome.functionError;
      // The error's own text stays in the function's log: it may hold what a caller must not see.
      return errorResponse(503, `Service Unavailable: the function failed with ${errorType}`);
    }
    case 'throttled':
      return errorResponse(503, `Service Unavailable: ${outcome.reason}`);
  }
}

/** Builds an answer of the gateway itself. */
export function errorResponse(statusCode: number, message: string): GatewayResponse {
  return json(statusCode, { message });
}

function fromPayload(payload: unknown): GatewayResponse {
  const isFormatted = typeof payload === 'object' && payload !== null && 'statusCode' in payload;
  if (!isFormatted) {
    return typeof payload === 'string' ? jsonText(200, payload) : json(200, payload);
  }
  const parsed = formattedSchema.safeParse(payload);
  if (!parsed.success) return errorResponse(500, 'Internal Server Error');

  const { statusCode, headers, cookies, body, isBase64Encoded } = parsed.data;
  const named = Object.entries(headers ?? {})
    .map(([name, value]): [string, string] => [name.toLowerCase(), String(value)])
    .filter(([name]) => !OWN_HEADERS.includes(name));
  if (!areWritable(named)) return errorResponse(500, 'Internal Server Error');
  return {
    statusCode,
    headers: {
      'content-type': 'text/plain;charset=UTF-8',
      ...Object.fromEntries(named),
      ...(cookies && cookies.length > 0 && { 'set-cookie': cookies }),
    },
    body: Buffer.from(body ?? '', isBase64Encoded === true ? 'base64' : 'utf8'),
  };
}

function areWritable(headers: readonly (readonly [string, string])[]): boolean {
  try {
    for (const [name, value] of headers) {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    }
    return true;
  } catch {
    return false;
  }
}

function json(statusCode: number, value: unknown): GatewayResponse {
  return jsonText(statusCode, JSON.stringify(value));
}

function jsonText(statusCode: number, text: string): GatewayResponse {
  return { statusCode, headers: { 'content-type': 'application/json' }, body: Buffer.from(text) };
}
