import { DatabaseSync } from 'node:sqlite';
import Big from 'big.js';
import * as z from 'zod/mini';
import { readError } from '../error-text.ts';
import { plain } from '../exchange/decimal.ts';
import { isSmallerId } from '../exchange/find-orders.ts';
import { restOrder } from '../exchange/match-order.ts';
import { isOpen, type Order } from '../exchange/order.ts';
import { type ExchangeState, FEES, MARKET_MAKER, saveOrder, saveTrade } from '../exchange/state.ts';
import { ORDER_RECORD, TRADE_RECORD } from './records.ts';
import { forgetChanges, type Store } from './store.ts';

const SCHEMA = `
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = OFF;
  CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS orders (id TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS trades (id TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS balances (account TEXT, asset TEXT, free TEXT NOT NULL,
    locked TEXT NOT NULL, PRIMARY KEY (account, asset)) STRICT;
  CREATE TABLE IF NOT EXISTS burned (id TEXT PRIMARY KEY) STRICT;
`;
/** Raised when a record's shape changes; older files are then refused, not misread. */
const FORMAT = '1';

/** A state file which cannot be used; the message tells the user why. */
export class StateFileError extends Error {}

/**
 * Keeps an exchange in one SQLite file. Writes reach the operating system before an answer leaves,
 * so a killed process loses nothing; only a crash of the machine may (`synchronous = OFF`).
 */
export function sqliteStore(file: string, siteName: string): Store {
  const database = openFile(file);
  checkMeta(database, file, 'format', FORMAT);
  checkMeta(database, file, 'site', siteName);
  return {
    load: (state) => {
      loadState(database, state);
      forgetChanges(state);
    },
    commit: writer(database),
    close: () => database.close(),
  };
}

/** The largest id in a state file, so that ids go on from there. */
export function lastIdIn(file: string): string {
  const database = openFile(file);
  const value = readMeta(database, 'lastId');
  database.close();
  return value ?? '1';
}

function openFile(file: string): DatabaseSync {
  try {
    const database = new DatabaseSync(file);
    database.exec(SCHEMA);
    return database;
  } catch (error) {
    const { message } = readError(error);
    throw new StateFileError(`The state file ${file} cannot be opened: ${message}.`);
  }
}

function readMeta(database: DatabaseSync, name: string): string | undefined {
  const row = database.prepare('SELECT value FROM meta WHERE name = ?').get(name);
  return row ? z.parse(z.object({ value: z.string() }), row).value : undefined;
}

function checkMeta(database: DatabaseSync, file: string, name: string, value: string): void {
  const stored = readMeta(database, name);
  if (stored === undefined) {
    database.prepare('INSERT INTO meta VALUES (?, ?)').run(name, value);
  } else if (stored !== value) {
    const message = `The state file ${file} has ${name} ${stored}, not ${value}: use another file.`;
    throw new StateFileError(message);
  }
}

const RECORD_ROWS = z.array(z.object({ record: z.string() }));
const BALANCE_ROWS = z.array(
  z.object({ account: z.string(), asset: z.string(), free: z.string(), locked: z.string() }),
);

function loadState(database: DatabaseSync, state: ExchangeState): void {
  const orderRows = database.prepare('SELECT record FROM orders ORDER BY length(id), id').all();
  const orders = z
    .parse(RECORD_ROWS, orderRows)
    .map(({ record }): Order => z.parse(ORDER_RECORD, JSON.parse(record)));
  for (const order of orders) saveOrder(state, order);
  rebuildBooks(state, orders);

  const tradeRows = database.prepare('SELECT record FROM trades ORDER BY length(id), id').all();
  for (const { record } of z.parse(RECORD_ROWS, tradeRows)) {
    const trade = z.parse(TRADE_RECORD, JSON.parse(record));
    saveTrade(state, trade);
    state.lastPrices.set(trade.symbol, new Big(trade.price));
  }
  const balanceRows = database.prepare('SELECT * FROM balances').all();
  for (const { account, asset, free, locked } of z.parse(BALANCE_ROWS, balanceRows)) {
    state.balances.add(account, asset, new Big(free), new Big(locked));
  }
  const burned = database.prepare('SELECT id FROM burned').all();
  for (const { id } of z.parse(z.array(z.object({ id: z.string() })), burned)) {
    state.burnedIds.add(id);
  }
}

/** Open orders return to the book by rank, which keeps their time priority. */
function rebuildBooks(state: ExchangeState, orders: readonly Order[]): void {
  const open = orders.filter((order) => isOpen(order) && !order.forgotten);
  const ranked = open.filter((order) => order.rank !== '');
  ranked.sort((a, b) => (isSmallerId(a.rank, b.rank) ? -1 : 1));
  for (const order of ranked) restOrder(state, order);
  for (const order of open) if (order.rank === '') state.delayed.add(order.orderId);
}

function writer(database: DatabaseSync): (state: ExchangeState) => void {
  const order = database.prepare('INSERT OR REPLACE INTO orders VALUES (?, ?)');
  const trade = database.prepare('INSERT OR REPLACE INTO trades VALUES (?, ?)');
  const balance = database.prepare('INSERT OR REPLACE INTO balances VALUES (?, ?, ?, ?)');
  const burned = database.prepare('INSERT OR REPLACE INTO burned VALUES (?)');
  const meta = database.prepare('INSERT OR REPLACE INTO meta VALUES (?, ?)');

  return (state) => {
    const { changes } = state;
    const changed =
      changes.orders.size + changes.trades.length + changes.balances.size + changes.burnedIds.size;
    if (changed === 0) return;
    inTransaction(database, () => {
      for (const id of changes.orders) order.run(id, JSON.stringify(state.orders.get(id)));
      for (const record of changes.trades) trade.run(record.id, JSON.stringify(record));
      for (const [accountId, asset] of changes.balances.values()) {
        // The house's own books start afresh with each process.
        if (accountId === MARKET_MAKER || accountId === FEES) continue;
        const { free, locked } = state.balances.of(accountId, asset);
        balance.run(accountId, asset, plain(free), plain(locked));
      }
      for (const id of changes.burnedIds) burned.run(id);
      meta.run('lastId', state.ids.last());
    });
    forgetChanges(state);
  };
}

function inTransaction(database: DatabaseSync, work: () => void): void {
  database.exec('BEGIN');
  try {
    work();
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}
