import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** What happens to one call, each repeat of the client counted as a call of its own. */
export type AwsFaultKind =
  | 'none'
  /** Refused for load; nothing is done. */
  | 'throttled'
  /** The connection breaks before the call arrives. */
  | 'unreachable'
  /** Done, but the connection breaks before the answer. */
  | 'answer-lost';

/** Gets the operation, such as `UpdateItem`, and counts its calls from 1. */
export type ChooseFault = (operation: string, call: number) => AwsFaultKind;

/** A way to a service that fails where it is told to, on the wire. */
export interface FaultyProxy {
  readonly url: string;
  close(): Promise<void>;
}

const THROTTLED = JSON.stringify({
  __type: 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException',
  message: 'Rate of requests exceeds the allowed throughput.',
});
/** Starts a proxy in front of a service that speaks JSON over `POST /`. */
export async function startFaultyProxy(
  targetUrl: string,
  choose: ChooseFault,
): Promise<FaultyProxy> {
  const calls = new Map<string, number>();
  const server = createServer((request, response) => {
    const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    const call = (calls.get(operation) ?? 0) + 1;
    calls.set(operation, call);
    void answer(targetUrl, choose(operation, call), { request, response });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(
  targetUrl: string,
  fault: AwsFaultKind,
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
): Promise<void> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece);
  const body = Buffer.concat(pieces);
  if (fault === 'throttled') response.writeHead(400).end(THROTTLED);
  else if (fault === 'unreachable') request.socket.destroy();
  else {
    const headers = Object.entries(request.headers).filter(
      ([name]) => !/^(?:connection|content-length)$/.test(name),
    );
    const forwarded = await fetch(targetUrl, {
      method: 'POST',
      headers: headers.map(([name, value]): [string, string] => [name, String(value)]),
      body,
    });
    const text = await forwarded.text();
    if (fault === 'answer-lost') request.socket.destroy();
    else response.writeHead(forwarded.status).end(text);
  }
}
