import type { OrderStatus } from '../../domain/order.ts';
import type { UnixMs } from '../../domain/time.ts';
import { evidenceText } from './evidence-text.ts';
import { CANCEL_MEANINGS, OUTCOME_MEANINGS, reasonMeaning, type Wording } from './meanings.ts';
import { lookUp } from './read-detail.ts';
import { rebuildOrder } from './rebuild-order.ts';
import { momentText, whenText } from './time-text.ts';
import type { ToldOrder } from './told-order.ts';
import { tell } from './trail.ts';
import { type Outlook, whatNext } from './what-next.ts';

/** Why an order stands where it stands, in plain sentences. */
export interface Explanation {
  /** What was ordered. */
  readonly order: string;
  /** Where it stands and why. */
  readonly status: readonly string[];
  /** Says that older changes are not told here; absent when all are. */
  readonly earlier?: string;
  /** What happened, oldest first. */
  readonly trail: readonly ExplainedChange[];
  /** What happens next, and when. */
  readonly next: readonly string[];
}

/** One change of an order in a sentence, with the status that it led to. */
export interface ExplainedChange {
  readonly sequence: number;
  readonly at: UnixMs;
  readonly status: OrderStatus;
  readonly text: string;
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
export function explainOrder(view: ToldOrder, outlook: Outlook): Explanation {
  const order = rebuildOrder(view);
  const { history } = view;
  const left = (history[0]?.sequence ?? 1) - 1;
  return {
    order: termsText(view),
    status: statusLines(view, outlook),
    ...(left > 0 && {
      earlier: `${left} earlier changes are on the event bus; the newest ${history.length} are kept here.`,
    }),
    trail: history.map((entry) => {
      const { sequence, at, status } = entry;
      return { sequence, at, status, text: tell(entry, outlook) };
    }),
    next: whatNext(view, order, outlook),
  };
}

/** Writes what was ordered: `BUY 0.01 BTCUSD LIMIT at 95000 GTC`. */
export function termsText(view: ToldOrder): string {
  const size = view.quantity ?? (view.amount === undefined ? '?' : `for ${view.amount}`);
  const price = view.price === undefined ? '' : ` at ${view.price}`;
  return `${view.side} ${size} ${view.symbol} ${view.type}${price} ${view.timeInForce}`;
}

/** Sets an explanation as lines for a terminal. */
export function explanationLines(
  view: ToldOrder,
  explanation: Explanation,
  outlook: Outlook,
): readonly string[] {
  const earlier = explanation.earlier === undefined ? [] : [`  ${explanation.earlier}`];
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

function statusLines(view: ToldOrder, outlook: Outlook): readonly string[] {
  const meaning =
    lookUp(STATUS_MEANINGS, view.status) ?? 'A status that this program does not know.';
  const reason =
    view.reason === undefined
      ? []
      : [`Reason ${view.reason}: ${reasonMeaning(view.reason, outlook)}.`];
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
    ...attemptLines(view, outlook),
    ...(view.cancel === undefined
      ? []
      : [`Cancel ${view.cancel.status}: ${CANCEL_MEANINGS[view.cancel.status]}.`]),
  ];
}

function attemptLines({ attempts }: ToldOrder, wording: Wording): readonly string[] {
  const last = attempts.at(-1);
  if (last === undefined) return ['It was never sent.'];
  const outcome = lookUp(OUTCOME_MEANINGS, last.outcome) ?? last.outcome;
  // What was said to it before does not say that it is absent.
  const isSaid = last.outcome !== 'absent' && typeof last.evidence === 'object';
  const evidence =
    isSaid && last.evidence !== null ? ` (${evidenceText({ ...last.evidence }, wording)})` : '';
  const count = attempts.length === 1 ? 'One attempt' : `${attempts.length} attempts`;
  const which = attempts.length === 1 ? '' : ', the last';
  return [`${count} to send it${which}: ${outcome}${evidence}.`];
}
