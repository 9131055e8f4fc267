import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { InvokeOutcome, Invoker } from '../lambda/invoke-outcome.ts';
import type { Timers } from '../schedule/timers.ts';
import { errorResponse, type GatewayResponse, gatewayResponse } from './gateway-response.ts';
import { isLoopbackCaller } from './loopback-caller.ts';
import type { RouteMatch } from './match-route.ts';
import { readBody } from './read-body.ts';
import {
  type GatewayIdentity,
  type GatewayRequest,
  requestEvent,
  splitTarget,
} from './request-event.ts';

export type AnswerContext = {
  readonly findRoute: (method: string, path: string) => RouteMatch | undefined;
  readonly invoker: Invoker;
  readonly identity: GatewayIdentity;
  readonly timers: Timers;
  /** True once no connection should be used again. */
  readonly isClosing: () => boolean;
};

/** API Gateway's limit for a request, and here for an answer, too. */
const BODY_BYTES_MAX = 10 * 1024 * 1024;

/** API Gateway's limit for an integration. The invocation itself goes on, there and here. */
const INTEGRATION_TIMEOUT_MS = 30_000;

/** Answers one request by the function behind its route. */
export async function answerRequest(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  context: AnswerContext,
): Promise<void> {
  const requestId = randomUUID();
  const answer = await decideAnswer(incoming, context, requestId);
  const isWhole = answer.body.length <= BODY_BYTES_MAX;
  const { statusCode, headers, body } = isWhole
    ? answer
    : errorResponse(500, 'Internal Server Error');

  // What is left of a refused body cannot be told from a next request.
  if (!incoming.complete || context.isClosing()) outgoing.setHeader('connection', 'close');
  outgoing.setHeader('apigw-requestid', requestId);
  for (const [name, value] of Object.entries(headers)) outgoing.setHeader(name, value);
  outgoing.statusCode = statusCode;
  outgoing.end(incoming.method === 'HEAD' ? undefined : body);
}

async function decideAnswer(
  incoming: IncomingMessage,
  context: AnswerContext,
  requestId: string,
): Promise<GatewayResponse> {
  const { method = 'GET', url: target = '/' } = incoming;
  const match = context.findRoute(method, splitTarget(target)[0]);
  if (match === undefined) return errorResponse(404, 'Not Found');
  const body = await readBody(incoming, BODY_BYTES_MAX);
  if (body === undefined) return errorResponse(413, 'Request Entity Too Large');

  const request = gatewayRequest(incoming, body);
  if (match.route.authorizationType === 'AWS_IAM' && !isLoopbackCaller(request)) {
    return errorResponse(403, 'Forbidden: this route answers only callers on this machine');
  }
  const now = context.timers.now();
  const event = requestEvent(request, match, { ...context, requestId, now });
  const outcome = await invokeInTime(context, match.route.functionName, event);
  return outcome === undefined
    ? errorResponse(504, 'Endpoint request timed out')
    : gatewayResponse(outcome);
}

function gatewayRequest(incoming: IncomingMessage, body: Buffer): GatewayRequest {
  const headers = Object.entries(incoming.headersDistinct).flatMap(
    ([name, values]): [string, string[]][] => (values === undefined ? [] : [[name, values]]),
  );
  return {
    method: incoming.method ?? 'GET',
    target: incoming.url ?? '/',
    httpVersion: incoming.httpVersion,
    headers: Object.fromEntries(headers),
    body,
    sourceIp: incoming.socket.remoteAddress ?? '127.0.0.1',
  };
}

async function invokeInTime(
  { invoker, timers }: AnswerContext,
  functionName: string,
  event: unknown,
): Promise<InvokeOutcome | undefined> {
  let cancel = () => {};
  const timeout = new Promise<undefined>((resolve) => {
    cancel = timers.after(INTEGRATION_TIMEOUT_MS, () => resolve(undefined));
  });
  try {
    return await Promise.race([invoker.invoke(functionName, event), timeout]);
  } finally {
    cancel();
  }
}
