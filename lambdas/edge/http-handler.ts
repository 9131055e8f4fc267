import middy from '@middy/core';
import httpHeaderNormalizer from '@middy/http-header-normalizer';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Log } from '../../lib/application/ports.ts';
import { problemAnswer } from './problem.ts';
import { flushing, type Telemetry } from './telemetry.ts';

/** One HTTP request in, one answer out. */
export type HttpHandler = (
  event: APIGatewayProxyEventV2,
) => Promise<APIGatewayProxyStructuredResultV2>;

/** Wraps an HTTP handler: header names in lower case, faults as 503, metrics written. */
export function httpHandler(telemetry: Telemetry, handler: HttpHandler) {
  return middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
    .use(flushing(telemetry))
    .use(httpHeaderNormalizer())
    .use(faultsAsProblems(telemetry.log))
    .handler(handler);
}

/**
 * Answers 503 when something of ours cannot be reached: nothing was promised, so the caller may
 * repeat. The cause goes to the log, not to the caller.
 */
function faultsAsProblems(
  log: Log,
): middy.MiddlewareObj<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2> {
  return {
    onError: (request) => {
      const { error } = request;
      log.error('a request could not be answered', {
        route: request.event.routeKey,
        cause: error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 300) : 'unknown',
      });
      request.response = problemAnswer({
        status: 503,
        title: 'Not available now',
        detail: 'Nothing was accepted. Repeat the same request: a repeat never doubles an order.',
      });
    },
  };
}
