import * as http from 'node:http';
import * as https from 'node:https';
import type { Socket } from 'node:net';
import type { Clock } from '../../application/ports.ts';
import type { UnixMs } from '../../domain/time.ts';
import { type SendEnd, type SendOptions, sendOnce } from './send-once.ts';

/** A call that changes something at the exchange. */
export interface CommandRequest extends Outgoing {
  readonly method: 'POST' | 'PUT' | 'DELETE';
  /** Nothing is written after this. */
  readonly sendBy: UnixMs;
}

/** A call that changes nothing. */
export interface QueryRequest extends Outgoing {
  readonly method: 'GET';
}

interface Outgoing extends Pick<SendOptions, 'url' | 'headers' | 'write'> {
  readonly timeoutMs: number;
}

/** How a command ended. Only `not-sent` proves that the exchange knows nothing of it. */
export type CommandEnd = SendEnd;

/** How a query ended. Whether it left does not matter. */
export type QueryEnd =
  | Extract<SendEnd, { kind: 'answer' }>
  | { readonly kind: 'no-answer'; readonly errno: string };

/** The way to the exchange. Nothing is ever repeated here. */
export interface Connection {
  /** Sends a command once; `timeoutMs` counts from the first byte. */
  command(request: CommandRequest): Promise<CommandEnd>;
  /** Asks once; `timeoutMs` covers the connection too. */
  query(request: QueryRequest): Promise<QueryEnd>;
  /** Closes idle connections. */
  close(): void;
}

/** What a connection is made with. */
export interface ConnectionOptions {
  readonly clock: Clock;
  /** How long an idle connection is kept. */
  readonly keepAliveMs: number;
  readonly connectTimeoutMs: number;
  /** Open connections per host. */
  readonly socketsMax: number;
}

/** Makes the way to the exchange: kept connections, bounded in number and idle time. */
export function createConnection(options: ConnectionOptions): Connection {
  const { clock } = options;
  const agents = createAgents(options);
  const shared = ({ url, headers, write, method }: CommandRequest | QueryRequest) => {
    const agent = url.protocol === 'https:' ? agents.secure : agents.plain;
    agents.dropIdle(agent);
    return { clock, agent, url, headers, write, method };
  };

  return {
    async command(request) {
      const leftMs = request.sendBy - clock.now();
      if (leftMs < 0) return { kind: 'not-sent', errno: 'TOO_LATE' };
      return await sendOnce({
        ...shared(request),
        write: (now) => (now > request.sendBy ? undefined : request.write(now)),
        connectTimeoutMs: Math.min(options.connectTimeoutMs, leftMs),
        answerTimeoutMs: () => request.timeoutMs,
      });
    },
    async query(request) {
      const startedMs = clock.monotonicMs();
      const end = await sendOnce({
        ...shared(request),
        connectTimeoutMs: Math.min(options.connectTimeoutMs, request.timeoutMs),
        answerTimeoutMs: () => request.timeoutMs - (clock.monotonicMs() - startedMs),
      });
      return end.kind === 'answer' ? end : { kind: 'no-answer', errno: end.errno };
    },
    close() {
      agents.plain.destroy();
      agents.secure.destroy();
    },
  };
}

/**
 * Node's timer closes an idle connection, but a process that was frozen (a function between two
 * invocations) may use one before its timer has run. So the age is also read from the clocks right
 * before use: from both, since one of them may stand still in a freeze.
 */
function createAgents({ clock, keepAliveMs, socketsMax }: ConnectionOptions) {
  const settings = {
    keepAlive: true,
    timeout: keepAliveMs,
    maxSockets: socketsMax,
    maxFreeSockets: socketsMax,
    scheduling: 'lifo',
  } as const;
  const idleSince = new WeakMap<Socket, { readonly at: UnixMs; readonly monotonicMs: number }>();
  const plain = new http.Agent(settings);
  const secure = new https.Agent(settings);
  for (const agent of [plain, secure]) {
    agent.on('free', (socket: Socket) => {
      idleSince.set(socket, { at: clock.now(), monotonicMs: clock.monotonicMs() });
    });
  }

  const dropIdle = (agent: http.Agent) => {
    const now = clock.now();
    const monotonicMs = clock.monotonicMs();
    for (const socket of Object.values(agent.freeSockets).flatMap((sockets) => sockets ?? [])) {
      const since = idleSince.get(socket);
      if (since === undefined) continue;
      const idleMs = Math.max(now - since.at, monotonicMs - since.monotonicMs);
      if (idleMs > keepAliveMs) socket.destroy();
    }
  };
  return { plain, secure, dropIdle };
}
