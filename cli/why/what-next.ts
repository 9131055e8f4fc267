import type { Account, Gate, Order as OrderView } from '../../client/index.ts';
import { isCancelPending } from '../../lib/domain/cancel.ts';
import { isWatched, latestAttempt, type Order, type OrderStatus } from '../../lib/domain/order.ts';
import { lacksFills } from '../../lib/domain/record-fills.ts';
import { type ReviewRules, reviewAt } from '../../lib/domain/review-schedule.ts';
import { spanText, type TimeView, whenText } from '../text/time-text.ts';
import { CANCEL_MEANINGS, GATE_MEANINGS, SOURCE_MEANINGS } from './meanings.ts';
import { lookUp } from './read-detail.ts';

/** What decides what happens next beside the order itself. */
export interface Outlook extends TimeView {
  readonly rules: ReviewRules;
  /** Gates and the kill switch; undefined when they could not be read. */
  readonly account?: Account | undefined;
}

type Step = (order: Order, outlook: Outlook) => readonly string[];

/** What happens next, for every status. */
export const NEXT_STEPS: Readonly<Record<OrderStatus, Step>> = {
  RECEIVED: (order, outlook) => [...waitsFor(order, outlook), ...deadline(order, outlook)],
  SENDING: (order, outlook) => [
    'An answer of the exchange is stored within seconds.',
    `If none is, the order becomes IN_DOUBT ${latest(order, outlook)} and is looked up, never sent again blindly.`,
  ],
  IN_DOUBT: proof,
  NEW: followed,
  PARTIALLY_FILLED: followed,
  FILLED: ended,
  CANCELED: ended,
  PARTIALLY_CANCELED: ended,
  REJECTED: () => ['This is the end: the exchange never took it. A new order needs a new id.'],
  DENIED: () => ['This is the end: nothing was sent. A new order needs a new id.'],
  EXPIRED: () => ['This is the end: nothing of it is at the exchange. A new order needs a new id.'],
  NEVER_PLACED: secondLooks,
  HELD: () => [
    'Nothing happens by itself: a person compares it with what the exchange shows, and decides.',
    'See docs/runbook.md, "order-held".',
  ],
};

/** Says what happens next with an order, and when. */
export function whatNext(view: OrderView, order: Order, outlook: Outlook): readonly string[] {
  const steps = lookUpStep(view.status)?.(order, outlook);
  if (steps === undefined) return ['This program does not know that status: a newer one does.'];
  return [...steps, ...cancelStep(view, order)];
}

function lookUpStep(status: string): Step | undefined {
  return Object.entries(NEXT_STEPS).find(([name]) => name === status)?.[1];
}

function waitsFor(order: Order, { account, now, zone }: Outlook): readonly string[] {
  const gate = account && closedGate(account);
  const halt = account?.halted
    ? [
        `The account is halted (${account.reason ?? 'no reason given'}): it will be DENIED when its turn comes.`,
      ]
    : [];
  if (gate !== undefined) {
    const why = lookUp(GATE_MEANINGS, gate.reason) ?? gate.reason;
    const until =
      gate.until === 'operator'
        ? 'until a person opens it (hashkey-orders open-gate)'
        : `until ${whenText(gate.until, { now, zone })}`;
    return [`It waits: a gate is closed ${until}, because ${why}.`, ...halt];
  }
  if (order.terms.replaces !== undefined && order.attempts.length === 0) {
    return [`It waits until order ${order.terms.replaces} is over without a trade.`, ...halt];
  }
  return ['It waits for its turn in the queue and for a slot of the rate budget.', ...halt];
}

/** The closed gate that lasts longest, if nothing can leave. */
function closedGate({ egress, keys }: Account): Extract<Gate, { kind: 'closed' }> | undefined {
  if (egress.gate.kind === 'closed') return egress.gate;
  const closed = keys.flatMap(({ gate }) => (gate.kind === 'closed' ? [gate] : []));
  return closed.length === keys.length ? closed[0] : undefined;
}

function deadline({ terms }: Order, { now, zone }: Outlook): readonly string[] {
  const when = whenText(terms.validUntil, { now, zone });
  return now < terms.validUntil
    ? [`If it is not sent by ${when}, it becomes EXPIRED and is never sent.`]
    : [`Its deadline was ${when}: it becomes EXPIRED at the next look and is never sent.`];
}

function proof(order: Order, outlook: Outlook): readonly string[] {
  const { rules, now } = outlook;
  const fenceAt = latestAttempt(order)?.fenceAt ?? order.updatedAt;
  const sources = [...new Set(order.absences.map(({ source }) => SOURCE_MEANINGS[source]))];
  const from = sources.length === 0 ? '' : ` (${sources.join('; ')})`;
  const counted = `${order.absences.length} authoritative not-founds are counted${from}.`;
  const ending =
    order.terms.onNeverPlaced === 'resubmit'
      ? 'it may then be sent again under the same id, while its deadline allows'
      : 'it then becomes NEVER_PLACED';
  return [
    `The next look is due ${latest(order, outlook)}. Found anywhere, the doubt ends at once.`,
    now < fenceAt
      ? `Until the fence, ${whenText(fenceAt, outlook)}, the exchange may still begin to accept it: no not-found counts.`
      : `The fence was ${whenText(fenceAt, outlook)}: the exchange cannot begin to accept it any more. ${counted}`,
    `Absence can be proven from ${whenText(fenceAt + rules.horizonMs, outlook)} on (fence and horizon of ${spanText(rules.horizonMs)}), by at least ${rules.observationsMin} not-founds from two sources; ${ending}. Errors and silence prove nothing.`,
  ];
}

function followed(order: Order, outlook: Outlook): readonly string[] {
  const missing =
    order.missingAt.length > 0
      ? [
          `It was not found ${order.missingAt.length} times in a row; after three a person is asked.`,
        ]
      : [];
  return [
    `It is open at the exchange until it fills, is canceled there, or somebody cancels it here. The next look is due ${latest(order, outlook)}.`,
    ...missing,
  ];
}

function ended(order: Order, outlook: Outlook): readonly string[] {
  if (isWatched(order)) return secondLooks(order, outlook);
  if (lacksFills(order)) {
    return [
      `The order is over. Its trades do not add up yet; they are asked for again ${latest(order, outlook)}.`,
    ];
  }
  return ['This is the end: nothing more is expected.'];
}

function secondLooks(order: Order, outlook: Outlook): readonly string[] {
  const next = reviewAt(order, outlook.now, outlook.rules);
  const looks =
    next === undefined
      ? 'All second looks are done; a list that shows it would still move it on.'
      : `To be sure, it is looked for again at ${whenText(next, outlook)}.`;
  return [
    looks,
    'Should the exchange have it after all, the order moves on and an alarm speaks up.',
  ];
}

function cancelStep({ cancel }: OrderView, order: Order): readonly string[] {
  if (cancel === undefined || !isCancelPending(order)) return [];
  return [`Its cancel: ${CANCEL_MEANINGS[cancel.status]}.`];
}

/** The latest moment of the next look: a look at this moment would ask for none later. */
function latest(order: Order, { now, rules, zone }: Outlook): string {
  const at = reviewAt(order, now, rules);
  if (at === undefined) return 'never by itself';
  return at <= now ? 'now' : `by ${whenText(at, { now, zone })}`;
}
