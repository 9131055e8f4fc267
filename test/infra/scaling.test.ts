import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { FUNCTIONS } from '../../infra/functions.ts';
import { RECONCILE_EVERY_S } from '../../infra/queue-settings.ts';
import { STAGES } from '../../infra/stages.ts';
import { toAttributes } from '../../lib/adapters/dynamodb/attributes.ts';
import { dueAttributes, orderItem } from '../../lib/adapters/dynamodb/order-item.ts';
import type { OrderEvent } from '../../lib/domain/events.ts';
import { evolve } from '../../lib/domain/evolve.ts';
import type { Order } from '../../lib/domain/order.ts';
import { attemptStarted, NOON, received } from '../support/order-events.ts';

const DOCUMENT = readFileSync(new URL('../../docs/scaling.md', import.meta.url), 'utf8');

/** Quotas as AWS documents them; docs/scaling.md names the pages. */
const LAMBDA_CONCURRENCY = 1_000;
const UNRESERVED_MIN = 100;
const PARTITION_WRITES = 1_000;
const SECRET_READS = 10_000;
const API_REQUESTS = 10_000;
/** Each key of the exchange. */
const ORDERS_PER_KEY = 10;
/** Assumed: what one order alone keeps a submitter busy, in seconds. */
const SUBMIT_ALONE_S = 0.4;

/** An order that is filled at once: received, sent, filled. */
const WAY: readonly OrderEvent[] = [
  attemptStarted(),
  {
    type: 'ExecutionReported',
    at: NOON + 1_200,
    attemptId: 'attempt-1',
    report: {
      clientOrderId: 'order-1',
      exchangeOrderId: '1234567890123456789',
      symbol: 'BTCUSD',
      side: 'BUY',
      type: 'LIMIT',
      quantity: '0.5',
      price: '65000.10',
      status: 'FILLED',
      statusText: 'FILLED',
      executedQuantity: '0.5',
      cumulativeQuote: '32500.05',
      exchangeAt: NOON + 1_200,
    },
    evidence: { source: 'submit', at: NOON + 1_200, httpStatus: 200 },
  },
];

describe('what one order costs the orders table', () => {
  it('is what the document says', () => {
    const { bytes, writes, index } = unitsOfAnOrder();
    expect(bytes).toBeLessThan(4_096);
    expect(DOCUMENT).toContain(`${writes} write units`);
    expect(DOCUMENT).toContain(`${index} of them on the index of due orders`);
  });
});

describe.each([
  { stage: STAGES.sandbox, accounts: 10, perSecond: 10 },
  { stage: STAGES.production, accounts: 100, perSecond: 100 },
])('the stage $stage.name, for $accounts accounts', ({ stage, accounts, perSecond }) => {
  it('has submitters for every order alone, and for keys at their limit', () => {
    const alone = Math.ceil(perSecond * SUBMIT_ALONE_S);
    const atTheLimit = Math.ceil(perSecond / ORDERS_PER_KEY);
    expect(stage.submitConcurrencyMax).toBeGreaterThanOrEqual(Math.max(alone, atTheLimit));
  });

  it('leaves what Lambda wants unreserved', () => {
    const reserved = stage.reconcileConcurrency ?? 0;
    const wanted = stage.submitConcurrencyMax + reserved + FUNCTIONS.length;
    expect(wanted).toBeLessThanOrEqual(LAMBDA_CONCURRENCY - UNRESERVED_MIN);
  });

  it('spreads due orders over partitions enough', () => {
    const { index } = unitsOfAnOrder();
    expect(perSecond * index).toBeLessThanOrEqual(stage.dueShards * PARTITION_WRITES);
  });

  it('takes orders through the API as fast as it is to send them', () => {
    expect(stage.apiRequestsPerSecond).toBeGreaterThanOrEqual(Math.min(perSecond, API_REQUESTS));
  });

  it('reads secrets less often than they may be read, even if nothing were remembered', () => {
    expect(perSecond * 3 + accounts / RECONCILE_EVERY_S).toBeLessThan(SECRET_READS);
  });
});

describe('the document', () => {
  it('names the settings of production as they are', () => {
    const { apiRequestsPerSecond, dueShards, submitConcurrencyMax } = STAGES.production;
    expect(DOCUMENT).toContain(
      `| production | ${submitConcurrencyMax} | ${dueShards} | ${apiRequestsPerSecond} |`,
    );
  });
});

/** Write units by DynamoDB's rules: a unit for each begun kilobyte, indexes apart. */
function unitsOfAnOrder() {
  let order: Order = evolve(undefined, received());
  let bytes = bytesOf(order);
  // The item, its entry in `due`, its entry in `by-time`.
  let index = 1;
  let writes = kilobytes(bytes) + 1 + index;
  for (const event of WAY) {
    order = evolve(order, event);
    bytes = Math.max(bytes, bytesOf(order));
    // A moved time is an entry taken away and one put in; a final order's is only taken away.
    const moved = event === WAY.at(-1) ? 1 : 2;
    index += moved;
    writes += kilobytes(bytes) + moved + 1;
  }
  return { bytes, writes, index };
}

function bytesOf(order: Order): number {
  const item = { ...orderItem(order), ...dueAttributes(order.accountId, NOON, 1) };
  return Buffer.byteLength(JSON.stringify(toAttributes(item)), 'utf8');
}

function kilobytes(bytes: number): number {
  return Math.ceil(bytes / 1_024);
}
