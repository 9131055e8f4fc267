import type { OrderEvent } from '../../lib/domain/events.ts';
import { evolve, evolveAll } from '../../lib/domain/evolve.ts';
import { InvariantError } from '../../lib/domain/invariant.ts';
import { ORDER_STATUSES, type Order, type OrderStatus } from '../../lib/domain/order.ts';
import { attemptStarted, limitTerms, NOON, received } from '../../test/support/order-events.ts';
import { doubted, rejected, reported, returned, WAY_TO } from '../../test/support/order-stories.ts';

/** A status, or `CANCELED` of an order that the exchange never had: it ended on our own word. */
type Place = OrderStatus | 'CANCELED_UNSENT';

/** What the code lets happen to an order: from one place to another, by which events. */
export interface Transition {
  readonly from: Place;
  readonly to: Place;
  readonly by: readonly OrderEvent['type'][];
}

const LATE = NOON + 200_000;

/** What the exchange may state of an order: open, partly or wholly executed, canceled. */
const REPORTS = [
  reported(),
  reported({ status: 'PARTIALLY_FILLED', executedQuantity: '0.2' }),
  reported({ status: 'FILLED', executedQuantity: '0.5', cumulativeQuote: '32500' }),
  reported({ status: 'CANCELED' }),
  reported({ status: 'CANCELED', executedQuantity: '0.2' }),
];

/** One event of every kind that can move an order, tried in every status. */
const EVENTS: readonly OrderEvent[] = [
  attemptStarted(),
  returned(),
  doubted(),
  rejected(),
  ...REPORTS,
  ...REPORTS.map((report) => ({ ...report, type: 'OrderResurrected' as const })),
  { type: 'AbsenceProven', at: LATE },
  { type: 'ResubmissionAllowed', at: LATE },
  { type: 'OrderDenied', at: LATE, code: 'HALTED', message: 'halted' },
  { type: 'OrderExpired', at: LATE },
  { type: 'OrderHeld', at: LATE, reason: 'ID_COLLISION' },
  { type: 'OrderCanceled', at: LATE },
];

const PATIENT = received({ terms: limitTerms({ onNeverPlaced: 'resubmit' }) });
const WANTED_CANCELED: OrderEvent = { type: 'CancelRequested', at: LATE };
const CANCELED_UNSENT: OrderEvent = { type: 'OrderCanceled', at: LATE };

/** Ways to every status: plain, of orders that may be sent again, and that are wanted canceled. */
const WAYS: readonly (readonly OrderEvent[])[] = [
  ...Object.values(WAY_TO),
  ...Object.values(WAY_TO).map((way) => [PATIENT, ...way.slice(1)]),
  ...Object.values(WAY_TO).map((way) => [...way, WANTED_CANCELED]),
  [...WAY_TO.RECEIVED, WANTED_CANCELED, CANCELED_UNSENT],
  // To be sent again after a proof of absence, which may turn out wrong.
  [PATIENT, attemptStarted(), doubted(), { type: 'ResubmissionAllowed', at: LATE }],
  // Canceled on that proof alone, and so still watched.
  [...WAY_TO.NEVER_PLACED, WANTED_CANCELED, CANCELED_UNSENT],
];
const ORDERS: readonly Order[] = WAYS.flatMap((way) => {
  const order = allowed(() => evolveAll(undefined, way));
  return order === undefined ? [] : [order];
});
const PLACES: readonly Place[] = [...ORDER_STATUSES, 'CANCELED_UNSENT'];

const WORDS: Partial<Readonly<Record<OrderEvent['type'], string>>> = {
  AttemptStarted: 'intent stored',
  AttemptReturned: 'surely not placed',
  OrderDoubted: 'no proof',
  ExecutionReported: 'the exchange has it',
  OrderResurrected: 'found after all',
  AbsenceProven: 'absence proven',
  ResubmissionAllowed: 'absent, may be sent again',
  OrderExpired: 'too late',
  OrderCanceled: 'canceled',
};

/** What the exchange has, or had. One arrow to all of them is drawn as one. */
const AT_EXCHANGE: readonly Place[] = [
  'NEW',
  'PARTIALLY_FILLED',
  'FILLED',
  'CANCELED',
  'PARTIALLY_CANCELED',
];

/** Tries every event in every place, and keeps what the code allows and what changes the place. */
export function transitions(): readonly Transition[] {
  return PLACES.flatMap((from) => {
    const found = new Map<Place, Set<OrderEvent['type']>>();
    for (const order of ORDERS.filter((one) => placeOf(one) === from)) {
      for (const event of EVENTS) {
        const to = placeAfter(order, event);
        if (to === undefined || to === from) continue;
        found.set(to, (found.get(to) ?? new Set()).add(event.type));
      }
    }
    return [...found].map(([to, by]) => ({ from, to, by: [...by] }));
  });
}

function placeOf({ status, exchangeOrderId }: Order): Place {
  return status === 'CANCELED' && exchangeOrderId === undefined ? 'CANCELED_UNSENT' : status;
}

function placeAfter(order: Order, event: OrderEvent): Place | undefined {
  return allowed(() => placeOf(evolve(order, event)));
}

/** Gives what comes of a change, or nothing where the state machine refuses it. */
function allowed<Result>(change: () => Result): Result | undefined {
  try {
    return change();
  } catch (error) {
    if (error instanceof InvariantError) return undefined;
    throw error;
  }
}

/** Writes the state machine as a mermaid diagram, which GitHub draws. */
export function stateDiagram(): string {
  const all = transitions();
  const within = all.filter(
    ({ from, to }) => AT_EXCHANGE.includes(from) && AT_EXCHANGE.includes(to),
  );
  const others = PLACES.filter((place) => !AT_EXCHANGE.includes(place));
  return [
    'stateDiagram-v2',
    '  state "CANCELED, unsent" as CANCELED_UNSENT',
    '  state "at the exchange" as EXCHANGE {',
    ...within.map(({ from, to }) => `    ${from} --> ${to}`),
    '  }',
    '  [*] --> RECEIVED',
    ...others.flatMap((from) => arrowsFrom(from, all)),
    ...arrowsOut(all),
  ].join('\n');
}

/** Arrows of one status; those to everything that the exchange may have are one. */
function arrowsFrom(from: Place, all: readonly Transition[]): readonly string[] {
  const mine = all.filter((one) => one.from === from);
  const isGrouped = AT_EXCHANGE.every((to) => mine.some((one) => one.to === to));
  const single = mine.filter(({ to }) => !(isGrouped && AT_EXCHANGE.includes(to)));
  const grouped = mine.find(({ to }) => to === AT_EXCHANGE[0]);
  return [
    ...single.map(arrow),
    ...(isGrouped && grouped !== undefined
      ? [`  ${from} --> EXCHANGE: ${wordsOf(grouped.by)}`]
      : []),
  ];
}

/** What leaves the exchange's own statuses, from any of them by the same event. */
function arrowsOut(all: readonly Transition[]): readonly string[] {
  const out = all.filter(({ from, to }) => AT_EXCHANGE.includes(from) && !AT_EXCHANGE.includes(to));
  return out.map(arrow);
}

/** Where the name of the target says it all, words would only stand in the way. */
function arrow({ from, to, by }: Transition): string {
  const isPlain = to === 'HELD' || to === 'REJECTED' || to === 'DENIED';
  return `  ${from} --> ${to}${isPlain ? '' : `: ${wordsOf(by)}`}`;
}

function wordsOf(by: readonly OrderEvent['type'][]): string {
  return by.map((type) => WORDS[type] ?? type).join(', or ');
}
