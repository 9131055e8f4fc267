import { observeAbsence } from '../../domain/absence.ts';
import { isOpen, isWatched, type Order } from '../../domain/order.ts';
import {
  areTradesWorth,
  isHistoryWorth,
  isRecent,
  planLists,
  planQuestions,
  type Question,
  startOf,
} from '../../domain/plan-looks.ts';
import type { Statement } from '../../domain/reconcile.ts';
import { lacksFills } from '../../domain/record-fills.ts';
import { reviewAt } from '../../domain/review-schedule.ts';
import { DAY_MS, SECOND_MS, type UnixMs } from '../../domain/time.ts';
import { weightOf } from '../call-weights.ts';
import { inParallel } from '../in-parallel.ts';
import { decideAndStore } from '../store-changes.ts';
import { applyTrades, compareAll, STORE_CALLS_MAX } from './apply-statements.ts';
import { type ListRead, readHistory, readOpenOrders, readTrades } from './read-lists.ts';
import { scheduled } from './review-order.ts';
import { type AccountRound, nameOf } from './round.ts';

/** Open orders of one account are asked for no more often than this. */
const TRACK_SPACING_MS = 3 * SECOND_MS;
/** Doubtful orders that only the lists can tell of are loaded no more often than this. */
const DOUBT_PAUSE_MS = 3 * SECOND_MS;
/** The exchange lists trades of 30 days. */
const TRADES_KEPT_MS = 29 * DAY_MS;

/**
 * Compares the due orders of an account with its lists, as far as these are worth their weight,
 * and schedules those that have nothing to be asked now.
 *
 * @returns what to ask one by one, in the order in which to ask
 */
export async function compareWithLists(
  round: AccountRound,
  due: readonly Order[],
): Promise<readonly Question[]> {
  const { clock, settings } = round.dependencies;
  const now = clock.now();
  const looked = paced(round, due, now);
  const plan = planLists(looked, round.memory, { now, rules: settings });
  if (looked.some(({ status }) => isOpen(status))) round.memory.trackedAt = now;
  const shown = plan.openOrders ? await compareBoth(round, looked, plan.bulk) : new Set<string>();
  await compareTrades(round);

  const current = looked.map((order) => round.known.get(order.clientOrderId) ?? order);
  const questions = planQuestions(
    current.filter((order) => !isAtRest(order)),
    shown,
    { times: round.memory, now: clock.now(), rules: settings },
  );
  const asked = new Set(questions.map(({ order }) => order.clientOrderId));
  await scheduleUnasked(
    round,
    current.filter(({ clientOrderId }) => !asked.has(clientOrderId)),
    due,
  );
  return questions;
}

/** Open orders wait a little when their account was asked for them just before. */
function paced(round: AccountRound, due: readonly Order[], now: UnixMs): readonly Order[] {
  const from = (round.memory.trackedAt ?? Number.NEGATIVE_INFINITY) + TRACK_SPACING_MS;
  if (now >= from) return due;
  return due.filter((order) => {
    if (!isOpen(order.status)) return true;
    round.notBefore.set(nameOf(order), from);
    return false;
  });
}

/** @returns client order ids that the lists showed */
async function compareBoth(
  round: AccountRound,
  looked: readonly Order[],
  isBulk: boolean,
): Promise<ReadonlySet<string>> {
  const { account, deadline, dependencies, memory } = round;
  const open = await readOpenOrders(dependencies, account, { deadline });
  await compareAll(round, open.entries);
  const shown = idsOf(open);
  if (open.end.kind === 'incomplete') return shown;

  const now = dependencies.clock.now();
  const hidden = looked.filter(({ clientOrderId }) => !shown.has(clientOrderId));
  const vanished = hidden.filter((order) => isOpen(order.status) && isRecent(order, now));
  if (!isBulk && !isHistoryWorth(vanished)) return shown;
  const doubtful = isBulk ? hidden.filter(({ status }) => status === 'IN_DOUBT') : [];
  const starts = [...doubtful, ...vanished].map(startOf);
  const since = Math.min(now, ...starts) - dependencies.settings.historyMarginMs;
  const history = await readHistory(dependencies, account, { deadline, since, turn: 1 });
  await compareAll(round, history.entries);
  for (const id of idsOf(history)) shown.add(id);
  if (history.end.kind === 'incomplete') return shown;
  memory.bulkAt = open.askedAt;
  await witness(
    round,
    doubtful.filter((order) => !shown.has(order.clientOrderId)),
    open.askedAt,
  );
  return shown;
}

/** Both lists together do not have these orders: one of the two witnesses of absence. */
async function witness(
  { dependencies, known, patience }: AccountRound,
  absent: readonly Order[],
  askedAt: UnixMs,
): Promise<void> {
  const { clock, settings } = dependencies;
  await inParallel(absent, STORE_CALLS_MAX, async (order) => {
    await patience.look(order, async () => {
      const decide = (one: Order) =>
        observeAbsence(one, 'open-orders-and-history', askedAt, settings);
      const current = known.get(order.clientOrderId) ?? order;
      const stored = await decideAndStore(dependencies, current, { decide, now: clock.now() });
      known.set(order.clientOrderId, stored);
    });
  });
}

/** Reads the trades of all orders at once where many lack some. */
async function compareTrades(round: AccountRound): Promise<void> {
  const { account, deadline, dependencies, known } = round;
  const { clock, settings } = dependencies;
  const lacking = [...known.values()].filter(lacksFills);
  const weightOfOne = weightOf(account, 'tradesOfOrder');
  const weightOfAll = weightOf(account, 'trades');
  const isWorth = areTradesWorth(lacking.length, { weightOfOne, weightOfAll });
  if (!isWorth || clock.now() >= deadline) return;
  const starts = lacking.map((order) => order.fills?.at(-1)?.at ?? startOf(order));
  const since = Math.max(
    Math.min(...starts) - settings.historyMarginMs,
    clock.now() - TRADES_KEPT_MS,
  );
  const trades = await readTrades(dependencies, account, { deadline, since, turn: 2 });
  const isComplete = trades.end.kind === 'complete';
  await applyTrades(round, trades.entries, {
    corrects: true,
    ...(isComplete ? { completeSince: since } : {}),
    settledBefore: trades.askedAt - settings.horizonMs,
  });
}

/** Ended with nothing more to learn. */
function isAtRest(order: Order): boolean {
  const { status } = order;
  if (isOpen(status) || status === 'IN_DOUBT' || isWatched(order)) return false;
  return !lacksFills(order);
}

async function scheduleUnasked(
  { dependencies, notBefore, patience }: AccountRound,
  orders: readonly Order[],
  due: readonly Order[],
): Promise<void> {
  const versions = new Map(due.map((order) => [order.clientOrderId, order.version]));
  await inParallel(orders, STORE_CALLS_MAX, async (order) => {
    await patience.look(order, async () => {
      const now = dependencies.clock.now();
      const isChanged = versions.get(order.clientOrderId) !== order.version;
      const { againAt = Number.POSITIVE_INFINITY } = isChanged
        ? { againAt: reviewAt(order, now, dependencies.settings) }
        : await scheduled(dependencies, order, now);
      const isDoubtful = order.status === 'IN_DOUBT';
      notBefore.set(nameOf(order), isDoubtful ? Math.max(againAt, now + DOUBT_PAUSE_MS) : againAt);
    });
  });
}

function idsOf({ entries }: ListRead<Statement>): Set<string> {
  return new Set(entries.map(({ report }) => report.clientOrderId));
}
