import type { SqsEngine } from './engine.ts';
import { messageCalls } from './message-calls.ts';
import type { Call, CallContext } from './protocol-call.ts';
import { queueCalls } from './queue-calls.ts';
import { SqsError, wireError } from './sqs-error.ts';

/** One request of the AWS JSON protocol 1.0. */
export type SqsRequest = {
  /** The header x-amz-target: `AmazonSQS.SendMessage`. */
  target: string;
  body: string;
  /** The server's own address, `http://127.0.0.1:4566`: queue URLs carry it. */
  baseUrl: string;
  /** Ends a long poll whose client has gone, before it takes messages nobody would get. */
  signal?: AbortSignal | undefined;
};

export type SqsResponse = { status: number; headers: Record<string, string>; body: string };

const TARGET_PREFIX = 'AmazonSQS.';
const CONTENT_TYPE = { 'content-type': 'application/x-amz-json-1.0' };

/** Answers one request; errors of the service become its error bodies, others reject. */
export async function handleSqsRequest(
  engine: SqsEngine,
  request: SqsRequest,
): Promise<SqsResponse> {
  try {
    const { baseUrl, signal } = request;
    const context: CallContext = { engine, baseUrl: baseUrl.replace(/\/+$/, ''), signal };
    const answer = await callOf(request.target)(context, parseBody(request.body));
    return { status: 200, headers: CONTENT_TYPE, body: JSON.stringify(answer) };
  } catch (error) {
    if (error instanceof SqsError) return errorAnswer(error);
    throw error;
  }
}

/**
 * Writes an error so that an SDK finds its name: the type in the body, the older name in a header.
 */
export function errorAnswer(error: SqsError): SqsResponse {
  const { type, queryCode, status } = wireError(error.code);
  const fault = status >= 500 ? 'Receiver' : 'Sender';
  return {
    status,
    headers: { ...CONTENT_TYPE, 'x-amzn-query-error': `${queryCode};${fault}` },
    body: JSON.stringify({ __type: type, message: error.message }),
  };
}

function callOf(target: string): Call {
  const name = target.startsWith(TARGET_PREFIX) ? target.slice(TARGET_PREFIX.length) : '';
  const known = new Map(Object.entries({ ...queueCalls, ...messageCalls })).get(name);
  if (known !== undefined) return known;
  throw new SqsError('UnknownOperation', `The operation ${target} is not served here.`);
}

function parseBody(body: string): unknown {
  try {
    return JSON.parse(body === '' ? '{}' : body);
  } catch {
    throw new SqsError('SerializationException', 'The body of the request is not JSON.');
  }
}
