import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';

/** One request as the server saw it. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What the server does with one request. */
export type Act = (response: ServerResponse) => void;

/** A server that does what a test says, one act for each request; the last act repeats. */
export interface ScriptedServer {
  readonly url: string;
  readonly seen: readonly SeenRequest[];
  stop(): Promise<void>;
}

/** Answers with JSON. */
export const answer =
  (status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Act =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof value === 'string' ? value : JSON.stringify(value));
  };

/** Cuts the connection without an answer. */
export const cut: Act = (response) => response.socket?.destroy();

/** Begins an answer and never ends it. */
export const hang: Act = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write('{');
};

/** Starts a server on a free port of this machine. */
export async function startScriptedServer(...acts: readonly Act[]): Promise<ScriptedServer> {
  const seen: SeenRequest[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      const act = acts[Math.min(seen.length, acts.length - 1)];
      seen.push({ method, path, headers, body });
      act?.(response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
