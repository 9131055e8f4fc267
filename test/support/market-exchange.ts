import type {
  Exchange,
  PageAnswer,
  QueryContext,
  QueryFailure,
} from '../../lib/application/exchange.ts';
import type { Clock } from '../../lib/application/ports.ts';
import { addDecimals, multiplyDecimals, sameDecimal } from '../../lib/domain/decimal.ts';
import type {
  EvidenceSource,
  ReportedStatus,
  StatusReport,
  TradeReport,
} from '../../lib/domain/execution-report.ts';
import { fits, slidingWindow } from '../../simulator/limits/sliding-window.ts';
import { createMarketStreams, type MarketStreams } from './market-streams.ts';
import { acceptedReport, RULES } from './scripted-exchange.ts';

/** One question as it reached the exchange. */
export interface Asked {
  readonly call: EvidenceSource;
  readonly at: number;
  readonly keyId: string;
  readonly weight: number;
  readonly isWithinLimit: boolean;
}

interface Held {
  readonly report: StatusReport;
  readonly trades: readonly TradeReport[];
  readonly placedAt: number;
  readonly changedAt: number;
  /** Not in the store of the exchange that queries and lists read, before this. */
  readonly visibleAt: number;
}

/** A market in virtual time: orders are placed, filled and canceled as a test says. */
export interface MarketExchange extends Exchange {
  readonly asked: readonly Asked[];
  readonly streams: MarketStreams;
  /** Whether it cannot be reached. */
  isAway: boolean;
  /** Whether the lists of trades are empty, as while they lag. */
  hidesTrades: boolean;
  /** Whether the lists of trades know what orders' lists do not know yet. */
  showsTradesAtOnce: boolean;
  /** How long an answer takes. */
  answerMs: number;
  place(clientOrderId: string, options?: { readonly lagMs?: number }): void;
  /** Fills a part of an open order, all of it or the rest. */
  fill(clientOrderId: string, quantity?: string): TradeReport;
  /** Cancels an open order at the exchange itself. */
  end(clientOrderId: string, reason?: string): void;
  reportOf(clientOrderId: string): StatusReport;
  weightAsked(from?: number, to?: number): number;
}

/** Orders and trades of one page, as the exchange's own default. */
const PAGE = 500;
const FIRST_ID = 2_000_868_573_824_739_840n;
const QUANTITY = '0.5';
const PRICE = '65000.1';

/** Makes a market without orders that meters its questions as the exchange does. */
export function createMarketExchange(
  clock: Clock,
  {
    queriesPerSecond,
    chance = () => 1,
  }: { readonly queriesPerSecond: number; readonly chance?: () => number },
): MarketExchange {
  const orders = new Map<string, Held>();
  const asked: Asked[] = [];
  const windows = new Map<string, ReturnType<typeof slidingWindow>>();
  let ids = 0n;
  const nextId = () => {
    ids += 1n;
    return String(FIRST_ID + ids);
  };
  const held = (clientOrderId: string): Held => {
    const order = orders.get(clientOrderId);
    if (order === undefined) throw new Error(`no order ${clientOrderId}`);
    return order;
  };
  const change = (clientOrderId: string, report: Partial<StatusReport>, trade?: TradeReport) => {
    const before = held(clientOrderId);
    const status = report.status ?? before.report.status;
    orders.set(clientOrderId, {
      ...before,
      report: { ...before.report, ...report, statusText: status },
      trades: trade === undefined ? before.trades : [...before.trades, trade],
      changedAt: clock.now(),
    });
    streams.tell(held(clientOrderId).report, trade);
  };

  /** Counts a question against its key. */
  const meter = (call: EvidenceSource, keyId: string, weight: number): boolean => {
    const at = clock.now();
    const window = windows.get(keyId) ?? slidingWindow();
    windows.set(keyId, window);
    const isWithinLimit = fits(window.used(at), weight, queriesPerSecond);
    window.add(at, weight);
    asked.push({ call, weight, at, keyId, isWithinLimit });
    return isWithinLimit;
  };
  const streams = createMarketStreams(clock, chance, (keyId) => meter('stream', keyId, 1));

  /** Lets a question arrive within the limit of its key, and answers it. */
  async function answer<Answer>(
    { key }: QueryContext,
    question: { readonly call: EvidenceSource; readonly weight: number },
    told: (seen: readonly Held[]) => Answer,
  ): Promise<Answer | QueryFailure> {
    await clock.sleep(market.answerMs / 2);
    const at = clock.now();
    const isWithinLimit = meter(question.call, key.keyId, question.weight);
    const seen = [...orders.values()].filter(({ visibleAt }) => visibleAt <= at);
    const answered = told(seen);
    await clock.sleep(market.answerMs / 2);
    const evidence = { source: question.call, at: clock.now() };
    if (market.isAway) return { kind: 'unavailable', evidence };
    return isWithinLimit ? answered : { kind: 'throttled', evidence };
  }

  function page(context: QueryContext, call: 'open-orders' | 'history', from?: string) {
    const weight = call === 'open-orders' ? 1 : 5;
    return answer<PageAnswer>(context, { call, weight }, (seen) => {
      const reports = seen
        .map(({ report }) => report)
        .filter(({ status }) => isOpen(status) === (call === 'open-orders'))
        .sort((one, other) => (one.exchangeOrderId < other.exchangeOrderId ? 1 : -1))
        .filter(({ exchangeOrderId }) => from === undefined || exchangeOrderId < from)
        .slice(0, PAGE);
      const last = reports.length < PAGE ? undefined : reports.at(-1)?.exchangeOrderId;
      const next = last === undefined ? {} : { nextFromOrderId: last };
      return { kind: 'page', reports, ...next, evidence: { source: call, at: clock.now() } };
    });
  }

  const market: MarketExchange = {
    asked,
    streams,
    isAway: false,
    hidesTrades: false,
    showsTradesAtOnce: false,
    answerMs: 160,
    place(clientOrderId, { lagMs = 0 } = {}) {
      const at = clock.now();
      const report: StatusReport = {
        clientOrderId,
        exchangeOrderId: nextId(),
        symbol: 'BTCUSD',
        side: 'BUY',
        type: 'LIMIT',
        quantity: QUANTITY,
        price: PRICE,
        status: 'NEW',
        statusText: 'NEW',
        executedQuantity: '0',
        cumulativeQuote: '0',
      };
      const times = { placedAt: at, changedAt: at, visibleAt: at + lagMs };
      orders.set(clientOrderId, { report, trades: [], ...times });
      streams.tell(report);
    },
    fill(clientOrderId, quantity = QUANTITY) {
      const { report } = held(clientOrderId);
      const { exchangeOrderId, symbol, side } = report;
      const tradeId = nextId();
      const trade: TradeReport = {
        ...{ clientOrderId, exchangeOrderId, symbol, side },
        fill: {
          ...{ tradeId, ticketId: `7${tradeId}`, price: PRICE, quantity, at: clock.now() },
          ...{ fee: '0.00001', feeAsset: 'BTC', isMaker: true },
        },
      };
      const executedQuantity = addDecimals(report.executedQuantity, quantity);
      const quote = multiplyDecimals(PRICE, quantity);
      const cumulativeQuote = addDecimals(report.cumulativeQuote ?? '0', quote);
      const status = sameDecimal(executedQuantity, QUANTITY) ? 'FILLED' : 'PARTIALLY_FILLED';
      const averagePrice = PRICE;
      change(clientOrderId, { status, executedQuantity, cumulativeQuote, averagePrice }, trade);
      return trade;
    },
    end(clientOrderId, reason = 'USER_CANCEL') {
      const executed = held(clientOrderId).report.executedQuantity;
      const status = sameDecimal(executed, '0') ? 'CANCELED' : 'PARTIALLY_CANCELED';
      change(clientOrderId, { status, reason });
    },
    reportOf: (clientOrderId) => held(clientOrderId).report,
    weightAsked: (from = 0, to = Number.POSITIVE_INFINITY) =>
      asked.filter(({ at }) => at >= from && at < to).reduce((sum, { weight }) => sum + weight, 0),

    async submit(command) {
      const sentAt = clock.now();
      await clock.sleep(market.answerMs);
      const common = {
        evidence: { source: 'submit', at: clock.now() },
        timing: { sentAt, answeredAt: clock.now() },
      } as const;
      if (market.isAway) return { kind: 'unknown', ...common };
      market.place(command.clientOrderId);
      const { exchangeOrderId } = market.reportOf(command.clientOrderId);
      return { kind: 'accepted', ...common, report: acceptedReport(command, { exchangeOrderId }) };
    },
    async cancel({ clientOrderId }) {
      const sentAt = clock.now();
      await clock.sleep(market.answerMs);
      const before = market.reportOf(clientOrderId);
      const common = {
        evidence: { source: 'cancel', at: clock.now() },
        timing: { sentAt, answeredAt: clock.now() },
      } as const;
      if (market.isAway) return { kind: 'unknown', ...common };
      if (!isOpen(before.status)) return { kind: 'not-open', ...common };
      market.end(clientOrderId);
      return { kind: 'accepted', ...common, report: before };
    },
    async cancelMany() {
      throw new Error('this market cancels one by one');
    },
    queryOrder: (context, clientOrderId) =>
      answer(context, { call: 'query', weight: 1 }, (seen) => {
        const evidence = { source: 'query', at: clock.now() } as const;
        const found = seen.find(({ report }) => report.clientOrderId === clientOrderId);
        if (found === undefined) return { kind: 'not-found', evidence };
        return { kind: 'found', report: found.report, evidence };
      }),
    openOrders: (context, from) => page(context, 'open-orders', from),
    orderHistory: (context, _since, from) => page(context, 'history', from),
    trades(context, { since, clientOrderId, toTradeId }) {
      const weight = clientOrderId === undefined ? 5 : 1;
      return answer(context, { call: 'trades', weight }, (seen) => {
        const trades = (market.showsTradesAtOnce ? [...orders.values()] : seen)
          .flatMap((one) => (market.hidesTrades ? [] : one.trades))
          .filter((one) => (clientOrderId ?? one.clientOrderId) === one.clientOrderId)
          .filter(({ fill }) => fill.at >= since)
          .filter(({ fill }) => toTradeId === undefined || fill.tradeId < toTradeId)
          .sort((one, other) => (one.fill.tradeId < other.fill.tradeId ? 1 : -1))
          .slice(0, PAGE);
        const last = trades.length < PAGE ? undefined : trades.at(-1)?.fill.tradeId;
        const next = last === undefined ? {} : { nextToTradeId: last };
        return { kind: 'trades', trades, ...next, evidence: { source: 'trades', at: clock.now() } };
      });
    },
    async instruments() {
      return new Map([['BTCUSD', RULES]]);
    },
    async prepare() {},
    async resynchronise() {},
  };
  return market;
}

function isOpen(status: ReportedStatus): boolean {
  return status === 'NEW' || status === 'PARTIALLY_FILLED';
}
