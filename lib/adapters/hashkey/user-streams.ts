import type { QueryContext } from '../../application/exchange.ts';
import type { Clock } from '../../application/ports.ts';
import { Secret } from '../../application/secret.ts';
import type {
  ListenKeyAnswer,
  StreamConnection,
  StreamSign,
  UserStreams,
} from '../../application/user-stream.ts';
import { readQuery, type ToldQuery, UNREADABLE, unavailable } from './classify.ts';
import type { CommandEnd } from './connection.ts';
import type { SignedCalls, Told, Withheld } from './signed-calls.ts';
import { pathBelow, streamUrlOf } from './sites.ts';
import { readStreamMessage } from './stream-message.ts';
import {
  type OpenStreamSocket,
  openStreamSocket,
  type StreamSocket,
  type StreamSocketEvents,
} from './stream-socket.ts';
import { listenKeySchema } from './wire.ts';

const LISTEN_KEY_PATH = '/api/v1/userDataStream';
const STREAM_PATH = '/api/v1/ws/';
/** A frame of reports has a few kilobytes; what is longer is not looked at. */
const FRAME_CHARACTERS_MAX = 1_048_576;

/** Makes the user data streams of the exchange, over Node's own WebSocket unless told otherwise. */
export function createUserStreams({
  clock,
  signedCalls,
  openSocket = openStreamSocket,
}: {
  readonly clock: Clock;
  readonly signedCalls: SignedCalls;
  readonly openSocket?: OpenStreamSocket;
}): UserStreams {
  const call = async (
    context: QueryContext,
    method: 'POST' | 'PUT',
    parameters: readonly (readonly [string, string])[],
  ) => {
    const sendBy = clock.now() + context.timeoutMs;
    const path = LISTEN_KEY_PATH;
    const told = await signedCalls.command({ ...context, method, path, parameters, sendBy });
    return readQuery(asQuery(told), 'stream', clock.now());
  };

  return {
    async createListenKey(context): Promise<ListenKeyAnswer> {
      const read = await call(context, 'POST', []);
      if (read.kind !== 'answer') return read;
      const body = listenKeySchema.safeParse(read.answer.body);
      if (!body.success) return unavailable('stream', read.answer, hideAll, UNREADABLE);
      return { kind: 'listen-key', listenKey: new Secret(body.data.listenKey) };
    },
    async renewListenKey(context, listenKey): Promise<ListenKeyAnswer> {
      const read = await call(context, 'PUT', [['listenKey', listenKey.reveal()]]);
      return read.kind === 'answer' ? { kind: 'renewed' } : read;
    },
    connect(site, listenKey, hear) {
      const url = streamUrlOf(site);
      url.pathname = pathBelow(url, `${STREAM_PATH}${listenKey.reveal()}`);
      return listen(clock, (events) => openSocket(url, events), hear);
    },
  };
}

/** Listen keys are asked for by POST and PUT, and a repeated one does no harm: as a query ends. */
function asQuery({ end, redact }: Told<CommandEnd | Withheld>): ToldQuery {
  if (end.kind === 'answer' || end.kind === 'withheld') return { end, redact };
  return { end: { kind: 'no-answer', errno: end.errno }, redact };
}

/** The body may hold a listen key. */
function hideAll(): string {
  return '';
}

function listen(
  clock: Clock,
  open: (events: StreamSocketEvents) => StreamSocket,
  tell: (sign: StreamSign) => void,
): StreamConnection {
  let isOver = false;
  const hear = (sign: StreamSign) => {
    if (isOver) return;
    isOver = sign.kind === 'closed';
    tell(sign);
  };
  const socket = open({
    opened: () => hear({ kind: 'opened' }),
    closed: (code) => hear({ kind: 'closed', code }),
    heard(data) {
      if (isOver) return;
      if (typeof data !== 'string' || data.length > FRAME_CHARACTERS_MAX) {
        hear({ kind: 'unreadable' });
        return;
      }
      const message = readStreamMessage(data, clock.now(), (text) => text);
      if (message.kind === 'ping') socket.send(`{"pong":${message.ping}}`);
      hear(message.kind === 'ping' || message.kind === 'other' ? { kind: 'heartbeat' } : message);
    },
  });
  return {
    close() {
      isOver = true;
      socket.close();
    },
  };
}
