import { observeAbsence } from '../../domain/absence.ts';
import type { Order } from '../../domain/order.ts';
import { type Question, startOf } from '../../domain/plan-looks.ts';
import { lacksFills } from '../../domain/record-fills.ts';
import { reviewAt } from '../../domain/review-schedule.ts';
import { SECOND_MS, type UnixMs } from '../../domain/time.ts';
import { decideAndStore } from '../store-changes.ts';
import { compareAll, storeTrades } from './apply-statements.ts';
import { type ListOptions, readHistory, readOpenOrders, readTrades } from './read-lists.ts';
import { type Review, reviewOrder, scheduled } from './review-order.ts';
import { type AccountRound, nameOf } from './round.ts';

/** After so long a round lists anew what is due; what it did not come to is due still. */
const ROUND_MS = 10 * SECOND_MS;
/** Questions under way with one key: while one waits for its answer the next waits for its slot. */
const QUESTIONS_PER_KEY = 2;
/** So many questions in a row that said nothing: then the others would say nothing either. */
const FAILED_IN_A_ROW_MAX = 3;

/**
 * Asks about single orders with every key of the account, in the order of the questions, until
 * the round is over; then reads the lists once for those that were not found, as the other witness.
 */
export async function askOneByOne(
  round: AccountRound,
  questions: readonly Question[],
): Promise<void> {
  const { account, deadline, dependencies, notBefore, patience } = round;
  const { clock } = dependencies;
  const endsAt = Math.min(deadline, clock.now() + ROUND_MS);
  const waiting = [...questions];
  const notFound: Order[] = [];
  let failedInARow = 0;
  let failedUntil: UnixMs = 0;

  const worker = async (turn: number) => {
    while (waiting.length > 0 && clock.now() < endsAt && failedInARow < FAILED_IN_A_ROW_MAX) {
      const question = waiting.shift();
      if (question === undefined) return;
      await patience.look(question.order, async () => {
        const review = await answered(round, question, { deadline, turn });
        notBefore.set(nameOf(question.order), review.againAt ?? Number.POSITIVE_INFINITY);
        if (review.notFoundAt !== undefined) notFound.push(review.order);
        failedInARow = review.isFailed === true ? failedInARow + 1 : 0;
        if (review.isFailed === true) failedUntil = Math.max(failedUntil, review.againAt ?? 0);
      });
    }
  };
  const workers = account.keys.length * QUESTIONS_PER_KEY;
  await Promise.all(Array.from({ length: workers }, (_, turn) => worker(turn)));
  if (failedInARow >= FAILED_IN_A_ROW_MAX) {
    for (const { order } of waiting) notBefore.set(nameOf(order), failedUntil);
  }
  await witnessInLists(round, notFound);
}

async function answered(
  round: AccountRound,
  { order, about }: Question,
  options: ListOptions,
): Promise<Review> {
  const current = round.known.get(order.clientOrderId) ?? order;
  if (about === 'fills') return reviewFills(round, current, options);
  const review = await reviewOrder(round.dependencies, round.account, current, options);
  round.known.set(order.clientOrderId, review.order);
  const isNews = review.order.version !== current.version;
  return isNews && lacksFills(review.order) ? reviewFills(round, review.order, options) : review;
}

/** Asks for the trades of one order. */
async function reviewFills(
  round: AccountRound,
  order: Order,
  options: ListOptions,
): Promise<Review> {
  const { account, dependencies } = round;
  const { clock, settings } = dependencies;
  const since = startOf(order) - settings.historyMarginMs;
  const { clientOrderId } = order;
  const read = await readTrades(dependencies, account, { ...options, since, clientOrderId });
  if (read.end.kind === 'incomplete' && read.entries.length === 0) {
    return { order, againAt: read.end.until, isFailed: true };
  }
  const [first] = read.entries;
  const isComplete = read.end.kind === 'complete';
  const stored =
    first === undefined
      ? order
      : await storeTrades(round, order, {
          trades: read.entries.map(({ trade }) => trade),
          evidence: first.evidence,
          corrects: true,
          ...(isComplete ? { completeSince: since } : {}),
          settledBefore: read.askedAt - settings.horizonMs,
        });
  const now = clock.now();
  if (stored.version !== order.version) {
    return { order: stored, againAt: reviewAt(stored, now, settings) };
  }
  return scheduled(dependencies, stored, now);
}

/**
 * Reads the bulk lists once for all orders that a query did not find: what is in them is adopted,
 * for the rest they are the second witness of absence.
 */
async function witnessInLists(round: AccountRound, notFound: readonly Order[]): Promise<void> {
  const { deadline, dependencies, known, memory, notBefore } = round;
  const { clock, settings } = dependencies;
  const isRead = memory.bulkAt !== undefined && clock.now() - memory.bulkAt < settings.spacingMs;
  if (notFound.length === 0 || isRead) return;
  const since = Math.min(...notFound.map(startOf)) - settings.historyMarginMs;
  const open = await readOpenOrders(dependencies, round.account, { deadline });
  await compareAll(round, open.entries);
  const history =
    open.end.kind === 'complete'
      ? await readHistory(dependencies, round.account, { deadline, since, turn: 1 })
      : undefined;
  await compareAll(round, history?.entries ?? []);
  if (history?.end.kind !== 'complete') {
    const end = history?.end ?? open.end;
    // Without the second witness there is nothing more to learn from the first.
    const until = end.kind === 'incomplete' ? end.until : 0;
    for (const order of notFound) {
      const planned = notBefore.get(nameOf(order)) ?? 0;
      notBefore.set(nameOf(order), Math.max(planned, until));
    }
    return;
  }
  memory.bulkAt = open.askedAt;
  const listed = [...open.entries, ...history.entries];
  const shown = new Set(listed.map(({ report }) => report.clientOrderId));
  for (const { clientOrderId } of notFound) {
    const order = known.get(clientOrderId);
    if (order === undefined || shown.has(clientOrderId)) continue;
    const decide = (one: Order) =>
      observeAbsence(one, 'open-orders-and-history', open.askedAt, settings);
    await decideAndStore(dependencies, order, { decide, now: clock.now() });
  }
}
