import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { Admin } from '../admin/functions.ts';
import { ADMIN_PREFIX, adminAnswer } from '../admin/routes.ts';
import { readError } from '../error-text.ts';
import type { Ending } from '../faults/course.ts';
import type { Random } from '../random.ts';
import { type Answer, errorAnswer } from './answer.ts';
import type { Received } from './pipeline.ts';
import { type RawRequest, splitTarget } from './request.ts';

/** The largest order batch is a few kilobytes. */
const BODY_BYTES_MAX = 1_048_576;
/** Longer than any client keeps an idle connection. */
const KEEP_ALIVE_MS = 65_000;

export type EdgeParts = {
  readonly receive: (request: RawRequest) => Received;
  readonly admin: Admin;
  readonly latencyMs: number;
  readonly jitterMs: number;
  readonly random: Random;
  readonly log: (text: string) => void;
};

/** The only place with sockets and timers: reads requests, waits, sends or withholds answers. */
export function httpEdge(parts: EdgeParts): { readonly server: Server; readonly end: () => void } {
  const closing = new AbortController();
  const wait = async (ms: number): Promise<void> => {
    if (ms > 0) await pause(ms, undefined, { signal: closing.signal });
  };

  const serve = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const request = await readRequest(message);
    if (!request) {
      send(response, errorAnswer(413, 413, 'Body too large'));
      return;
    }
    if (request.path.startsWith(ADMIN_PREFIX)) {
      send(response, adminAnswer(parts.admin, request));
      return;
    }
    await wait(oneWayMs(parts));
    const { course, finish } = parts.receive(request);
    await wait(course.delayBeforeMs);
    const answer = finish();
    await wait(course.delayAfterMs + oneWayMs(parts));
    if (course.ending.kind === 'hang') {
      // Without a time the socket stays open and silent until the client gives up.
      if (course.ending.ms === undefined) return;
      await wait(course.ending.ms);
    }
    conclude(response, course.ending, answer);
  };

  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (message, response) => {
    serve(message, response).catch((error: unknown) => {
      if (closing.signal.aborted || isReset(error)) return;
      parts.log(`The simulator failed on ${message.method}: ${String(error)}`);
      send(response, errorAnswer(500, '-1000', 'Simulator error'));
    });
  });
  const end = (): void => {
    closing.abort();
    server.close();
    server.closeAllConnections();
  };
  return { server, end };
}

function conclude(response: ServerResponse, ending: Ending, answer: Answer): void {
  switch (ending.kind) {
    case 'answer':
    case 'replace':
      send(response, answer);
      return;
    case 'truncate':
      send(response, { ...answer, text: answer.text.slice(0, answer.text.length / 2) });
      return;
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'hang':
      response.socket?.destroy();
  }
}

function send(response: ServerResponse, { status, contentType, text }: Answer): void {
  if (response.destroyed) return;
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}

async function readRequest(message: IncomingMessage): Promise<RawRequest | undefined> {
  let body = '';
  let size = 0;
  // One character per byte: signatures are checked over exactly what came in.
  for await (const chunk of message.setEncoding('latin1')) {
    const piece = String(chunk);
    size += piece.length;
    if (size <= BODY_BYTES_MAX) body += piece;
  }
  if (size > BODY_BYTES_MAX) return undefined;
  const { headers } = message;
  return {
    method: message.method ?? 'GET',
    ...splitTarget(message.url ?? '/'),
    body,
    contentType: headers['content-type'] ?? '',
    header: (name) => {
      const value = headers[name];
      return Array.isArray(value) ? value[0] : value;
    },
  };
}

/** Half the latency, and a draw from half the jitter. */
function oneWayMs({ latencyMs, jitterMs, random }: EdgeParts): number {
  return latencyMs / 2 + (random.next() * jitterMs) / 2;
}

const isReset = (error: unknown): boolean => readError(error).code === 'ECONNRESET';
