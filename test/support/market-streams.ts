import type { Clock } from '../../lib/application/ports.ts';
import { Secret } from '../../lib/application/secret.ts';
import type {
  ListenKeyAnswer,
  StreamSign,
  UserStreams,
} from '../../lib/application/user-stream.ts';
import type { StatusReport, TradeReport } from '../../lib/domain/execution-report.ts';

/** What chance does to messages of the stream. */
export interface StreamFaults {
  /** Of a message to be lost, told twice, or told late, each from 0 to 1. */
  readonly drops: number;
  readonly repeats: number;
  readonly delays: number;
}

/** User data streams of a market: what happens is told to every open connection. */
export interface MarketStreams extends UserStreams {
  /** Whether new connections and listen keys are refused. */
  isAway: boolean;
  faults: StreamFaults;
  tell(report: StatusReport, trade?: TradeReport): void;
  /** Closes every connection, or leaves them open and silent. */
  cut(how: 'closed' | 'silent'): void;
  expireKeys(): void;
  openConnections(): number;
  readonly keysMade: () => number;
  readonly renewals: () => number;
}

const WAY_MS = 80;
const LATE_MS = 5_000;
const HEARTBEAT_MS = 30_000;
const KEY_LIFE_MS = 3_600_000;
const NO_FAULTS: StreamFaults = { drops: 0, repeats: 0, delays: 0 };

interface Open {
  readonly listenKey: string;
  readonly hear: (sign: StreamSign) => void;
  isOver: boolean;
  isSilent: boolean;
}

/** Makes the streams of a market in virtual time; `asked` meters what listen keys cost. */
export function createMarketStreams(
  clock: Clock,
  chance: () => number,
  asked: (keyId: string) => void,
): MarketStreams {
  const keys = new Map<string, number>();
  let connections: Open[] = [];
  let made = 0;
  let renewed = 0;
  const failure = (): ListenKeyAnswer => ({
    kind: 'unavailable',
    evidence: { source: 'stream', at: clock.now() },
  });
  const later = (ms: number, work: () => void) => void clock.sleep(ms).then(work);
  const send = (to: Open, sign: StreamSign, ms: number) =>
    later(ms, () => {
      if (!to.isOver && !to.isSilent) to.hear(sign);
    });
  const end = (one: Open, code: string) => {
    if (one.isOver) return;
    one.isOver = true;
    connections = connections.filter((other) => other !== one);
    one.hear({ kind: 'closed', code });
  };
  const isAlive = (listenKey: string) => (keys.get(listenKey) ?? 0) > clock.now();

  async function beat(one: Open): Promise<void> {
    while (!one.isOver) {
      await clock.sleep(HEARTBEAT_MS);
      if (!isAlive(one.listenKey)) end(one, 'KEY_EXPIRED');
      else send(one, { kind: 'heartbeat' }, 0);
    }
  }

  const streams: MarketStreams = {
    isAway: false,
    faults: NO_FAULTS,
    keysMade: () => made,
    renewals: () => renewed,
    openConnections: () => connections.length,
    createListenKey: async ({ key }) => {
      asked(key.keyId);
      await clock.sleep(2 * WAY_MS);
      if (streams.isAway) return failure();
      made += 1;
      const listenKey = `listen-${made}`;
      keys.set(listenKey, clock.now() + KEY_LIFE_MS);
      return { kind: 'listen-key', listenKey: new Secret(listenKey) };
    },
    renewListenKey: async ({ key }, listenKey) => {
      asked(key.keyId);
      await clock.sleep(2 * WAY_MS);
      if (streams.isAway || !isAlive(listenKey.reveal())) return failure();
      renewed += 1;
      keys.set(listenKey.reveal(), clock.now() + KEY_LIFE_MS);
      return { kind: 'renewed' };
    },
    connect(_site, listenKey, hear) {
      const one: Open = { listenKey: listenKey.reveal(), hear, isOver: false, isSilent: false };
      later(WAY_MS, () => {
        if (one.isOver) return;
        if (streams.isAway || !isAlive(one.listenKey)) {
          one.isOver = true;
          hear({ kind: 'closed', code: 'REFUSED' });
          return;
        }
        connections.push(one);
        hear({ kind: 'opened' });
        void beat(one);
      });
      return {
        close() {
          one.isOver = true;
          connections = connections.filter((other) => other !== one);
        },
      };
    },
    tell(report, trade) {
      const { drops, repeats, delays } = streams.faults;
      for (const one of connections) {
        if (chance() < drops) continue;
        const evidence = { source: 'stream', at: clock.now() } as const;
        const told = { statement: { report, evidence }, ...(trade === undefined ? {} : { trade }) };
        const sign: StreamSign = { kind: 'reports', reports: [told] };
        send(one, sign, chance() < delays ? LATE_MS * chance() : WAY_MS);
        if (chance() < repeats) send(one, sign, LATE_MS * chance());
      }
    },
    cut(how) {
      for (const one of [...connections]) {
        if (how === 'closed') end(one, 'CUT');
        else one.isSilent = true;
      }
    },
    expireKeys: () => keys.clear(),
  };
  return streams;
}
