import type { Order as OrderView } from '../../client/index.ts';
import type { OrderStatus } from '../../lib/domain/order.ts';
import { momentText, whenText } from '../text/time-text.ts';
import { evidenceText } from './evidence-text.ts';
import { CANCEL_MEANINGS, OUTCOME_MEANINGS, reasonMeaning } from './meanings.ts';
import { lookUp } from './read-detail.ts';
import { rebuildOrder } from './rebuild-order.ts';
import { tell } from './trail.ts';
import { type Outlook, whatNext } from './what-next.ts';

/** Why an order stands where it stands, in plain sentences. */
export interface Explanation {
  /** What was ordered. */
  readonly order: string;
  /** Where it stands and why. */
  readonly status: readonly string[];
  /** What happened, oldest first. */
  readonly trail: readonly { readonly at: number; readonly text: string }[];
  /** What happens next, and when. */
  readonly next: readonly string[];
}

/** What each status says, in one sentence. */
export const STATUS_MEANINGS: Readonly<Record<OrderStatus, string>> = {
  RECEIVED: 'The order is stored and has not been sent.',
  SENDING: 'The intent to send it is stored; a request may be on its way right now.',
  IN_DOUBT: 'The order may or may not be at the exchange: nobody knows yet.',
  NEW: 'The order is open at the exchange, and nothing of it is executed.',
  PARTIALLY_FILLED: 'The order is open at the exchange, and a part of it is executed.',
  FILLED: 'The exchange says that the order is filled.',
  CANCELED: 'The order is canceled.',
  PARTIALLY_CANCELED: 'The order is canceled, and a part of it was executed before.',
  REJECTED: 'The exchange refused the order with a code that is definite.',
  DENIED: 'The service refused the order before sending anything.',
  EXPIRED: 'The deadline passed before the order was sent; nothing was sent.',
  NEVER_PLACED: 'It is proven that the exchange never had the order.',
  HELD: 'The order waits for a person: what is known of it does not fit together.',
};

/** Explains an order as the API shows it. Pure: the same order at the same time reads the same. */
export function explainOrder(view: OrderView, outlook: Outlook): Explanation {
  const order = rebuildOrder(view);
  return {
    order: termsText(view),
    status: statusLines(view, outlook),
    trail: view.history.map((entry) => ({ at: entry.at, text: tell(entry, outlook.zone) })),
    next: whatNext(view, order, outlook),
  };
}

/** Writes what was ordered: `BUY 0.01 BTCUSD LIMIT at 95000 GTC`. */
export function termsText(view: OrderView): string {
  const size = view.quantity ?? (view.amount === undefined ? '?' : `for ${view.amount}`);
  const price = view.price === undefined ? '' : ` at ${view.price}`;
  return `${view.side} ${size} ${view.symbol} ${view.type}${price} ${view.timeInForce}`;
}

/** Sets an explanation as lines for a terminal. */
export function explanationLines(
  view: OrderView,
  explanation: Explanation,
  outlook: Outlook,
): readonly string[] {
  const left = view.history.length > 0 ? (view.history[0]?.sequence ?? 1) - 1 : 0;
  const earlier =
    left > 0
      ? [`  ${left} earlier changes are on the event bus; the newest 40 are kept here.`]
      : [];
  return [
    `Order ${view.clientOrderId} of account ${view.accountId}: ${explanation.order}`,
    '',
    ...explanation.status,
    '',
    'What happened',
    ...earlier,
    ...explanation.trail.map(({ at, text }) => `  ${momentText(at, outlook.zone)}  ${text}`),
    '',
    'What happens next',
    ...explanation.next.map((text) => `  ${text}`),
  ];
}

function statusLines(view: OrderView, outlook: Outlook): readonly string[] {
  const meaning =
    lookUp(STATUS_MEANINGS, view.status) ?? 'A status that this program does not know.';
  const reason =
    view.reason === undefined ? [] : [`Reason ${view.reason}: ${reasonMeaning(view.reason)}.`];
  const rejection =
    view.rejection && view.rejection.message !== ''
      ? [`It was told: “${view.rejection.message}”`]
      : [];
  const executed =
    view.averagePrice === undefined
      ? []
      : [`Executed: ${view.executedQuantity} at ${view.averagePrice} on average.`];
  return [
    `${view.status} since ${whenText(view.updatedAt, outlook)}. ${meaning}`,
    ...reason,
    ...rejection,
    ...executed,
    ...attemptLines(view),
    ...(view.cancel === undefined
      ? []
      : [`Cancel ${view.cancel.status}: ${CANCEL_MEANINGS[view.cancel.status]}.`]),
  ];
}

function attemptLines({ attempts }: OrderView): readonly string[] {
  const last = attempts.at(-1);
  if (last === undefined) return ['It was never sent.'];
  const outcome = lookUp(OUTCOME_MEANINGS, last.outcome) ?? last.outcome;
  const evidence =
    typeof last.evidence === 'object' && last.evidence !== null
      ? ` (${evidenceText({ ...last.evidence })})`
      : '';
  const count = attempts.length === 1 ? 'One attempt' : `${attempts.length} attempts`;
  return [
    `${count} to send it; of the ${attempts.length === 1 ? 'one' : 'last one'}: ${outcome}${evidence}.`,
  ];
}
