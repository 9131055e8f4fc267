import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

/** A result webhook as it came. */
export interface SeenResult {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a receiver does with a call. `repeats` takes it and says that it did not. */
export type Mood = 'takes' | 'fails' | 'wants none' | 'repeats' | 'hangs' | 'hangs up';

/** A receiver of results on this machine. */
export interface Receiver {
  readonly url: string;
  /** What it took, in order, repeats included. */
  readonly taken: readonly SeenResult[];
  /** Calls of every kind. */
  calls(): number;
  close(): Promise<void>;
}

const HEADERS = ['webhook-id', 'webhook-timestamp', 'webhook-signature'];

/** Starts a receiver that asks for its mood at every call. */
export async function startReceiver(mood: () => Mood): Promise<Receiver> {
  const taken: SeenResult[] = [];
  let calls = 0;
  const server = createServer((request, response) => {
    calls += 1;
    const headers = Object.fromEntries(
      HEADERS.map((name) => [name, String(request.headers[name])]),
    );
    void text(request).then((body) => answer(mood(), { headers, body }, response));
  });
  const answer = (now: Mood, seen: SeenResult, response: ServerResponse) => {
    if (now === 'takes' || now === 'repeats') taken.push(seen);
    if (now === 'takes') response.writeHead(204).end();
    if (now === 'fails' || now === 'repeats') response.writeHead(500).end();
    if (now === 'wants none') response.writeHead(410).end();
    if (now === 'hangs up') response.destroy();
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/results`,
    taken,
    calls: () => calls,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
