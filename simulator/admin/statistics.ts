import type { ExchangeState } from '../exchange/state.ts';
import type { LimitClass } from '../limits/gatekeeper.ts';
import { slidingWindow } from '../limits/sliding-window.ts';

/** The newest arrivals are kept; a long run must not fill the memory. */
const ARRIVALS_MAX = 10_000;
const NO_KEY = 'none';

/** One request as it came in and what it was answered. */
export type ArrivalRecord = {
  readonly at: number;
  /** Label of the key, e.g. `desk-1#1`; `none` for public requests. */
  readonly key: string;
  readonly endpoint: string;
  readonly clientOrderId: string | undefined;
  /** The account that a signed call names; undefined where it leaves that to its key. */
  readonly accountId: string | undefined;
  status: number | undefined;
  code: string | undefined;
  /** `answer`, or how the connection ended without one. */
  ending: string;
};

export type KeyStatistics = {
  requests: number;
  requestsByEndpoint: { [endpoint: string]: number };
  ordersAccepted: number;
  status429: number;
  status418: number;
  requestsWhileSuspended: number;
  largestOrdersInAnySecond: number;
  largestQueriesInAnySecond: number;
};

export type Duplicate = {
  readonly account: string;
  readonly clientOrderId: string;
  readonly orderIds: readonly string[];
};

export type StatisticsReport = {
  readonly total: KeyStatistics & {
    /** Accepted orders which share account and client order id with an earlier one. */
    readonly duplicates: number;
    readonly duplicateIds: readonly Duplicate[];
  };
  readonly keys: { readonly [label: string]: KeyStatistics };
  readonly arrivals: readonly ArrivalRecord[];
};

export type Statistics = {
  readonly arrived: (arrival: {
    readonly at: number;
    readonly key: string | undefined;
    readonly endpoint: string;
    readonly clientOrderId: string | undefined;
    readonly accountId: string | undefined;
    readonly limitClass?: LimitClass;
    readonly cost?: number;
  }) => ArrivalRecord;
  readonly accepted: (key: string) => void;
  readonly metSuspension: (key: string) => void;
  /** Counts the penalties once the answer is known. */
  readonly answered: (record: ArrivalRecord, status: number, code: string | undefined) => void;
  readonly report: (state: ExchangeState, accountName: (id: string) => string) => StatisticsReport;
  readonly reset: () => void;
};

export function statistics(): Statistics {
  let keys = new Map<string, KeyBook>();
  let arrivals: ArrivalRecord[] = [];
  const bookOf = (key: string): KeyBook => {
    const book = keys.get(key) ?? newKeyBook();
    keys.set(key, book);
    return book;
  };

  return {
    arrived: ({ at, key = NO_KEY, endpoint, clientOrderId, accountId, limitClass, cost }) => {
      const book = bookOf(key);
      book.counts.requests += 1;
      book.counts.requestsByEndpoint[endpoint] =
        (book.counts.requestsByEndpoint[endpoint] ?? 0) + 1;
      if (limitClass && cost) notePeak(book, limitClass, at, cost);
      const record: ArrivalRecord = {
        at,
        key,
        endpoint,
        clientOrderId,
        accountId,
        status: undefined,
        code: undefined,
        ending: 'open',
      };
      arrivals.push(record);
      // Trimmed in strides: moving ten thousand entries for each request would be slow.
      if (arrivals.length > 2 * ARRIVALS_MAX) arrivals = arrivals.slice(-ARRIVALS_MAX);
      return record;
    },
    accepted: (key) => {
      bookOf(key).counts.ordersAccepted += 1;
    },
    metSuspension: (key) => {
      bookOf(key).counts.requestsWhileSuspended += 1;
    },
    answered: (record, status, code) => {
      record.status = status;
      record.code = code;
      record.ending = 'answer';
      if (status === 429) bookOf(record.key).counts.status429 += 1;
      if (status === 418) bookOf(record.key).counts.status418 += 1;
    },
    report: (state, accountName) => {
      const each = [...keys].map(
        ([label, { counts }]) => [label, structuredClone(counts)] as const,
      );
      const duplicateIds = duplicatesIn(state, accountName);
      const duplicates = duplicateIds.reduce((sum, { orderIds }) => sum + orderIds.length - 1, 0);
      const total = { ...totalOf(each.map(([, counts]) => counts)), duplicates, duplicateIds };
      return { total, keys: Object.fromEntries(each), arrivals: arrivals.slice(-ARRIVALS_MAX) };
    },
    reset: () => {
      keys = new Map();
      arrivals = [];
    },
  };
}

type KeyBook = {
  readonly counts: KeyStatistics;
  readonly orders: ReturnType<typeof slidingWindow>;
  readonly queries: ReturnType<typeof slidingWindow>;
};

function newKeyBook(): KeyBook {
  return { counts: noCounts(), orders: slidingWindow(), queries: slidingWindow() };
}

function noCounts(): KeyStatistics {
  return {
    requests: 0,
    requestsByEndpoint: {},
    ordersAccepted: 0,
    status429: 0,
    status418: 0,
    requestsWhileSuspended: 0,
    largestOrdersInAnySecond: 0,
    largestQueriesInAnySecond: 0,
  };
}

function notePeak(book: KeyBook, limitClass: LimitClass, at: number, cost: number): void {
  const window = limitClass === 'order' ? book.orders : book.queries;
  const inSecond = window.used(at) + cost;
  window.add(at, cost);
  const { counts } = book;
  if (limitClass === 'order') {
    counts.largestOrdersInAnySecond = Math.max(counts.largestOrdersInAnySecond, inSecond);
  } else {
    counts.largestQueriesInAnySecond = Math.max(counts.largestQueriesInAnySecond, inSecond);
  }
}

/** Sums of all keys; the largest second is that of the busiest key, as limits are per key. */
function totalOf(all: readonly KeyStatistics[]): KeyStatistics {
  const total = noCounts();
  for (const counts of all) {
    total.requests += counts.requests;
    total.ordersAccepted += counts.ordersAccepted;
    total.status429 += counts.status429;
    total.status418 += counts.status418;
    total.requestsWhileSuspended += counts.requestsWhileSuspended;
    for (const [endpoint, count] of Object.entries(counts.requestsByEndpoint)) {
      total.requestsByEndpoint[endpoint] = (total.requestsByEndpoint[endpoint] ?? 0) + count;
    }
    total.largestOrdersInAnySecond = Math.max(
      total.largestOrdersInAnySecond,
      counts.largestOrdersInAnySecond,
    );
    total.largestQueriesInAnySecond = Math.max(
      total.largestQueriesInAnySecond,
      counts.largestQueriesInAnySecond,
    );
  }
  return total;
}

function duplicatesIn(state: ExchangeState, accountName: (id: string) => string): Duplicate[] {
  return [...state.orderIdsByClientId.values()].flatMap((orderIds) => {
    const order = orderIds.length > 1 ? state.orders.get(orderIds[0] ?? '') : undefined;
    if (!order) return [];
    const { accountId, clientOrderId } = order;
    return [{ account: accountName(accountId), clientOrderId, orderIds }];
  });
}
