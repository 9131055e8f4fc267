import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';

/** One call as the service got it. */
export interface ScriptedCall {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly headers: IncomingMessage['headers'];
  /** Tells connections apart. */
  readonly port: number | undefined;
}

/** What a service does with one call. */
export type ScriptedAnswer =
  | { readonly status?: number; readonly body: unknown }
  | 'break the connection'
  | 'say nothing';

/** A service that answers as it is told to. */
export interface ScriptedAws {
  readonly url: string;
  readonly calls: readonly ScriptedCall[];
  close(): Promise<void>;
}

/** Starts a service; `answer` gets each call and its number from 1. */
export async function startScriptedAws(
  answer: (call: ScriptedCall, number: number) => ScriptedAnswer,
): Promise<ScriptedAws> {
  const calls: ScriptedCall[] = [];
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
      const input = JSON.parse(Buffer.concat(pieces).toString('utf8'));
      const { headers, socket } = request;
      const call = { operation, input, headers, port: socket.remotePort };
      calls.push(call);
      const scripted = answer(call, calls.length);
      if (scripted === 'say nothing') return;
      if (scripted === 'break the connection') socket.destroy();
      else {
        const { status = 200, body } = scripted;
        response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
