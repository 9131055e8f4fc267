import * as http from 'node:http';
import * as https from 'node:https';
import { timeLimit } from '../system/time-limit.ts';

/** One call as it goes over the wire, once. */
export interface AwsRequest {
  /** Names and values by turns: the signed ones. */
  readonly headers: readonly string[];
  readonly body: string;
}

/** What a service answered. */
export interface AwsAnswer {
  readonly httpStatus: number;
  readonly text: string;
}

/** The way to one service: kept connections, every wait bounded. */
export interface AwsWay {
  /** @throws AwsFault when there is no whole answer; the call may have been carried out */
  send(request: AwsRequest): Promise<AwsAnswer>;
  /** Closes idle connections: after a long pause none of them may be open any more. */
  dropIdle(): void;
  /** Closes all connections. */
  close(): void;
}

/** No answer came. `name` is the system's word for it, or one of ours. */
export class AwsFault extends Error {
  override readonly name: string;
  /** A kept connection turned out to be closed: nothing says that the service is in trouble. */
  readonly isStale: boolean;

  constructor(name: string, message: string, isStale: boolean) {
    super(message);
    this.name = name;
    this.isStale = isStale;
  }
}

/** How long one try may take, in milliseconds. */
export interface AwsTimeLimits {
  /** Until a connection stands; inside a region it takes about one. */
  readonly connectMs: number;
  /** Until a whole answer is there; usual answers take under 50. */
  readonly answerMs: number;
}

/** Three such tries end within about ten seconds. */
export const AWS_TIME_LIMITS: AwsTimeLimits = { connectMs: 1_000, answerMs: 3_000 };
/** Connections kept open at once; more callers wait. */
const CONNECTIONS_MAX = 50;
/** Largest answer read, in bytes: what one batch read may give, with room. */
const BODY_BYTES_MAX = 17 * 1_048_576;

/** Makes the way to a service at `https:` (or, on one machine, `http:`). */
export function createAwsWay(endpoint: URL, limits: AwsTimeLimits): AwsWay {
  const settings = { keepAlive: true, maxSockets: CONNECTIONS_MAX, scheduling: 'lifo' } as const;
  const isSecure = endpoint.protocol === 'https:';
  const agent = isSecure ? new https.Agent(settings) : new http.Agent(settings);
  const open = isSecure ? https.request : http.request;
  const target = {
    agent,
    method: 'POST',
    path: '/',
    host: endpoint.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: endpoint.port === '' ? undefined : Number(endpoint.port),
  };

  return {
    send: ({ headers, body }) => {
      const length = ['content-length', String(Buffer.byteLength(body))];
      const all = [...headers, 'connection', 'keep-alive', ...length];
      return answerOf(open({ ...target, headers: all }), body, limits);
    },
    dropIdle() {
      const idle = Object.values(agent.freeSockets).flatMap((sockets) => sockets ?? []);
      for (const socket of idle) socket.destroy();
    },
    close: () => agent.destroy(),
  };
}

function answerOf(
  request: http.ClientRequest,
  body: string,
  limits: AwsTimeLimits,
): Promise<AwsAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<AwsAnswer>();
  const fail = (name: string, message: string) => {
    endLimits();
    // Also ends the connection, so that no answer can come for a later call.
    request.destroy();
    reject(
      new AwsFault(name, message, request.reusedSocket && /^(?:ECONNRESET|EPIPE)$/.test(name)),
    );
  };
  const endAnswerLimit = timeLimit(limits.answerMs, () => {
    fail('TimeoutError', `no answer within ${limits.answerMs} ms`);
  });
  let endConnectLimit = () => {};
  const endLimits = () => {
    endAnswerLimit();
    endConnectLimit();
  };

  request.on('socket', (socket) => {
    if (!socket.connecting || request.destroyed) return;
    endConnectLimit = timeLimit(limits.connectMs, () => {
      fail('TimeoutError', `no connection within ${limits.connectMs} ms`);
    });
    socket.once('connect', () => endConnectLimit());
  });
  request.on('error', (error) => fail(codeOf(error), error.message));
  request.on('response', (response) => {
    const pieces: Buffer[] = [];
    let bytes = 0;
    response.on('data', (piece: Buffer) => {
      bytes += piece.length;
      pieces.push(piece);
      if (bytes > BODY_BYTES_MAX) fail('AnswerTooLarge', `an answer above ${BODY_BYTES_MAX} bytes`);
    });
    // An answer that breaks off ends as an error, never as its end.
    response.on('error', (error) => fail(codeOf(error), error.message));
    response.on('end', () => {
      endLimits();
      const whole = pieces.length === 1 ? pieces[0] : Buffer.concat(pieces);
      resolve({ httpStatus: response.statusCode ?? 0, text: whole?.toString('utf8') ?? '' });
    });
  });
  request.end(body);
  return promise;
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
