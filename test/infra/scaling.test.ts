import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { costsOfOrders, type OrderCosts } from '../../bench/scale/one-order.ts';
import { FUNCTIONS } from '../../infra/functions.ts';
import { RECONCILE_EVERY_S } from '../../infra/queue-settings.ts';
import { dueShardsOf, reconcilersReserved } from '../../infra/shards.ts';
import { withOptions } from '../../infra/stage-options.ts';
import { STAGES } from '../../infra/stages.ts';

const DOCUMENT = readFileSync(new URL('../../docs/scaling.md', import.meta.url), 'utf8');

/** Quotas as AWS documents them; docs/scaling.md names the pages. */
const LAMBDA_CONCURRENCY = 1_000;
const UNRESERVED_MIN = 100;
const PARTITION_WRITES = 1_000;
const SECRET_READS = 10_000;
const API_REQUESTS = 10_000;
/** Each key of the exchange. */
const ORDERS_PER_KEY = 10;
/** As far as the simulation of the reconciler was looked at. */
const ACCOUNTS_OF_A_SHARD = 1_250;
/** Assumed: what one order alone keeps a submitter busy, in seconds. */
const SUBMIT_ALONE_S = 0.4;

let alone: OrderCosts;
let inTens: OrderCosts;
beforeAll(async () => {
  alone = await costsOfOrders(1);
  inTens = await costsOfOrders(10);
}, 60_000);

describe('what one order costs the tables, counted over the real use cases and adapters,', () => {
  it('is what the document says', () => {
    expect(alone.writeUnits - alone.budgetUnits).toBe(12);
    expect(alone.fillUnits).toBe(3);
    expect(alone.dueUnits).toBe(6);
    expect(DOCUMENT).toContain('15 write units, 6 of them on the index of due orders');
    expect([alone.budgetUnits, inTens.budgetUnits]).toEqual([1, 0.1]);
    expect([alone.storeCalls, inTens.storeCalls].map(Math.round)).toEqual([8, 5]);
    expect(DOCUMENT).toContain('8 calls of DynamoDB alone, 5 in batches of ten');
  });

  it('keeps a submitter busy for less than is assumed', () => {
    expect(alone.busyMs / 1_000).toBeLessThan(SUBMIT_ALONE_S);
    expect(inTens.busyMs / 1_000).toBeLessThan(SUBMIT_ALONE_S / 4);
  });
});

describe.each([
  { stage: STAGES.sandbox, accounts: 10, perSecond: 10 },
  { stage: STAGES.production, accounts: 100, perSecond: 100 },
  {
    stage: {
      ...withOptions(STAGES.production, { shards: '8' }),
      submitConcurrencyMax: 500,
      apiRequestsPerSecond: 1_500,
    },
    accounts: 10_000,
    perSecond: 1_000,
  },
])('the stage $stage.name, for $accounts accounts', ({ stage, accounts, perSecond }) => {
  it('has submitters for every order alone, and for keys at their limit', () => {
    const alone = Math.ceil(perSecond * SUBMIT_ALONE_S);
    const atTheLimit = Math.ceil(perSecond / ORDERS_PER_KEY);
    expect(stage.submitConcurrencyMax).toBeGreaterThanOrEqual(Math.max(alone, atTheLimit));
  });

  it('leaves what Lambda wants unreserved', () => {
    const reserved = reconcilersReserved(stage) ?? 0;
    const wanted = stage.submitConcurrencyMax + reserved + FUNCTIONS.length;
    expect(wanted).toBeLessThanOrEqual(LAMBDA_CONCURRENCY - UNRESERVED_MIN);
  });

  it('spreads due orders over partitions enough', () => {
    const shards = dueShardsOf(stage);
    expect(perSecond * alone.dueUnits).toBeLessThanOrEqual(shards * PARTITION_WRITES);
  });

  it('takes orders through the API as fast as it is to send them', () => {
    expect(stage.apiRequestsPerSecond).toBeGreaterThanOrEqual(Math.min(perSecond, API_REQUESTS));
  });

  it('has reconcilers for accounts that all have open orders', () => {
    const each = accounts / stage.reconcilerShards;
    expect(each).toBeLessThanOrEqual(ACCOUNTS_OF_A_SHARD);
    expect(DOCUMENT).toContain('1,250 accounts for each shard');
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

describe('the sums of the document', () => {
  const rows = [...DOCUMENT.matchAll(/^\| (.+) \|$/gm)].map(([, row = '']) => row.split(' | '));
  const row = (start: string) => {
    const found = rows.find(([first = '']) => first.startsWith(start));
    if (found === undefined) throw new Error(`The document has no row ${start}.`);
    return found;
  };
  const dollars = (text = '') => Number(text.replace(/[$,]/g, ''));

  const inCents = (value: number) => Math.round(value * 100) / 100;
  const [, million = ''] = DOCUMENT.split('## A million orders');
  const [parts = []] = [
    [...(million.split('**By the month**')[0] ?? '').matchAll(/^\| (.+) \|$/gm)]
      .map(([, one = '']) => one.split(' | '))
      .slice(1),
  ];

  it('of a million orders add up', () => {
    const together = parts.findIndex(([first]) => first === 'together');
    expect(together).toBe(8);
    for (const column of [2, 3]) {
      const sum = parts.slice(0, together).reduce((all, one) => all + dollars(one[column]), 0);
      expect(inCents(sum)).toBe(dollars(parts[together]?.[column]));
    }
  });

  it('of a million orders follow from what is counted', () => {
    const at = (start: string) => row(start).slice(2).map(dollars);
    const orders = alone.writeUnits - alone.budgetUnits + alone.fillUnits;
    expect(at('orders table')).toEqual([inCents(orders * 0.625), inCents(orders * 0.625)]);
    const both = [alone, inTens];
    expect(at('rate budget')).toEqual(both.map((one) => inCents(one.budgetUnits * 0.625)));
    expect(at('reads of both')).toEqual(both.map((one) => inCents(one.readUnits * 0.125)));
  });

  it('by the month follow from prices and numbers of accounts', () => {
    const minutes = 30 * 24 * 60;
    const call = 0.05 / 10_000;
    const months = (start: string) => row(start).slice(1).map(dollars);
    const expected = (of: (accounts: number, shards: number) => number) =>
      (
        [
          [1, 1],
          [100, 1],
          [10_000, 8],
        ] as const
      ).map(([accounts, shards]) => Math.round(of(accounts, shards) * 100) / 100);
    expect(months('secrets, $0.40')).toEqual(expected((accounts) => accounts * 0.4));
    expect(months('reads of secrets')).toEqual(expected((accounts) => accounts * minutes * call));
    expect(months('lists of secrets')).toEqual(
      expected((accounts, shards) => Math.ceil(accounts / 100) * shards * minutes * call),
    );
    expect(months('reconcilers that watch')).toEqual(expected((_, shards) => shards * 17.52));
  });
});
