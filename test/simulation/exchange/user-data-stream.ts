import type {
  OpenStreamSocket,
  StreamSocketEvents,
} from '../../../lib/adapters/hashkey/stream-socket.ts';
import type { Life } from '../../support/mortal-process.ts';
import type { Chance } from '../core/chance.ts';
import type { Recorder } from '../core/history.ts';
import type { Timeline } from '../core/timeline.ts';
import type { Weather } from '../core/weather.ts';
import type { ExchangeOrder } from './exchange-order.ts';
import { wireReport } from './wire-report.ts';

/** How a stream can break. */
export type StreamCut =
  /** Every connection is closed. */
  | 'closed'
  /** Connections stay open and nothing comes any more. */
  | 'silent'
  /** Every listen key is over, and connections of such a key are closed at the next heartbeat. */
  | 'keys expire'
  /** The same, but connections stay open and beat, and nothing else comes. */
  | 'keys expire unheard';

/** The user data streams of the exchange. */
export interface UserDataStream {
  /** Gives a listen key of an account, the same one again while it lives. */
  createKey(): string;
  /** @returns false when the key is not known any more */
  renewKey(listenKey: string): boolean;
  /** The socket of one process, which closes with its life. */
  socketsOf(by: string, life: Life): OpenStreamSocket;
  /** Tells every connection how an order stands now. */
  tell(order: ExchangeOrder): void;
  cut(how: StreamCut): void;
}

interface Line {
  readonly by: string;
  readonly listenKey: string;
  readonly events: StreamSocketEvents;
  isOver: boolean;
  isSilent: boolean;
  answeredMs: number;
}

/** What the streams are made of. */
export interface StreamParts {
  readonly timeline: Timeline;
  readonly chance: Chance;
  readonly weather: Weather;
  readonly recorder: Recorder;
  readonly startAt: number;
  readonly isAway: () => boolean;
  /** Told every listen key, which is a secret. */
  readonly keepSecret: (listenKey: string) => void;
}

const KEY_LIFE_MS = 3_600_000;
const HEARTBEAT_MS = 30_000;
/** Whoever does not answer heartbeats for so long is gone. */
const PONG_MAX_MS = 75_000;
const NORMAL_WAY_MS = 15;
const GARBAGE = ['[{"e":"executionReport","i":"1","X":7}]', 'not JSON', '[{"i":'] as const;

/** Makes streams that nobody follows. */
export function createUserDataStream(parts: StreamParts): UserDataStream {
  const { timeline, chance, weather, recorder, startAt } = parts;
  const keys = new Map<string, number>();
  let lines: readonly Line[] = [];
  let isMute = false;
  let made = 0;
  const hasOwnTradeIds = chance.happens(0.3);
  const isKeptKey = chance.happens(0.5);
  const now = () => timeline.nowMs();
  const isStormy = () => now() < weather.faultsUntilMs;
  const fails = (share = 1) => isStormy() && chance.happens(weather.streamFault * share);
  const isAlive = (listenKey: string) => (keys.get(listenKey) ?? 0) > now();
  const note = (line: Pick<Line, 'by'>, what: string) =>
    recorder.note(line.by, { kind: 'stream', what });

  function end(line: Line, code: string): void {
    if (line.isOver) return;
    line.isOver = true;
    lines = lines.filter((one) => one !== line);
    note(line, `closed ${code}`);
    line.events.closed(code);
  }

  async function beat(line: Line): Promise<void> {
    while (!line.isOver) {
      await timeline.sleep(HEARTBEAT_MS);
      if (line.isOver) return;
      if (!isAlive(line.listenKey) && !isMute) end(line, '1008');
      else if (now() - line.answeredMs > PONG_MAX_MS) end(line, '1011');
      else if (!line.isSilent) line.events.heard(`{"ping":${startAt + now()}}`);
    }
  }

  async function send(line: Line, text: string, wayMs: number): Promise<void> {
    await timeline.sleep(wayMs);
    if (!line.isOver && !line.isSilent) line.events.heard(text);
  }

  async function connect(line: Line): Promise<void> {
    await timeline.sleep(20 + chance.below(60));
    if (line.isOver) return;
    if (parts.isAway() || fails(0.5) || !isAlive(line.listenKey)) {
      line.isOver = true;
      note(line, 'refused');
      line.events.closed('ERROR');
      return;
    }
    lines = [...lines, line];
    note(line, 'opened');
    line.events.opened();
    void beat(line);
  }

  return {
    createKey() {
      const living = isKeptKey ? [...keys.keys()].find(isAlive) : undefined;
      made += 1;
      const listenKey = living ?? `listenKeyOfThisWorld${String(made).padStart(6, '0')}`;
      parts.keepSecret(listenKey);
      keys.set(listenKey, now() + KEY_LIFE_MS);
      isMute = false;
      return listenKey;
    },
    renewKey(listenKey) {
      if (!isAlive(listenKey)) return false;
      keys.set(listenKey, now() + KEY_LIFE_MS);
      return true;
    },

    socketsOf: (by, life) => (url, events) => {
      const listenKey = url.pathname.split('/').at(-1) ?? '';
      const ofLiving: StreamSocketEvents = {
        opened: () => !life.isOver() && events.opened(),
        heard: (data) => !life.isOver() && events.heard(data),
        closed: (code) => !life.isOver() && events.closed(code),
      };
      const line: Line = {
        ...{ by, listenKey, events: ofLiving },
        ...{ isOver: false, isSilent: false, answeredMs: now() },
      };
      const leave = () => {
        line.isOver = true;
        lines = lines.filter((one) => one !== line);
      };
      void connect(line);
      void life.ended.then(leave);
      return {
        send() {
          line.answeredMs = now();
        },
        close: leave,
      };
    },

    tell(order) {
      const options = { startAt, hasOwnTradeIds };
      const report = wireReport(order, now(), options);
      const { clientOrderId } = order;
      const status = String(report.X);
      for (const line of lines) {
        const isHeard = isAlive(line.listenKey) && !line.isSilent;
        const fate = isHeard ? fateOfFrame() : 'unheard';
        recorder.note('exchange', { kind: 'frame', to: line.by, clientOrderId, status, fate });
        if (fate === 'unheard' || fate === 'lost') continue;
        const text = fate === 'garbled' ? chance.oneOf(GARBAGE) : JSON.stringify([report]);
        const wayMs = NORMAL_WAY_MS + chance.below(10);
        void send(line, text, fate === 'late' ? wayMs + chance.below(8_000) : wayMs);
        if (fate === 'twice') void send(line, text, wayMs + chance.below(8_000));
      }
    },

    cut(how) {
      recorder.note('exchange', { kind: 'fault', fault: `stream ${how}`, at: 'stream' });
      if (how === 'keys expire' || how === 'keys expire unheard') keys.clear();
      if (how === 'keys expire unheard') isMute = true;
      for (const line of lines) {
        if (how === 'closed') end(line, '1006');
        if (how === 'silent') line.isSilent = true;
      }
    },
  };

  function fateOfFrame(): 'told' | 'lost' | 'late' | 'twice' | 'garbled' {
    if (!fails()) return 'told';
    return chance.oneOf(['lost', 'late', 'twice', 'garbled']);
  }
}
