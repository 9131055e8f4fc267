import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { faultLine, type RowFault } from '../../cli/import/check-row.ts';
import { openJournal, readJournal } from '../../cli/import/journal.ts';
import { submitRows } from '../../cli/import/submit-rows.ts';
import { derivedId, validateFile } from '../../cli/import/validate-file.ts';
import { type Order, OrdersApiError, OrdersUnreachableError } from '../../client/index.ts';
import { orderResource } from '../../lib/application/order-resource.ts';
import { orderIn } from '../support/order-stories.ts';

const NOW = 1_800_000_000_000;
const ORDER: Order = JSON.parse(JSON.stringify(orderResource(orderIn('RECEIVED'))));
const IDENTITY = { sha256: 'a'.repeat(64), stage: 'local', url: 'http://x', account: undefined };

let file: string;
beforeEach(() => {
  file = join(mkdtempSync(join(tmpdir(), 'import-')), 'orders.csv');
});

async function faultsOf(text: string, account?: string): Promise<readonly string[]> {
  writeFileSync(file, text);
  const faults: RowFault[] = [];
  const options = { file, account, idColumn: undefined, validUntil: undefined, now: NOW };
  await validateFile(options, (fault) => faults.push(fault));
  return faults.map((fault) => faultLine('F', fault));
}

const HEADER = 'accountId,clientOrderId,symbol,side,type,quantity,price,validUntil';
const GOOD = 'desk-1,a-1,BTCUSD,BUY,LIMIT,0.1,100,';

describe('a file with wrong rows', () => {
  it.each<[string, string, string]>([
    [
      'a side',
      'desk-1,a-2,BTCUSD,HOLD,LIMIT,0.1,100,',
      'F line 3, column 4 (side): must be BUY or SELL',
    ],
    ['a number', 'desk-1,a-2,BTCUSD,BUY,LIMIT,1e3,100,', 'F line 3, column 6 (quantity): '],
    [
      'an id that is there',
      'desk-1,a-1,BTCUSD,BUY,LIMIT,1,100,',
      'F line 3, column 2 (clientOrderId): "a-1" stands in line 2',
    ],
    [
      'an id that is empty',
      'desk-1,,BTCUSD,BUY,LIMIT,1,100,',
      'F line 3, column 2 (clientOrderId): is required',
    ],
    [
      'a deadline that passed',
      'desk-1,a-2,BTCUSD,BUY,LIMIT,1,100,2020-01-01T00:00:00Z',
      'F line 3, column 8 (validUntil): has passed',
    ],
    [
      'a deadline without offset',
      'desk-1,a-2,BTCUSD,BUY,LIMIT,1,100,2027-02-01T00:00',
      'F line 3, column 8 (validUntil): must be',
    ],
    [
      'a missing cell',
      'desk-1,a-2,BTCUSD,BUY,LIMIT,1',
      'F line 3, row: has 6 cells, and the header has 8',
    ],
    ['a missing price', 'desk-1,a-2,BTCUSD,BUY,LIMIT,1,,', 'F line 3, column 7 (price): '],
  ])('names line and column of %s', async (_what, row, expected) => {
    const faults = await faultsOf(`${HEADER}\n${GOOD}\n${row}\n`);
    expect(faults).toHaveLength(1);
    expect(faults[0]?.startsWith(expected)).toBe(true);
  });

  it('lists all of them', async () => {
    const rows = Array.from({ length: 50 }, (_, row) => `desk-1,a-${row},BTCUSD,BUY,LIMIT,-1,100,`);
    expect(await faultsOf(`${HEADER}\n${rows.join('\n')}\n`)).toHaveLength(50);
  });

  it.each<[string, string, RegExp]>([
    ['no header', '', /is empty/],
    ['no rows', `${HEADER}\n`, /no rows/],
    ['a column of its own', `${HEADER},colour\n`, /"colour" is no field/],
    ['a column twice', `${HEADER},side\n`, /side is there twice/],
    ['no account', 'symbol,side,type,quantity\nBTCUSD,BUY,MARKET,1\n', /accountId is missing/],
    ['an open quote', `${HEADER}\n"desk-1,a-1\n`, /line 2.*Quote/],
  ])('is refused as a whole for %s', async (_what, text, message) => {
    await expect(faultsOf(text)).rejects.toThrow(message);
  });
});

describe('a good file', () => {
  it('gives every cell back, whatever quotes and separators it needs', async () => {
    const cell = fc.constantFrom('EXPIRE_TAKER', 'EXPIRE_MAKER', '');
    const rows = fc.array(fc.tuple(fc.stringMatching(/^[A-Za-z0-9_-]{1,30}$/), cell), {
      minLength: 1,
    });
    await fc.assert(
      fc.asyncProperty(rows, fc.boolean(), async (cells, quoted) => {
        const lines = cells.map(([id, mode], row) => [
          `${row}-${id}`.slice(0, 36),
          'BTCUSD',
          'BUY',
          'MARKET',
          '0.10',
          mode,
        ]);
        const header = ['clientOrderId', 'symbol', 'side', 'type', 'quantity', 'stpMode'];
        writeFileSync(file, stringify([header, ...lines], { quoted }));
        const faults: RowFault[] = [];
        const options = {
          file,
          account: 'desk-1',
          idColumn: undefined,
          validUntil: undefined,
          now: NOW,
        };
        const checked = await validateFile(options, (fault) => faults.push(fault));
        expect(faults).toEqual([]);
        expect(checked.rows).toBe(lines.length);
      }),
      { numRuns: 20 },
    );
  });

  it('gives rows without ids the same ones again, as long as its content is the same', () => {
    expect(derivedId('ab'.repeat(32), 7)).toBe('imp-abababababababab-7');
    expect(derivedId('f'.repeat(64), 100_000)).toMatch(/^[A-Za-z0-9_-]{1,36}$/);
  });
});

describe('submitting rows', () => {
  const rows = 30;
  const sent: string[] = [];

  /** One run; the service fails as it is told to, before or after it took the order. */
  async function run(
    fate: (id: string) => Error | undefined,
    signal = new AbortController().signal,
  ) {
    const options = {
      file,
      account: 'desk-1',
      idColumn: undefined,
      validUntil: undefined,
      now: NOW,
    };
    const { columns } = await validateFile(options, () => {});
    const path = `${file}.journal`;
    const earlier = readJournal(path, IDENTITY);
    const journal = openJournal(path, { identity: IDENTITY, earlier, validUntil: undefined });
    try {
      return await submitRows({
        ...{ file, columns, journal, signal, atOnce: 4, told: () => {}, refused: () => {} },
        defaults: { account: 'desk-1', validUntil: undefined, idOf: (row) => `r-${row}`, now: NOW },
        api: {
          async submit({ clientOrderId = '' }) {
            const error = fate(clientOrderId);
            if (error !== undefined) throw error;
            const repeated = sent.includes(clientOrderId);
            if (!repeated) sent.push(clientOrderId);
            return { order: ORDER, repeated };
          },
        },
      });
    } finally {
      journal.close();
    }
  }

  beforeEach(() => {
    sent.length = 0;
    const lines = Array.from({ length: rows }, () => 'BTCUSD,BUY,MARKET,1');
    writeFileSync(file, `symbol,side,type,quantity\n${lines.join('\n')}\n`);
  });

  it('that stops half way goes on where it was, and ends with each row once', async () => {
    const away = new OrdersUnreachableError('POST /v1/orders', 6, new Error('gone'));
    await expect(run((id) => (id === 'r-12' ? away : undefined))).rejects.toBe(away);
    const before = sent.length;
    expect(before).toBeGreaterThanOrEqual(8);
    expect(before).toBeLessThan(rows);
    expect(await run(() => undefined)).toEqual({
      accepted: rows - before,
      repeated: 0,
      refused: 0,
    });
    expect(sent.toSorted()).toEqual(
      Array.from({ length: rows }, (_, row) => `r-${row + 1}`).toSorted(),
    );
  });

  it('survives a journal whose last line was torn by a kill', async () => {
    await run(() => undefined);
    const path = `${file}.journal`;
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.slice(0, -20));
    expect(await run(() => undefined)).toEqual({ accepted: 0, repeated: 1, refused: 0 });
    expect(statSync(path).mode & 0o077).toBe(0);
  });

  it('tries refused rows again, and goes on behind them', async () => {
    const problem = { status: 409, title: 'Conflict', errors: [] };
    const conflict = new OrdersApiError('POST /v1/orders', problem, 1);
    const first = await run((id) => (id === 'r-3' ? conflict : undefined));
    expect(first).toEqual({ accepted: rows - 1, repeated: 0, refused: 1 });
    expect(await run(() => undefined)).toEqual({ accepted: 1, repeated: 0, refused: 0 });
  });

  it('stops at Ctrl-C with what is on its way written down', async () => {
    const stop = new AbortController();
    const counts = await run((id) => {
      if (id === 'r-5') stop.abort();
      return undefined;
    }, stop.signal);
    expect(counts.accepted).toBe(sent.length);
    expect(sent.length).toBeLessThan(rows);
  });

  it('refuses the journal of another file', () => {
    const path = `${file}.journal`;
    openJournal(path, { identity: IDENTITY, earlier: undefined, validUntil: undefined }).close();
    expect(() => readJournal(path, { ...IDENTITY, sha256: 'b' })).toThrow(/file has changed/);
    expect(() => readJournal(path, { ...IDENTITY, stage: 'sandbox' })).toThrow(/local at/);
  });
});
