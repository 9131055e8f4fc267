import { addDecimals } from '../../domain/decimal.ts';
import type { Evidence, StatusReport, TradeReport } from '../../domain/execution-report.ts';
import { isOpen, type Order } from '../../domain/order.ts';
import { reconcile, type Statement } from '../../domain/reconcile.ts';
import { areFillsComplete, recordFills, type StatedTrades } from '../../domain/record-fills.ts';
import { inParallel } from '../in-parallel.ts';
import { type ChangeDependencies, decideAndStore } from '../store-changes.ts';
import { type AccountMemory, isRepeated, sayingOf } from './account-memory.ts';
import type { Patience } from './patience.ts';
import type { StatedTrade } from './read-lists.ts';
import { type ExternalDependencies, recordExternal } from './record-external.ts';

/** Calls of the order store of one account at once. */
export const STORE_CALLS_MAX = 16;

/** Changes to one order come from at most so many writes; more fills than that wait a look. */
const FILL_WRITES_MAX = 25;

/** What comparing an account's lists with its orders needs. */
export interface Comparison {
  readonly dependencies: ChangeDependencies & ExternalDependencies;
  readonly accountId: string;
  /** Orders that this round looks after, by client order id; kept up to date. */
  readonly known: Map<string, Order>;
  readonly memory: AccountMemory;
  readonly patience: Patience;
}

/** Compares lists with our orders, and records what they have beyond them. */
export async function compareAll(
  comparison: Comparison,
  statements: readonly Statement[],
): Promise<void> {
  const unknown = await applyStatements(comparison, statements);
  await recordExternal(comparison.dependencies, comparison.accountId, unknown);
}

/**
 * Compares everything that lists state with our orders, not only those that are due: a list that
 * was read for some costs nothing more for the others.
 *
 * @returns statements about orders that we do not have
 */
async function applyStatements(
  comparison: Comparison,
  statements: readonly Statement[],
): Promise<readonly Statement[]> {
  const { accountId, known, memory, patience } = comparison;
  const unknown: Statement[] = [];
  const byOrder = Map.groupBy(statements, ({ report }) => report.clientOrderId);
  await inParallel([...byOrder], STORE_CALLS_MAX, async ([clientOrderId, stated]) => {
    const isNew = stated.filter((one) => !isRepeated(memory, sayingOf(one))).length > 0;
    if (!isNew && !known.has(clientOrderId)) return;
    await patience.look({ accountId, clientOrderId }, async () => {
      const order = await orderOf(comparison, clientOrderId);
      if (order === undefined) unknown.push(...stated);
      else await adopt(comparison, order, stated);
    });
  });
  return unknown;
}

/** Compares trades with our orders; see `recordFills`. A trade of a doubtful order proves it. */
export async function applyTrades(
  comparison: Comparison,
  stated: readonly StatedTrade[],
  options: Omit<StatedTrades, 'trades' | 'evidence'>,
): Promise<void> {
  const { accountId, known, memory, patience } = comparison;
  const byOrder = Map.groupBy(stated, ({ trade }) => trade.clientOrderId);
  await inParallel([...byOrder], STORE_CALLS_MAX, async ([clientOrderId, entries]) => {
    const isNew = entries.filter(({ trade }) => !isRepeated(memory, tradeSaying(trade))).length > 0;
    const [first] = entries;
    if (first === undefined || (!isNew && !known.has(clientOrderId))) return;
    await patience.look({ accountId, clientOrderId }, async () => {
      const order = await orderOf(comparison, clientOrderId);
      const trades = entries.map(({ trade }) => trade);
      const { evidence } = first;
      if (order !== undefined)
        await storeTrades(comparison, order, { ...options, trades, evidence });
    });
  });
}

/** Stores what trades prove of one order: that it exists, and its fills. */
export async function storeTrades(
  { dependencies, known }: Pick<Comparison, 'dependencies' | 'known'>,
  order: Order,
  stated: StatedTrades,
): Promise<Order> {
  const now = dependencies.clock.now();
  const decide = (one: Order) => [...existence(one, stated, now), ...recordFills(one, stated, now)];
  let stored = order;
  for (let writes = 0; writes < FILL_WRITES_MAX; writes += 1) {
    const { version } = stored;
    stored = await decideAndStore(dependencies, stored, { decide, now });
    if (stored.version === version || areFillsComplete(stored)) break;
  }
  known.set(stored.clientOrderId, stored);
  return stored;
}

async function orderOf(
  { dependencies, accountId, known }: Comparison,
  clientOrderId: string,
): Promise<Order | undefined> {
  return known.get(clientOrderId) ?? (await dependencies.orders.get({ accountId, clientOrderId }));
}

async function adopt(
  { dependencies, known }: Comparison,
  order: Order,
  statements: readonly Statement[],
): Promise<void> {
  const now = dependencies.clock.now();
  let stored = order;
  for (const statement of statements) {
    const decide = (one: Order) => reconcile(one, statement, now);
    stored = await decideAndStore(dependencies, stored, { decide, now });
  }
  if (stored.version !== order.version || known.has(order.clientOrderId)) {
    known.set(stored.clientOrderId, stored);
  }
}

/** Trades do not state how an order stands, but that it does: the next look asks for the rest. */
function existence(order: Order, { trades, evidence }: StatedTrades, now: number) {
  if (isOpen(order.status)) return [];
  const [first] = trades;
  if (first === undefined || order.exchangeOrderId !== undefined) return [];
  const own = trades.filter((trade) => trade.exchangeOrderId === first.exchangeOrderId);
  return reconcile(order, statementOf(first, own, evidence), now);
}

function statementOf(
  { clientOrderId, exchangeOrderId, symbol, side }: TradeReport,
  trades: readonly TradeReport[],
  evidence: Evidence,
): Statement {
  const report: StatusReport = {
    ...{ clientOrderId, exchangeOrderId, symbol, side },
    status: 'UNRECOGNISED',
    statusText: 'TRADED',
    executedQuantity: addDecimals(...trades.map(({ fill }) => fill.quantity)),
  };
  return { report, evidence };
}

function tradeSaying({ fill }: TradeReport) {
  const { tradeId, quantity, price, fee = '', feeAsset = '' } = fill;
  return { about: `trade ${tradeId}`, says: `${quantity} ${price} ${fee} ${feeAsset}` };
}
