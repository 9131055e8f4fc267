import type {
  CallTiming,
  CancelAnswer,
  Exchange,
  PageAnswer,
  QueryAnswer,
  QueryContext,
  QueryFailure,
  SubmitAnswer,
  SubmitCommand,
  TradesAnswer,
} from '../../lib/application/exchange.ts';
import type { Clock } from '../../lib/application/ports.ts';
import { compareDecimals } from '../../lib/domain/decimal.ts';
import type {
  EvidenceSource,
  StatusReport,
  TradeReport,
} from '../../lib/domain/execution-report.ts';
import type { UnixMs } from '../../lib/domain/time.ts';
import { acceptedReport, RULES } from './scripted-exchange.ts';

/** One request as it left us. */
export interface Departure {
  readonly call: 'submit' | 'cancel' | 'query' | 'open-orders' | 'history' | 'trades';
  readonly at: UnixMs;
  readonly keyId: string;
  readonly clientOrderId: string;
}

/** One order that the exchange has. */
export interface ModelOrder {
  readonly clientOrderId: string;
  readonly exchangeOrderId: string;
  readonly acceptedAt: UnixMs;
  /** Of which departure, counted from 0. */
  readonly departure: number;
  /** Before this no query and no list shows it. */
  readonly visibleAt: UnixMs;
  /** A cancel that arrives before brings the end forward. */
  endsAt: UnixMs;
  ending: 'FILLED' | 'CANCELED';
  readonly command: SubmitCommand;
}

/** What a create call meets. */
export type SubmitFate =
  | 'ok'
  | 'answer-lost'
  | 'not-taken'
  | 'delayed'
  | 'slow'
  | 'throttled'
  | 'banned'
  | 'bad-key'
  | 'rejected'
  | 'not-sent'
  | 'clock-skew'
  | 'throws';
/** What a cancel call meets. */
export type CancelFate = 'ok' | 'not-taken' | 'answer-lost';
/** What a question meets. */
export type QueryFate = 'ok' | 'slow' | 'unavailable' | 'throttled' | 'clock-skew';

/** What chance decides. */
export interface Fates {
  submit(): SubmitFate;
  cancel(): CancelFate;
  query(): QueryFate;
  /** How long an accepted order stays invisible: at most the horizon. */
  lagMs(): number;
  /** How old an answer to a query is. */
  staleMs(): number;
  /** How long a delayed request is on its way. */
  delayMs(): number;
  /** When and how an order ends. */
  lifeMs(): number;
  ending(): ModelOrder['ending'];
}

/** A tiny exchange that remembers everything it ever did. */
export interface ModelExchange extends Exchange {
  readonly departures: readonly Departure[];
  /** When a key was told that it sent too much. */
  readonly suspensions: readonly { readonly at: UnixMs; readonly keyId: string }[];
  readonly orders: readonly ModelOrder[];
}

const TIMEOUT_MS = 5_000;
const ROUND_TRIP_MS = 40;

/**
 * Makes the exchange: it takes a request that arrives within its receive window, keeps one order
 * per request, and refuses a second one of an id only when it `checksDuplicates`.
 */
export function createModelExchange(
  clock: Clock,
  fates: Fates,
  { checksDuplicates }: { readonly checksDuplicates: boolean },
): ModelExchange {
  const departures: Departure[] = [];
  const orders: ModelOrder[] = [];
  const suspensions: { at: UnixMs; keyId: string }[] = [];
  const depart = (call: Departure['call'], keyId: string, clientOrderId = '') =>
    departures.push({ call, at: clock.now(), keyId, clientOrderId }) - 1;

  /** What happens when a request reaches the exchange. */
  const arrive = (command: SubmitCommand, sentAt: UnixMs, departure: number) => {
    const now = clock.now();
    if (now - sentAt > command.recvWindowMs) return 'too-old';
    const { clientOrderId } = command;
    if (checksDuplicates && orders.some((one) => one.clientOrderId === clientOrderId)) {
      return 'duplicate';
    }
    const order: ModelOrder = {
      clientOrderId,
      exchangeOrderId: String(orders.length + 1),
      acceptedAt: now,
      departure,
      visibleAt: now + fates.lagMs(),
      endsAt: now + fates.lifeMs(),
      ending: fates.ending(),
      command,
    };
    orders.push(order);
    return order;
  };

  async function ask<Answer>(
    call: 'query' | 'open-orders' | 'history' | 'trades',
    { key }: QueryContext,
    question: { readonly clientOrderId?: string; readonly answer: (at: UnixMs) => Answer },
  ): Promise<Answer | QueryFailure> {
    const fate = fates.query();
    depart(call, key.keyId, question.clientOrderId);
    await clock.sleep(ROUND_TRIP_MS / 2);
    const answer = question.answer(clock.now());
    await clock.sleep(fate === 'slow' ? TIMEOUT_MS - ROUND_TRIP_MS : ROUND_TRIP_MS / 2);
    if (fate === 'ok' || fate === 'slow') return answer;
    if (fate === 'throttled') suspensions.push({ at: clock.now(), keyId: key.keyId });
    return { kind: fate, evidence: { source: call, at: clock.now() } };
  }
  const page = (call: 'open-orders' | 'history', context: QueryContext) =>
    ask<PageAnswer>(call, context, {
      answer: (at) => ({
        kind: 'page',
        reports: orders
          .filter((one) => one.visibleAt <= at && one.endsAt <= at === (call === 'history'))
          .map((one) => reportOf(one, at)),
        evidence: { source: call, at },
      }),
    });

  return {
    departures,
    suspensions,
    orders,
    async submit(command) {
      if (clock.now() > command.sendBy) return unsent(clock);
      const fate = fates.submit();
      if (fate === 'not-sent') return unsent(clock);
      const departure = depart('submit', command.key.keyId, command.clientOrderId);
      if (fate === 'throws') throw new Error(`signature=${command.key.apiSecret.reveal()}`);
      const sentAt = clock.now();
      const call = { command, fate, sentAt, delayMs: fates.delayMs() };
      const answer = await submitted(clock, call, () => arrive(command, sentAt, departure));
      if (answer.kind === 'throttled') {
        suspensions.push({ at: clock.now(), keyId: command.key.keyId });
      }
      return answer;
    },
    async cancel({ key, exchangeOrderId, sendBy }) {
      const sentAt = clock.now();
      const told = <Kind extends CancelAnswer['kind']>(kind: Kind) => ({
        kind,
        evidence: { source: 'cancel', at: clock.now() } as const,
        timing: timing(clock, sentAt),
      });
      if (sentAt > sendBy) return told('not-sent');
      const fate = fates.cancel();
      const order = orders.find((one) => one.exchangeOrderId === exchangeOrderId);
      depart('cancel', key.keyId, order?.clientOrderId);
      await clock.sleep(ROUND_TRIP_MS / 2);
      const isOpen = order !== undefined && clock.now() < order.endsAt;
      const before = order && reportOf(order, clock.now());
      if (isOpen && fate !== 'not-taken') {
        order.endsAt = clock.now();
        order.ending = 'CANCELED';
      }
      await clock.sleep(ROUND_TRIP_MS / 2);
      if (fate !== 'ok') return told('unknown');
      return isOpen && before ? { ...told('accepted'), report: before } : told('not-open');
    },
    async cancelMany() {
      throw new Error('the small world never cancels in bulk');
    },
    queryOrder: (context, clientOrderId) =>
      ask<QueryAnswer>('query', context, {
        clientOrderId,
        answer: (at) => {
          const evidence = { source: 'query', at } as const;
          const found = orders.find(
            (one) => one.clientOrderId === clientOrderId && one.visibleAt <= at,
          );
          return found === undefined
            ? { kind: 'not-found', evidence }
            : { kind: 'found', report: reportOf(found, at - fates.staleMs()), evidence };
        },
      }),
    openOrders: (context) => page('open-orders', context),
    orderHistory: (context) => page('history', context),
    trades: (context, question) =>
      ask<TradesAnswer>('trades', context, {
        answer: (at) => ({
          kind: 'trades',
          trades: orders
            .filter((one) => one.visibleAt <= at)
            .filter((one) => (question.clientOrderId ?? one.clientOrderId) === one.clientOrderId)
            .flatMap((one) => tradesOf(one, at)),
          evidence: { source: 'trades', at },
        }),
      }),
    async instruments() {
      return new Map([['BTCUSD', RULES]]);
    },
    async prepare() {},
    async resynchronise() {
      await clock.sleep(ROUND_TRIP_MS);
    },
  };
}

async function submitted(
  clock: Clock,
  call: {
    readonly command: SubmitCommand;
    readonly fate: SubmitFate;
    readonly sentAt: UnixMs;
    readonly delayMs: number;
  },
  arrive: () => ModelOrder | 'too-old' | 'duplicate',
): Promise<SubmitAnswer> {
  const { command, fate, sentAt } = call;
  const told = <Kind extends SubmitAnswer['kind']>(kind: Kind) => ({
    kind,
    evidence: { source: 'submit', at: clock.now() } as const,
    timing: timing(clock, sentAt),
  });
  if (fate === 'delayed') {
    void clock.sleep(call.delayMs).then(arrive);
    await clock.sleep(TIMEOUT_MS);
    return told('unknown');
  }
  await clock.sleep(ROUND_TRIP_MS / 2);
  const isTaken = fate === 'ok' || fate === 'answer-lost' || fate === 'slow' || fate === 'throws';
  const arrived = isTaken ? arrive() : undefined;
  await clock.sleep(fate === 'slow' ? TIMEOUT_MS - ROUND_TRIP_MS : ROUND_TRIP_MS / 2);
  if (arrived === undefined) {
    if (fate === 'rejected') return { ...told(fate), code: '0401', message: 'not enough' };
    if (fate === 'not-taken' || isTaken || fate === 'not-sent') return told('unknown');
    return told(fate);
  }
  if (fate === 'answer-lost') return told('unknown');
  if (arrived === 'duplicate') return told('duplicate');
  if (arrived === 'too-old') return told('clock-skew');
  const report = reportOf(arrived, arrived.acceptedAt);
  return { ...told('accepted'), report: acceptedReport(command, report) };
}

/** What the exchange states of an order at a time. */
function reportOf(order: ModelOrder, at: UnixMs): StatusReport {
  const { command, exchangeOrderId } = order;
  const quantity = command.terms.quantity ?? '0';
  const isHalfWay = at - order.acceptedAt > (order.endsAt - order.acceptedAt) / 2;
  const executed = order.ending === 'FILLED' && at >= order.endsAt ? quantity : '0.1';
  const status = at >= order.endsAt ? order.ending : isHalfWay ? 'PARTIALLY_FILLED' : 'NEW';
  const executedQuantity = status === 'NEW' ? '0' : executed;
  return acceptedReport(command, { exchangeOrderId, status, statusText: status, executedQuantity });
}

/** A tenth half-way, and the rest at the end of an order that is filled. */
function tradesOf(order: ModelOrder, at: UnixMs): readonly TradeReport[] {
  const { exchangeOrderId, command } = order;
  const { symbol, side, quantity = '0' } = command.terms;
  const halfWay = order.acceptedAt + (order.endsAt - order.acceptedAt) / 2;
  const { executedQuantity } = reportOf(order, at);
  const rest = String(Math.round((Number(quantity) - 0.1) * 1e6) / 1e6);
  const trade = (number: number, part: string, time: UnixMs) => ({
    clientOrderId: order.clientOrderId,
    exchangeOrderId,
    symbol,
    side,
    fill: { tradeId: `${exchangeOrderId}${number}`, price: '65000', quantity: part, at: time },
  });
  const isFilled = compareDecimals(executedQuantity, '0.1') > 0;
  return [
    ...(executedQuantity === '0' ? [] : [trade(1, '0.1', halfWay)]),
    ...(isFilled && rest !== '0' ? [trade(2, rest, order.endsAt)] : []),
  ];
}

function timing(clock: Clock, sentAt: UnixMs): CallTiming {
  return { sentAt, answeredAt: clock.now() };
}

function unsent(clock: Clock): SubmitAnswer {
  const at = clock.now();
  const source: EvidenceSource = 'submit';
  return { kind: 'not-sent', evidence: { source, at }, timing: { sentAt: at, answeredAt: at } };
}
