import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { ConsoleOptions } from '../options.ts';
import { type Answer, problemAnswer, send } from './answer.ts';
import { type ApiParts, answerApi } from './answer-api.ts';
import { bundlePage } from './bundle-page.ts';
import { serviceAt } from './call-service.ts';
import { createEventFeed, type EventFeed } from './event-feed.ts';
import { refusalOf, TOKEN_HEADER } from './guard.ts';
import { pageHtml } from './page-html.ts';
import { rememberAccounts } from './remember-accounts.ts';
import { sendEvents } from './send-events.ts';
import { stageFactsOf } from './stage-facts.ts';
import { watchBus } from './watch-bus.ts';
import { watchOrders } from './watch-orders.ts';

/** The running console. */
export interface RunningConsole {
  /** What a person opens; behind `#` it may hold the secret of this session. */
  readonly url: string;
  close(): Promise<void>;
}

/** What the requests of one console are answered with. */
interface Parts {
  readonly guard: { readonly port: number; readonly token: string };
  readonly files: ReadonlyMap<string, Answer>;
  readonly api: ApiParts;
  readonly feed: EventFeed;
}

const ADDRESS = '127.0.0.1';
const BODY_BYTES_MAX = 16 * 1024;
const CONNECTIONS_MAX = 200;
const REQUEST_TIMEOUT_MS = 30_000;
/** The bus of this machine may be asked often; an API in the cloud shares its limit with others. */
const BUS_PACE_MS = 1_000;
const ORDERS_PACE_MS = 5_000;

/**
 * Serves the console.
 *
 * @throws Error in one line when the port is taken
 */
export async function startConsole(options: ConsoleOptions): Promise<RunningConsole> {
  const { apiUrl, region, awsEndpoint, horizonMs } = options;
  const page = await bundlePage();
  const stage = rememberAccounts(stageFactsOf(options));
  const call = serviceAt(
    apiUrl,
    region === undefined
      ? { kind: 'none' }
      : { kind: 'iam', region, credentials: stage.credentials },
  );
  const token = randomBytes(32).toString('base64url');
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS });
  server.maxConnections = CONNECTIONS_MAX;
  const port = await listen(server, options.port);

  const shownAccounts = new Set(options.accounts);
  const feed =
    awsEndpoint === undefined
      ? createEventFeed(
          watchOrders(call, () => [...shownAccounts]),
          ORDERS_PACE_MS,
        )
      : createEventFeed(watchBus(awsEndpoint), BUS_PACE_MS);
  // Whoever reaches an open API needs no secret for the console; with credentials behind it, other
  // users of this machine must not get in.
  const isOpen = region === undefined;
  const about = { apiUrl, stage: options.stage, region, horizonMs, accounts: options.accounts };
  const parts: Parts = {
    guard: { port, token },
    files: filesOf(page, isOpen ? token : undefined),
    api: { call, stage, about, shownAccounts },
    feed,
  };
  server.on('request', (request, response) => {
    answer(parts, request, response).catch((error: unknown) => {
      const detail = error instanceof Error ? `${error.name}: ${error.message}` : 'unknown';
      if (response.headersSent) response.destroy();
      else send(response, problemAnswer(502, 'The console could not find out', detail));
    });
  });
  return {
    url: `http://${ADDRESS}:${port}/${isOpen ? '' : `#${token}`}`,
    async close() {
      feed.close();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function filesOf(
  { script, style }: Awaited<ReturnType<typeof bundlePage>>,
  token: string | undefined,
): ReadonlyMap<string, Answer> {
  const text = (contentType: string, body: string | Uint8Array) => ({
    status: 200,
    contentType: `${contentType}; charset=utf-8`,
    body,
  });
  return new Map([
    ['/', text('text/html', pageHtml(token))],
    ['/console.js', text('text/javascript', script)],
    ['/console.css', text('text/css', style)],
  ]);
}

async function answer(
  { guard, files, api, feed }: Parts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = 'GET', url: target = '/' } = request;
  const [path = '/'] = target.split('?');
  const query = new URLSearchParams(target.slice(path.length));
  const headers = {
    host: request.headers.host,
    origin: request.headers.origin,
    'sec-fetch-site': textOf(request.headers['sec-fetch-site']),
    [TOKEN_HEADER]: textOf(request.headers[TOKEN_HEADER]),
  };
  const refusal = refusalOf({ method, path, headers }, guard);
  if (refusal !== undefined) {
    return send(response, problemAnswer(refusal.status, 'Refused', refusal.detail));
  }
  if (path === '/api/events' && method === 'GET') return sendEvents(response, feed);
  const file = method === 'GET' ? files.get(path) : undefined;
  if (file !== undefined) return send(response, file);
  const body = await bodyOf(request);
  if (body === undefined) {
    response.setHeader('connection', 'close');
    return send(response, problemAnswer(413, 'Too large', 'At most 16 KiB are taken.'));
  }
  send(response, await answerApi(api, { method, path, query, body }));
}

async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function textOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value;
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, ADDRESS);
  try {
    await once(server, 'listening');
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    const what = why === 'EADDRINUSE' ? 'is already in use' : `cannot be opened (${why})`;
    throw new Error(`Port ${port} on ${ADDRESS} ${what}. Choose another with --port.`, {
      cause: error,
    });
  }
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}
