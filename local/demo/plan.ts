import type { OrderStatus } from '../../lib/domain/order.ts';
import type { Admin } from '../../simulator/admin/functions.ts';

/** What the simulator is asked to do to one request. */
export type Fault = Parameters<Admin['addRule']>[0] extends infer Rule
  ? Rule extends { fault: infer One }
    ? One
    : never
  : never;

/** One order of the demonstration. */
export interface DemoOrder {
  readonly what: string;
  readonly way: 'webhook' | 'api' | 'queue';
  readonly accountId: 'desk-1' | 'desk-2';
  readonly request: Readonly<Record<string, string>>;
  /** Strikes the first create call of this order. */
  readonly fault?: Fault;
  readonly expected: readonly OrderStatus[];
  /** How long the order may wait, from now; also for orders that wait out a suspension. */
  readonly validForMs?: number;
}

const market = (symbol: string, side: string, quantity: string) => ({
  symbol,
  side,
  type: 'MARKET',
  quantity,
});
const limit = (symbol: string, side: string, [quantity, price]: readonly [string, string]) => ({
  symbol,
  side,
  type: 'LIMIT',
  quantity,
  price,
});

const FILLED = ['FILLED'] as const;
const OPEN = ['NEW'] as const;
/** What outlives a minute of suspension. */
const PATIENT_MS = 300_000;

/** Orders that nothing stands in the way of; also placed by a plain start. */
export const QUIET_ORDERS: readonly DemoOrder[] = [
  {
    what: 'market order by quantity',
    way: 'webhook',
    accountId: 'desk-1',
    request: market('BTCUSD', 'BUY', '0.01'),
    expected: FILLED,
  },
  {
    what: 'market order by amount',
    way: 'api',
    accountId: 'desk-1',
    request: { symbol: 'ETHUSD', side: 'BUY', type: 'MARKET', amount: '500' },
    expected: FILLED,
  },
  {
    what: 'limit order that rests',
    way: 'queue',
    accountId: 'desk-1',
    request: limit('SOLUSD', 'BUY', ['2', '160']),
    expected: OPEN,
  },
  {
    what: 'market order on the Global site',
    way: 'queue',
    accountId: 'desk-2',
    request: market('ETHUSDT', 'SELL', '0.2'),
    expected: FILLED,
  },
];

const MORE_GOOD_ORDERS: readonly DemoOrder[] = [
  ...(['BTCUSD', 'ETHUSD', 'SOLUSD', 'BTCHKD'] as const).map(
    (symbol): DemoOrder => ({
      what: 'market sell',
      way: 'webhook',
      accountId: 'desk-1',
      request: market(symbol, 'SELL', symbol.startsWith('SOL') ? '1.5' : '0.02'),
      expected: FILLED,
    }),
  ),
  ...(['BTCUSDT', 'ETHUSDT', 'SOLUSDT', 'XRPUSDT', 'LTCUSDT', 'LINKUSDT'] as const).map(
    (symbol, index): DemoOrder => ({
      what: 'market buy put straight on the queue',
      way: 'queue',
      accountId: 'desk-2',
      request: market(symbol, 'BUY', ['0.003', '0.1', '1', '50', '2', '10'][index] ?? '1'),
      expected: FILLED,
      validForMs: PATIENT_MS,
    }),
  ),
  {
    what: 'limit order through the book',
    way: 'api',
    accountId: 'desk-1',
    request: limit('BTCUSD', 'BUY', ['0.02', '99500']),
    expected: FILLED,
  },
  {
    what: 'immediate or cancel, nothing to take',
    way: 'api',
    accountId: 'desk-1',
    request: { ...limit('ETHUSD', 'BUY', ['0.1', '2900']), timeInForce: 'IOC' },
    expected: ['CANCELED'],
  },
  {
    what: 'post-only order that rests',
    way: 'webhook',
    accountId: 'desk-1',
    request: { ...limit('ETHUSD', 'SELL', ['0.1', '3500']), type: 'LIMIT_MAKER' },
    expected: OPEN,
  },
];

const REFUSED_ORDERS: readonly DemoOrder[] = [
  {
    what: 'post-only order that would take: the exchange refuses it',
    way: 'webhook',
    accountId: 'desk-1',
    request: { ...limit('BTCUSD', 'BUY', ['0.01', '99900']), type: 'LIMIT_MAKER' },
    expected: ['REJECTED'],
  },
  {
    what: 'the exchange lacks the money',
    way: 'api',
    accountId: 'desk-1',
    request: limit('SOLUSD', 'BUY', ['3', '150']),
    fault: { kind: 'code', code: '0401', msg: 'Insufficient asset' },
    expected: ['REJECTED'],
  },
  {
    what: 'price off the tick: denied here, nothing is sent',
    way: 'api',
    accountId: 'desk-1',
    request: limit('BTCUSD', 'BUY', ['0.01', '90000.005']),
    expected: ['DENIED'],
  },
  {
    what: 'symbol that the exchange does not list',
    way: 'queue',
    accountId: 'desk-2',
    request: market('NOPEUSDT', 'BUY', '1'),
    expected: ['DENIED'],
    validForMs: PATIENT_MS,
  },
  {
    what: 'deadline passed while on the queue',
    way: 'queue',
    accountId: 'desk-2',
    request: market('DOGEUSDT', 'BUY', '100'),
    expected: ['EXPIRED'],
    validForMs: -1_000,
  },
];

const DOUBTFUL_ORDERS: readonly DemoOrder[] = [
  {
    what: '5XX, yet accepted',
    way: 'webhook',
    accountId: 'desk-1',
    request: market('BTCUSD', 'BUY', '0.011'),
    fault: { kind: 'status', status: 502, when: 'after' },
    expected: FILLED,
  },
  {
    what: '5XX, and not accepted',
    way: 'webhook',
    accountId: 'desk-1',
    request: market('ETHUSD', 'BUY', '0.12'),
    fault: { kind: 'status', status: 503, when: 'before' },
    expected: ['NEVER_PLACED'],
  },
  {
    what: 'no answer in time, yet accepted',
    way: 'api',
    accountId: 'desk-1',
    request: limit('SOLUSD', 'BUY', ['2.5', '155']),
    fault: { kind: 'hang', when: 'after' },
    expected: OPEN,
  },
  {
    what: 'connection reset, and not accepted',
    way: 'api',
    accountId: 'desk-1',
    request: market('BTCHKD', 'BUY', '0.013'),
    fault: { kind: 'reset', when: 'before' },
    expected: ['NEVER_PLACED'],
  },
  {
    what: 'HTTP 400 "status unknown" (-1006), yet accepted',
    way: 'queue',
    accountId: 'desk-1',
    request: market('ETHHKD', 'BUY', '0.14'),
    fault: { kind: 'code', code: '-1006', msg: 'Unexpected response', placed: true },
    expected: FILLED,
  },
  {
    what: '5XX, appears seconds later',
    way: 'queue',
    accountId: 'desk-1',
    request: limit('ETHUSD', 'BUY', ['0.15', '2800']),
    fault: { kind: 'late', ms: 4_000 },
    expected: OPEN,
  },
  {
    what: '5XX, not accepted, the caller allows a re-send',
    way: 'queue',
    accountId: 'desk-1',
    request: { ...market('USDTUSD', 'BUY', '200'), onNeverPlaced: 'resubmit' },
    fault: { kind: 'status', status: 500, when: 'before' },
    expected: FILLED,
    validForMs: PATIENT_MS,
  },
  {
    what: '429: the key rests a minute, then the order is placed',
    way: 'webhook',
    accountId: 'desk-2',
    request: market('BTCUSDT', 'BUY', '0.004'),
    fault: { kind: 'throttle' },
    expected: FILLED,
    validForMs: PATIENT_MS,
  },
];

/** So many other orders stand between two doubtful ones: the exchange is there most of the time. */
const OTHERS_BETWEEN = 2;

const OTHER_ORDERS: readonly DemoOrder[] = [
  ...QUIET_ORDERS,
  ...MORE_GOOD_ORDERS,
  ...REFUSED_ORDERS,
];

/** Everything that the demonstration with `--once` places. */
export const ALL_ORDERS: readonly DemoOrder[] = [
  ...DOUBTFUL_ORDERS.flatMap((order, index) => [
    ...OTHER_ORDERS.slice(index * OTHERS_BETWEEN, (index + 1) * OTHERS_BETWEEN),
    order,
  ]),
  ...OTHER_ORDERS.slice(DOUBTFUL_ORDERS.length * OTHERS_BETWEEN),
];
