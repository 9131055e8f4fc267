import type {
  Exchange,
  PageAnswer,
  QueryContext,
  QueryFailure,
} from '../../lib/application/exchange.ts';
import type { Clock } from '../../lib/application/ports.ts';
import type { EvidenceSource, StatusReport } from '../../lib/domain/execution-report.ts';
import { fits, slidingWindow } from '../../simulator/limits/sliding-window.ts';
import type { Sockets } from './sockets.ts';

/** How long an answer of the exchange takes, there and back. */
export const ANSWER_MS = 160;

/** An exchange on virtual time that meters each key; its orders change only when it is told. */
export interface SimulatedExchange {
  /** Open orders by key, then by client order id. */
  readonly open: Map<string, Map<string, StatusReport>>;
  /** The exchange as one process reaches it. */
  over(sockets: Sockets): Exchange;
  readonly figures: { asked: number; throttled: number };
}

/** Makes an exchange that grants each key so many queries a second. */
export function createSimulatedExchange(clock: Clock, queriesPerSecond: number): SimulatedExchange {
  const open = new Map<string, Map<string, StatusReport>>();
  const windows = new Map<string, ReturnType<typeof slidingWindow>>();
  const figures = { asked: 0, throttled: 0 };
  const ordersOf = ({ key }: QueryContext) =>
    open.get(key.keyId) ?? new Map<string, StatusReport>();

  /** @returns whether the question was within the limit; undefined when it never left */
  async function asked(
    sockets: Sockets,
    { key }: QueryContext,
    weight: number,
  ): Promise<boolean | undefined> {
    if (!(await sockets.enter())) return undefined;
    await clock.sleep(ANSWER_MS / 2);
    const window = windows.get(key.keyId) ?? slidingWindow();
    windows.set(key.keyId, window);
    const now = clock.now();
    const isWithin = fits(window.used(now), weight, queriesPerSecond);
    window.add(now, weight);
    figures.asked += 1;
    if (!isWithin) figures.throttled += 1;
    await clock.sleep(ANSWER_MS / 2);
    sockets.leave();
    return isWithin;
  }

  function over(sockets: Sockets): Exchange {
    async function answer<Answer>(
      context: QueryContext,
      { source, weight }: { readonly source: EvidenceSource; readonly weight: number },
      told: (evidence: { readonly source: EvidenceSource; readonly at: number }) => Answer,
    ): Promise<Answer | QueryFailure> {
      const isWithin = await asked(sockets, context, weight);
      const evidence = { source, at: clock.now() };
      if (isWithin === undefined) return { kind: 'unavailable', evidence };
      return isWithin ? told(evidence) : { kind: 'throttled', evidence };
    }
    const page = (context: QueryContext, source: 'open-orders' | 'history') =>
      answer<PageAnswer>(context, { source, weight: source === 'history' ? 5 : 1 }, (evidence) => ({
        kind: 'page',
        reports: source === 'history' ? [] : [...ordersOf(context).values()],
        evidence,
      }));
    const never = async () => {
      throw new Error('A reconciler sends nothing.');
    };
    return {
      submit: never,
      cancel: never,
      cancelMany: never,
      instruments: never,
      prepare: async () => {},
      resynchronise: async () => {},
      openOrders: (context) => page(context, 'open-orders'),
      orderHistory: (context) => page(context, 'history'),
      queryOrder: (context, clientOrderId) =>
        answer(context, { source: 'query', weight: 1 }, (evidence) => {
          const report = ordersOf(context).get(clientOrderId);
          return report === undefined
            ? { kind: 'not-found', evidence }
            : { kind: 'found', report, evidence };
        }),
      trades: (context) =>
        answer(context, { source: 'trades', weight: 5 }, (evidence) => ({
          kind: 'trades',
          trades: [],
          evidence,
        })),
    };
  }
  return { open, over, figures };
}
