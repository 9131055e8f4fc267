import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Clock } from '../clock.ts';
import type { ExchangeState } from '../exchange/state.ts';
import type { Random } from '../random.ts';
import type { ListenKeys } from './listen-keys.ts';
import { streamEvents } from './stream-events.ts';

const STREAM_PATH = /^\/api\/v1\/ws\/([A-Za-z]{1,128})$/;
/** Documented: the server asks every 30 s, and gives up after two questions without an answer. */
export const PING_EVERY_MS = 30_000;
const UNANSWERED_MAX = 2;
const FRAME_BYTES_MAX = 65_536;
const CLOSE_GOING_AWAY = 1001;
const CLOSE_KEY_EXPIRED = 4000;

/** What chance does to each frame; probabilities from 0 to 1. */
export type StreamFaults = {
  /** Lost, sent twice, or held back so that later ones overtake it. */
  readonly drops: number;
  readonly repeats: number;
  readonly delays: number;
  readonly delayMs: number;
};

export type UserStreams = {
  /** Serves the private stream on the server of the exchange. */
  readonly attach: (server: Server) => void;
  /** Tells what has changed; to be called before the changes are stored and forgotten. */
  readonly publish: (state: ExchangeState, now: number) => void;
  readonly setFaults: (faults: StreamFaults) => void;
  /** Closes all streams, leaves them open and silent, or ends all listen keys. */
  readonly cut: (how: 'close' | 'silence' | 'expire') => number;
  readonly connections: () => number;
  readonly end: () => void;
};

type Listener = {
  readonly socket: WebSocket;
  readonly accountId: string;
  readonly listenKey: string;
  isSilent: boolean;
  unanswered: number;
};

const NO_FAULTS: StreamFaults = { drops: 0, repeats: 0, delays: 0, delayMs: 0 };

export function userStreams(parts: {
  readonly listenKeys: ListenKeys;
  readonly random: Random;
  readonly clock: Clock;
}): UserStreams {
  const { listenKeys, random, clock } = parts;
  const sockets = new WebSocketServer({ noServer: true, maxPayload: FRAME_BYTES_MAX });
  const listeners = new Set<Listener>();
  const timers = new Set<NodeJS.Timeout>();
  let faults = NO_FAULTS;

  const later = (ms: number, work: () => void): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      work();
    }, ms);
    timers.add(timer);
  };
  const send = (listener: Listener, frame: string): void => {
    if (!listener.isSilent) listener.socket.send(frame);
  };
  const tell = (listener: Listener, frame: string): void => {
    if (random.next() < faults.drops) return;
    if (random.next() < faults.delays) later(faults.delayMs, () => send(listener, frame));
    else send(listener, frame);
    if (random.next() < faults.repeats) later(faults.delayMs, () => send(listener, frame));
  };

  const beat = (): void => {
    for (const listener of listeners) {
      const { socket, listenKey } = listener;
      if (listenKeys.ownerOf(listenKey, clock.now()) === undefined) socket.close(CLOSE_KEY_EXPIRED);
      else if (listener.unanswered >= UNANSWERED_MAX) socket.close(CLOSE_GOING_AWAY);
      else {
        listener.unanswered += 1;
        send(listener, JSON.stringify({ ping: clock.now(), channelId: listenKey.slice(0, 8) }));
      }
    }
  };
  const heartbeat = setInterval(beat, PING_EVERY_MS);
  heartbeat.unref();

  const admit = (socket: WebSocket, accountId: string, listenKey: string): void => {
    const listener: Listener = { socket, accountId, listenKey, isSilent: false, unanswered: 0 };
    listeners.add(listener);
    socket.on('close', () => listeners.delete(listener));
    socket.on('error', () => listeners.delete(listener));
    socket.on('message', (data) => {
      const text = String(data);
      if (text.includes('"pong"')) listener.unanswered = 0;
      if (text.includes('"ping"')) send(listener, JSON.stringify({ pong: clock.now() }));
    });
  };

  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const [path = ''] = (request.url ?? '').split('?');
    const listenKey = STREAM_PATH.exec(path)?.[1] ?? '';
    const accountId = listenKeys.ownerOf(listenKey, clock.now());
    if (accountId === undefined) {
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (open) => admit(open, accountId, listenKey));
  };

  return {
    attach: (server) => void server.on('upgrade', upgrade),
    publish: (state, now) => {
      if (listeners.size === 0) return;
      for (const { accountId, events } of streamEvents(state, now)) {
        for (const listener of listeners) {
          if (listener.accountId !== accountId) continue;
          for (const event of events) tell(listener, JSON.stringify([event]));
        }
      }
    },
    setFaults: (given) => {
      faults = given;
    },
    cut: (how) => {
      const met = listeners.size;
      if (how === 'expire') listenKeys.expireAll();
      for (const listener of listeners) {
        if (how === 'silence') listener.isSilent = true;
        else listener.socket.close(how === 'expire' ? CLOSE_KEY_EXPIRED : CLOSE_GOING_AWAY);
      }
      return met;
    },
    connections: () => listeners.size,
    end: () => {
      clearInterval(heartbeat);
      for (const timer of timers) clearTimeout(timer);
      for (const { socket } of listeners) socket.terminate();
      sockets.close();
    },
  };
}
