import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen } from './listen.ts';

/** A request as it came in. */
export interface Received {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** An exchange of one test's making. */
export interface Loopback {
  readonly url: string;
  /** Everything but questions for the time. */
  readonly received: readonly Received[];
  /** Connections opened so far. */
  readonly connections: () => number;
  readonly stop: () => Promise<void>;
}

/** Answers a request, or does something else to its connection. */
export type Respond = (received: Received, response: ServerResponse) => void;

/** Listens on a free port; questions for the time are answered truthfully unless told otherwise. */
export async function startLoopback(respond: Respond, serverTime = Date.now): Promise<Loopback> {
  const received: Received[] = [];
  let connections = 0;
  const server = createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    if (url.endsWith('/api/v1/time')) {
      response.end(JSON.stringify({ serverTime: serverTime() }));
      return;
    }
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      const arrived = { method, target: url, headers, body };
      received.push(arrived);
      respond(arrived, response);
    });
  });
  server.on('connection', () => {
    connections += 1;
  });
  const port = await listen(server);
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${port}`, received, connections: () => connections, stop };
}
