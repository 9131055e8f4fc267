import { isCancelPending } from '../../domain/cancel.ts';
import {
  type Absence,
  isWatched,
  latestAttempt,
  type Order,
  type OrderStatus,
} from '../../domain/order.ts';
import { lacksFills } from '../../domain/record-fills.ts';
import { type ReviewRules, reviewAt } from '../../domain/review-schedule.ts';
import type { UnixMs } from '../../domain/time.ts';
import { CANCEL_MEANINGS, GATE_MEANINGS, type Wording } from './meanings.ts';
import { lookUp } from './read-detail.ts';
import { spanText, type TimeView, whenText } from './time-text.ts';
import type { ToldAccount, ToldGate, ToldOrder } from './told-order.ts';

/** What decides what happens next beside the order itself. */
export interface Outlook extends TimeView, Wording {
  readonly rules: ReviewRules;
  /** Gates and the kill switch; undefined when they could not be read. */
  readonly account?: ToldAccount | undefined;
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
export function whatNext(view: ToldOrder, order: Order, outlook: Outlook): readonly string[] {
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
function closedGate({
  egress,
  keys,
}: ToldAccount): Extract<ToldGate, { kind: 'closed' }> | undefined {
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
  const horizonAt = fenceAt + rules.horizonMs;
  const past = new Set(
    order.absences.filter(({ at }) => at >= horizonAt).map(({ source }) => source),
  );
  return [
    `The next look is due ${latest(order, outlook)}. Found anywhere, the doubt ends at once.`,
    now < fenceAt
      ? `Until the fence, ${whenText(fenceAt, outlook)}, the exchange may still begin to accept it: no not-found counts.`
      : `The fence was ${whenText(fenceAt, outlook)}: the exchange cannot begin to accept it any more. Not-founds counted since: ${countedText(order.absences)}.`,
    `Absence can be proven from ${whenText(horizonAt, outlook)} on (fence and horizon of ${spanText(rules.horizonMs)}), by at least ${rules.observationsMin} not-founds; from then on both sources have to say it once more: ${past.size} of 2 did.`,
    `${afterProof(order, horizonAt, now)} Errors and silence prove nothing.`,
  ];
}

function countedText(absences: readonly Absence[]): string {
  const byId = absences.filter(({ source }) => source === 'query').length;
  return `${byId} by client order id, ${absences.length - byId} in the lists of open and past orders`;
}

/** What a proof of absence leads to, as far as it is known now. */
function afterProof(order: Order, horizonAt: UnixMs, now: UnixMs): string {
  if (latestAttempt(order)?.outcome === 'duplicate') {
    return 'Once proven, it becomes HELD: the exchange said before that it has this id.';
  }
  const { onNeverPlaced, validUntil } = order.terms;
  const mayResend = onNeverPlaced === 'resubmit' && !isCancelPending(order);
  if (mayResend && Math.max(horizonAt, now) < validUntil) {
    return 'Once proven, it may be sent again under the same id, while its deadline allows.';
  }
  return 'Once proven, it becomes NEVER_PLACED.';
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

function cancelStep({ cancel }: ToldOrder, order: Order): readonly string[] {
  if (cancel === undefined || !isCancelPending(order)) return [];
  return [`Its cancel: ${CANCEL_MEANINGS[cancel.status]}.`];
}

/** The latest moment of the next look: a look at this moment would ask for none later. */
function latest(order: Order, { now, rules, zone }: Outlook): string {
  const at = reviewAt(order, now, rules);
  if (at === undefined) return 'never by itself';
  return at <= now ? 'now' : `by ${whenText(at, { now, zone })}`;
}
