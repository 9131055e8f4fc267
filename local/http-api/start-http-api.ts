import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import * as z from 'zod/mini';
import type { Invoker } from '../lambda/invoke-outcome.ts';
import { systemTimers, type Timers } from '../schedule/timers.ts';
import type { HttpApiDescription } from '../template/description.ts';
import { answerRequest } from './answer-request.ts';
import { compileRoutes } from './match-route.ts';
import { splitTarget } from './request-event.ts';

export type HttpApiOptions = {
  readonly api: HttpApiDescription;
  readonly invoker: Invoker;
  readonly accountId: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** The option a person changes when the port is taken; named in the error. */
  readonly portOption: string;
  readonly log: (line: string) => void;
  readonly timers?: Timers;
};

export type RunningHttpApi = {
  readonly url: string;
  readonly port: number;
  /** Takes no new connection, gives running requests so much time, then cuts them off. */
  close(options?: { readonly graceMs?: number }): Promise<void>;
};

/** What IAM routes leave open must not be reachable from other machines. */
const ADDRESS = '127.0.0.1';

/** Far above what one machine's callers use; each holds a socket. */
const CONNECTIONS_MAX = 2_048;

/** Callers keep connections about a minute: the side that closes first should be theirs. */
const KEEP_ALIVE_MS = 65_000;

/** For a whole request to arrive. */
const REQUEST_TIMEOUT_MS = 30_000;

const CLOSE_GRACE_DEFAULT_MS = 3_000;

/**
 * Serves an HTTP API as API Gateway does.
 *
 * @throws Error naming the port and the option when the port is taken
 */
export async function startHttpApi(options: HttpApiOptions): Promise<RunningHttpApi> {
  const { api, invoker, accountId, log, timers = systemTimers } = options;
  const findRoute = compileRoutes(api.routes);
  const server = createServer({
    keepAliveTimeout: KEEP_ALIVE_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
  });
  server.maxConnections = CONNECTIONS_MAX;
  const port = await listen(server, options);

  const identity = { accountId, apiId: api.apiId, domainName: 'localhost', port };
  const isClosing = () => !server.listening;
  const context = { findRoute, invoker, identity, timers, isClosing };
  server.on('request', (request, response) => {
    answerRequest(request, response, context).catch((error: unknown) => {
      log(`${routeOf(request, findRoute)}: ${String(error)}`);
      response.destroy();
    });
  });

  return {
    url: `http://${ADDRESS}:${port}`,
    port,
    async close({ graceMs = CLOSE_GRACE_DEFAULT_MS } = {}) {
      if (isClosing()) return;
      const closed = once(server, 'close');
      server.close();
      if (graceMs <= 0) server.closeAllConnections();
      const cancel = timers.after(graceMs, () => server.closeAllConnections());
      await closed;
      cancel();
    },
  };
}

/** The route, never the path: that of TradingView holds a token. */
function routeOf(
  { method = 'GET', url = '/' }: IncomingMessage,
  findRoute: ReturnType<typeof compileRoutes>,
): string {
  return findRoute(method, splitTarget(url)[0])?.route.routeKey ?? `${method} of no route`;
}

async function listen(server: Server, options: HttpApiOptions): Promise<number> {
  const { port, portOption } = options;
  server.listen(port, ADDRESS);
  try {
    await once(server, 'listening');
  } catch (error) {
    const isTaken = z.object({ code: z.literal('EADDRINUSE') }).safeParse(error).success;
    const why = isTaken ? 'is already in use' : 'cannot be opened';
    throw new Error(`Port ${port} on ${ADDRESS} ${why}. Choose another with ${portOption}.`, {
      cause: error,
    });
  }
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}
