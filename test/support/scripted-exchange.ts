import type {
  CancelAnswer,
  Exchange,
  PageAnswer,
  QueryAnswer,
  SubmitAnswer,
  SubmitCommand,
  TradesAnswer,
} from '../../lib/application/exchange.ts';
import type { Clock } from '../../lib/application/ports.ts';
import type { StatusReport, TradeReport } from '../../lib/domain/execution-report.ts';
import type { InstrumentRules } from '../../lib/domain/instrument.ts';
import type { UnixMs } from '../../lib/domain/time.ts';

/** One call as it came to the exchange. */
export interface Arrival {
  readonly call:
    | 'submit'
    | 'cancel'
    | 'cancel-many'
    | 'query'
    | 'open-orders'
    | 'history'
    | 'trades'
    | 'resynchronise';
  readonly at: UnixMs;
  readonly keyId: string;
  readonly clientOrderId: string;
}

/** What a create call ends with; the test says no more than it means. */
export type SubmitEnd = Exclude<SubmitAnswer['kind'], 'accepted' | 'rejected'>;
type SubmitScript =
  | { readonly kind: SubmitEnd }
  | { readonly kind: 'accepted'; readonly report?: Partial<StatusReport> }
  | { readonly kind: 'rejected'; readonly code: string }
  | { readonly kind: 'throws' }
  /** Whatever else happens before an unknown end. */
  | { readonly kind: 'after'; readonly work: () => Promise<void>; readonly end: SubmitEnd };
type CancelScript = CancelAnswer['kind'] | 'throws' | { readonly work: () => Promise<void> };
type QueryScript =
  | 'not-found'
  | 'throttled'
  | 'banned'
  | 'bad-key'
  | 'clock-skew'
  | 'unavailable'
  | Partial<StatusReport>;
type PageScript = readonly Partial<StatusReport>[] | Exclude<QueryScript, object | 'not-found'>;

type TradesScript = readonly TradeReport[] | Exclude<PageScript, readonly Partial<StatusReport>[]>;

/** An exchange that answers as it is told: each script once, then the last default. */
export interface ScriptedExchange extends Exchange {
  readonly arrivals: readonly Arrival[];
  /** Client order ids in the order in which create calls came. */
  submitted(): readonly string[];
  submits(...scripts: readonly (SubmitEnd | 'accepted' | SubmitScript)[]): void;
  /** Cancel calls, of one or of many: each once, then all are acknowledged. */
  cancels(...scripts: readonly CancelScript[]): void;
  /** Exchange order ids in the order in which cancel calls came. */
  canceled(): readonly string[];
  /** For one order: each once, the last one for ever. */
  queries(clientOrderId: string, ...scripts: readonly QueryScript[]): void;
  lists(open: PageScript, history?: PageScript): void;
  /** Every trade that there is, or why they cannot be had. */
  tradesAre(script: TradesScript): void;
  /** How long an answer is on its way. */
  answerMs: number;
  /** How long its clock takes to become known; a read that was not prepared leaves so much later. */
  prepareMs: number;
  instrumentsKnown: boolean;
  /** What else happens when it is asked. */
  beforeInstruments?: () => void;
  beforeQuery?: () => void;
}

export const RULES: InstrumentRules = {
  symbol: 'BTCUSD',
  tradable: true,
  statusText: 'TRADING',
  tickSize: '0.01',
};

/** Makes an exchange that accepts everything, finds nothing and has empty lists. */
export function createScriptedExchange(clock: Clock): ScriptedExchange {
  const arrivals: Arrival[] = [];
  const submitScripts: SubmitScript[] = [];
  const cancelScripts: CancelScript[] = [];
  const queryScripts = new Map<string, QueryScript[]>();
  let pages: { open: PageScript; history: PageScript } = { open: [], history: [] };

  let tradesScript: TradesScript = [];

  const arrive = async (call: Arrival['call'], keyId = '', clientOrderId = '') => {
    const at = clock.now();
    arrivals.push({ call, at, keyId, clientOrderId });
    await clock.sleep(exchange.answerMs);
    return at;
  };
  const page = async (
    call: 'open-orders' | 'history',
    keyId: string,
    script: PageScript,
  ): Promise<PageAnswer> => {
    await arrive(call, keyId);
    const evidence = { source: call, at: clock.now() };
    if (typeof script === 'string') return { kind: script, evidence };
    return { kind: 'page', reports: script.map((one) => fullReport('order-1', one)), evidence };
  };

  const cancelEnd = async (call: 'cancel' | 'cancel-many', keyId: string, what = '') => {
    const sentAt = await arrive(call, keyId, what);
    const script = cancelScripts.shift() ?? 'accepted';
    if (script === 'throws') throw new Error('the client broke its promise');
    if (typeof script === 'object') await script.work();
    const kind: CancelAnswer['kind'] = typeof script === 'object' ? 'accepted' : script;
    const evidence = { source: 'cancel', at: clock.now() } as const;
    return { kind, evidence, timing: { sentAt, answeredAt: clock.now() } };
  };

  const exchange: ScriptedExchange = {
    arrivals,
    answerMs: 5,
    prepareMs: 0,
    instrumentsKnown: true,
    submitted: () =>
      arrivals.filter(({ call }) => call === 'submit').map(({ clientOrderId }) => clientOrderId),
    submits(...scripts) {
      submitScripts.push(...scripts.map((one) => (typeof one === 'string' ? { kind: one } : one)));
    },
    cancels(...scripts) {
      cancelScripts.push(...scripts);
    },
    canceled: () =>
      arrivals.filter(({ call }) => call === 'cancel').map(({ clientOrderId }) => clientOrderId),
    queries(clientOrderId, ...scripts) {
      queryScripts.set(clientOrderId, [...scripts]);
    },
    lists(open, history = []) {
      pages = { open, history };
    },

    tradesAre(script) {
      tradesScript = script;
    },
    async trades({ key }, { since, clientOrderId }): Promise<TradesAnswer> {
      await arrive('trades', key.keyId, clientOrderId);
      const evidence = { source: 'trades', at: clock.now() } as const;
      if (typeof tradesScript === 'string') return { kind: tradesScript, evidence };
      const trades = tradesScript.filter(
        (one) => one.fill.at >= since && (clientOrderId ?? one.clientOrderId) === one.clientOrderId,
      );
      return { kind: 'trades', trades, evidence };
    },

    async cancel(command) {
      await exchange.prepare(command.site);
      const end = await cancelEnd('cancel', command.key.keyId, command.exchangeOrderId);
      if (end.kind !== 'accepted') return { ...end, kind: end.kind };
      const { clientOrderId, exchangeOrderId } = command;
      const report = fullReport(clientOrderId, { exchangeOrderId });
      return { ...end, kind: 'accepted', report };
    },
    async cancelMany(command) {
      await exchange.prepare(command.site);
      const end = await cancelEnd('cancel-many', command.key.keyId, command.symbol);
      return { ...end, kind: end.kind };
    },
    async submit(command) {
      const sentAt = await arrive('submit', command.key.keyId, command.clientOrderId);
      const script = submitScripts.shift() ?? { kind: 'accepted' };
      if (script.kind === 'throws') throw new Error('the client broke its promise');
      if (script.kind === 'after') await script.work();
      const common = {
        evidence: { source: 'submit', at: clock.now() },
        timing: { sentAt, answeredAt: clock.now() },
      } as const;
      if (script.kind === 'accepted') {
        return { ...common, kind: 'accepted', report: acceptedReport(command, script.report) };
      }
      if (script.kind === 'rejected') {
        return { ...common, kind: 'rejected', code: script.code, message: 'refused' };
      }
      return { ...common, kind: script.kind === 'after' ? script.end : script.kind };
    },
    async queryOrder({ key }, clientOrderId): Promise<QueryAnswer> {
      exchange.beforeQuery?.();
      await exchange.prepare({ site: 'HK', environment: 'sandbox' });
      await arrive('query', key.keyId, clientOrderId);
      const scripts = queryScripts.get(clientOrderId) ?? ['not-found'];
      const script = (scripts.length > 1 ? scripts.shift() : scripts[0]) ?? 'not-found';
      const evidence = { source: 'query', at: clock.now() } as const;
      if (typeof script === 'string') return { kind: script, evidence };
      return { kind: 'found', report: fullReport(clientOrderId, script), evidence };
    },
    openOrders: ({ key }) => page('open-orders', key.keyId, pages.open),
    orderHistory: ({ key }) => page('history', key.keyId, pages.history),
    async instruments() {
      exchange.beforeInstruments?.();
      return exchange.instrumentsKnown ? new Map([['BTCUSD', RULES]]) : undefined;
    },
    async prepare() {
      await clock.sleep(exchange.prepareMs);
      exchange.prepareMs = 0;
    },
    async resynchronise() {
      await arrive('resynchronise');
    },
  };
  return exchange;
}

/** What the exchange says of a command that it has taken. */
export function acceptedReport(
  { clientOrderId, terms }: Pick<SubmitCommand, 'clientOrderId' | 'terms'>,
  change: Partial<StatusReport> = {},
): StatusReport {
  const { symbol, side, type, quantity, price } = terms;
  return {
    ...fullReport(clientOrderId, {}),
    symbol,
    side,
    type,
    ...(quantity !== undefined && { quantity }),
    ...(price !== undefined && { price }),
    ...change,
  };
}

function fullReport(clientOrderId: string, change: Partial<StatusReport>): StatusReport {
  return {
    clientOrderId,
    exchangeOrderId: `9${clientOrderId.replace(/\D/g, '')}`,
    symbol: 'BTCUSD',
    side: 'BUY',
    type: 'LIMIT',
    status: 'NEW',
    statusText: change.status ?? 'NEW',
    executedQuantity: '0',
    ...change,
  };
}
