import { type AbsenceRules, hasWitness, wouldCount } from './absence.ts';
import { isOpen, isWatched, latestAttempt, type Order } from './order.ts';
import { lacksFills } from './record-fills.ts';
import { MINUTE_MS, type UnixMs } from './time.ts';

/**
 * From so many doubtful orders on the lists are read first: open orders and history together weigh
 * as much as six queries, and after an outage they settle most orders at once.
 */
export const BULK_FIRST_MIN = 6;
/** One page of open orders weighs as much as one query. */
const OPEN_LIST_MIN = 2;
/** A page of history or of trades weighs as much as five queries. */
const HISTORY_MIN = 6;
/**
 * Open orders older than this are asked for one by one when they vanish: a history that reaches
 * back to their beginning would be long.
 */
const HISTORY_REACH_MS = 60 * MINUTE_MS;
/** What the lists said of an account counts as fresh for so long. */
const FRESH_MS = 30_000;

/** Which lists are worth their weight for the due orders of one account. */
export interface ListPlan {
  readonly openOrders: boolean;
  /** Whether history follows whatever the open orders show, as the other half of a witness. */
  readonly bulk: boolean;
}

/** When lists of an account were last asked for in this pass. */
export interface ListTimes {
  readonly trackedAt?: UnixMs;
  readonly bulkAt?: UnixMs;
}

/** Decides which lists to read first. */
export function planLists(
  due: readonly Order[],
  times: ListTimes,
  { now, rules }: { readonly now: UnixMs; readonly rules: AbsenceRules },
): ListPlan {
  const bulk = due.filter((order) => gainsFromBulk(order, times, now, rules)).length;
  const open = due.filter(({ status }) => isOpen(status)).length;
  const isBulk = bulk >= BULK_FIRST_MIN;
  return { bulk: isBulk, openOrders: isBulk || open >= OPEN_LIST_MIN };
}

/** Says whether so many orders that vanished from the open ones are looked up in the history. */
export function isHistoryWorth(vanished: readonly Order[]): boolean {
  return vanished.length >= HISTORY_MIN;
}

/** Says whether the history reaches back to an order at little cost. */
export function isRecent(order: Order, now: UnixMs): boolean {
  return now - startOf(order) < HISTORY_REACH_MS;
}

/** When the exchange can first have heard of an order. */
export function startOf(order: Order): UnixMs {
  return latestAttempt(order)?.startedAt ?? order.createdAt;
}

/**
 * Says whether all trades are asked for at once instead of those of each order.
 *
 * @param weightOfOne - of a question for the trades of one order
 * @param weightOfAll - of a page of all trades
 */
export function areTradesWorth(
  orders: number,
  { weightOfOne, weightOfAll }: { readonly weightOfOne: number; readonly weightOfAll: number },
): boolean {
  return orders * weightOfOne > weightOfAll;
}

/** What to ask of one order. */
export interface Question {
  readonly order: Order;
  readonly about: 'status' | 'fills';
}

/**
 * Gives the questions to ask one by one, in turns of their kinds, so that none waits for all of
 * another kind: open orders that no list showed, doubtful ones, those whose trades are missing.
 *
 * Among many doubtful orders a query is asked once for each after the fence, and once past its
 * horizon: it is the witness that the lists cannot be. Whatever else there is to say of them the
 * lists say at once. Those past their horizon come first: the others wait for it anyway.
 *
 * @param orders - due ones that are not at rest, oldest first
 * @param shown - client order ids that the lists have just shown
 */
export function planQuestions(
  orders: readonly Order[],
  shown: ReadonlySet<string>,
  {
    times,
    now,
    rules,
  }: { readonly times: ListTimes; readonly now: UnixMs; readonly rules: AbsenceRules },
): readonly Question[] {
  const doubtful = orders.filter(isDoubtful);
  const isMany = doubtful.length >= BULK_FIRST_MIN && isFresh(times, now);
  const gaining = doubtful.filter((order) => !isMany || gainsFromQuery(order, now, rules));
  const isRipe = (order: Order) => now >= horizonOf(order, rules);
  const asked = [...gaining.filter(isRipe), ...gaining.filter((order) => !isRipe(order))];
  const isShown = ({ clientOrderId }: Order) => shown.has(clientOrderId);
  const vanished = orders.filter((order) => isOpen(order.status) && !isShown(order));
  const lacking = orders.filter(
    (order) => lacksFills(order) && (isShown(order) || !isOpen(order.status)),
  );
  const about = (kind: Question['about']) => (order: Order) => ({ order, about: kind });
  return inTurns([
    vanished.map(about('status')),
    asked.map(about('status')),
    lacking.map(about('fills')),
  ]);
}

function isFresh({ bulkAt }: ListTimes, now: UnixMs): boolean {
  return bulkAt !== undefined && now - bulkAt < FRESH_MS;
}

/** In doubt, or watched after the verdict. */
function isDoubtful(order: Order): boolean {
  return order.status === 'IN_DOUBT' || isWatched(order);
}

function gainsFromQuery(order: Order, now: UnixMs, rules: AbsenceRules): boolean {
  if (order.status !== 'IN_DOUBT') return true;
  const horizonAt = horizonOf(order, rules);
  const fenceAt = horizonAt - rules.horizonMs;
  return now > fenceAt && !hasWitness(order, 'query', now < horizonAt ? fenceAt + 1 : horizonAt);
}

function gainsFromBulk(
  order: Order,
  { bulkAt = Number.NEGATIVE_INFINITY }: ListTimes,
  now: UnixMs,
  rules: AbsenceRules,
): boolean {
  // One read serves all orders, so it waits a little for those whose time comes just after.
  if (order.status !== 'IN_DOUBT' || now < bulkAt + rules.spacingMs) return false;
  const fenceAt = horizonOf(order, rules) - rules.horizonMs;
  // Before the fence only a finding counts; one may have come since the last look.
  return now <= fenceAt || wouldCount(order, 'open-orders-and-history', now, rules);
}

/** Past this an accepted order can no longer be invisible. */
function horizonOf(order: Order, rules: AbsenceRules): UnixMs {
  return (latestAttempt(order)?.fenceAt ?? 0) + rules.horizonMs;
}

function inTurns<Item>(kinds: readonly (readonly Item[])[]): readonly Item[] {
  const longest = Math.max(0, ...kinds.map(({ length }) => length));
  return Array.from({ length: longest }, (_, at) =>
    kinds.flatMap((kind) => kind.slice(at, at + 1)),
  ).flat();
}
