import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { answerSts } from './answer-sts.ts';
import {
  AwsError,
  type AwsIdentity,
  type AwsResponse,
  errorAnswer,
  LOCAL_IDENTITY,
} from './aws-service.ts';
import { readRequestBody } from './read-request-body.ts';
import { type AwsServices, isLoopbackHost, routeTarget } from './route-target.ts';

/** Only this machine: any credentials are accepted here. */
const LISTEN_HOST = '127.0.0.1';
/** Longer than SDK clients keep an idle connection, so that none sends into one that just closed. */
const KEEP_ALIVE_MS = 75_000;
/** How long calls in progress may take to end at `close`. */
const CLOSE_GRACE_MS = 1_000;
const CONNECTIONS_MAX = 1_000;

/** A page for people: `GET` with these query parameters gives this JSON. */
export type LocalPage = (query: URLSearchParams) => unknown;

export interface AwsEndpointOptions {
  /** 0 takes any free port. */
  readonly port: number;
  readonly services: AwsServices;
  /** Pages by path, such as `/_local/events`. */
  readonly pages?: Readonly<Record<string, LocalPage>>;
  readonly identity?: AwsIdentity;
  /** Told of every fault of the stack itself; refusals of a service are none. */
  readonly onFault?: (target: string, error: unknown) => void;
}

/** The AWS endpoint of the local stack. */
export interface AwsEndpoint {
  readonly port: number;
  /** `http://127.0.0.1:4566`: for `AWS_ENDPOINT_URL` and `aws --endpoint-url`. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Starts the endpoint: one port for all services, told apart by `x-amz-target`.
 *
 * @throws Error when the port is taken; it names the port and the option
 */
export async function startAwsEndpoint(options: AwsEndpointOptions): Promise<AwsEndpoint> {
  let url = '';
  let calls = 0;
  const server = createServer((request, response) => {
    calls += 1;
    response.setHeader('x-amzn-requestid', `local-${calls}`);
    void respond(options, { request, response, url });
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.maxConnections = CONNECTIONS_MAX;

  const port = await listen(server, options.port);
  url = `http://${LISTEN_HOST}:${port}`;
  return { port, url, close: () => close(server) };
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: string;
}

async function respond(options: AwsEndpointOptions, exchange: Exchange): Promise<void> {
  const { request, response } = exchange;
  const target = headerText(request, 'x-amz-target');
  let answer: AwsResponse;
  try {
    answer = await answerFor(options, exchange, target);
  } catch (error) {
    if (!(error instanceof AwsError)) options.onFault?.(target, error);
    answer = errorAnswer('1.0', error);
  }
  // What is left of a refused body would be read as the next request.
  if (!request.complete) response.setHeader('connection', 'close');
  response.writeHead(answer.status, answer.headers);
  response.end(answer.body);
}

async function answerFor(
  options: AwsEndpointOptions,
  { request, response, url }: Exchange,
  target: string,
): Promise<AwsResponse> {
  if (!isLoopbackHost(request.headers.host)) throw otherHost(request.headers.host);
  const { identity = LOCAL_IDENTITY } = options;
  const { pathname, searchParams } = new URL(request.url ?? '/', url);
  if (request.method === 'GET') return answerPage(options, pathname, searchParams);

  const body = await readRequestBody(request);
  const type = headerText(request, 'content-type');
  if (target === '' && type.startsWith('application/x-www-form-urlencoded')) {
    return answerSts(identity, new URLSearchParams(body));
  }
  const route = routeTarget(options.services, target);
  if (route.kind === 'unknown') throw new AwsError('UnknownOperationException', route.message);

  const { service, operation } = route;
  const signal = goneSignal(response);
  const headers = plainHeaders(request);
  return service.handle({ target, operation, headers, body, baseUrl: url, signal });
}

function answerPage(
  { pages = {}, services }: AwsEndpointOptions,
  path: string,
  query: URLSearchParams,
): AwsResponse {
  const overview: LocalPage = () => ({
    services: Object.keys(services),
    pages: Object.keys(pages),
  });
  const page = path === '/' ? overview : Object.entries(pages).find(([at]) => at === path)?.[1];
  if (page === undefined) {
    const known = ['/', ...Object.keys(pages)].join(', ');
    throw new AwsError('NotFound', `There is no page ${path}: there are ${known}.`, {
      status: 404,
    });
  }
  const headers = { 'content-type': 'application/json' };
  return { status: 200, headers, body: `${JSON.stringify(page(query), null, 2)}\n` };
}

function goneSignal(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.on('close', () => {
    if (!response.writableEnded) gone.abort();
  });
  return gone.signal;
}

function plainHeaders(request: IncomingMessage): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.keys(request.headers).map((name) => [name, headerText(request, name)]),
  );
}

function headerText(request: IncomingMessage, name: string): string {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(', ') : (value ?? '');
}

function otherHost(host: string | undefined): AwsError {
  return new AwsError(
    'AccessDeniedException',
    `The local stack answers to 127.0.0.1 and localhost only, not to "${host ?? ''}".`,
    { status: 403 },
  );
}

function listen(server: Server, port: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  server.once('error', (error: NodeJS.ErrnoException) => {
    const reason = error.code === 'EADDRINUSE' ? 'the port is in use' : error.message;
    reject(
      new Error(
        `The AWS endpoint cannot listen on port ${port}: ${reason}. Choose another with --aws-port.`,
        { cause: error },
      ),
    );
  });
  server.listen(port, LISTEN_HOST, () => {
    const address = server.address();
    resolve(typeof address === 'object' && address !== null ? address.port : port);
  });
  return promise;
}

function close(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
  server.close(() => {
    clearTimeout(timer);
    resolve();
  });
  server.closeIdleConnections();
  return promise;
}
