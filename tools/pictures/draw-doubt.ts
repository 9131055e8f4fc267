import { DEFAULT_SETTINGS } from '../../lib/application/settings.ts';
import { ABSENCE_RULES, nextAbsenceAt, observeAbsence } from '../../lib/domain/absence.ts';
import { evolveAll } from '../../lib/domain/evolve.ts';
import { InvariantError } from '../../lib/domain/invariant.ts';
import type { Absence, Order } from '../../lib/domain/order.ts';
import { SECOND_MS } from '../../lib/domain/time.ts';
import { attemptStarted, NOON, received } from '../../test/support/order-events.ts';
import { doubted } from '../../test/support/order-stories.ts';
import type { Mark, Picture } from './svg.ts';

/** One question on virtual time, and what it did. */
interface Question {
  readonly source: Absence['source'];
  readonly at: number;
  readonly counts: boolean;
}

/** A doubt from the send to the verdict. */
interface Doubt {
  readonly sentAt: number;
  readonly doubtedAt: number;
  readonly fenceAt: number;
  readonly horizonAt: number;
  readonly provenAt: number;
  readonly questions: readonly Question[];
}

/** The lists are read right behind the query, in the next free slot. */
const LISTS_BEHIND_MS = 500;
/** A reconciler that is awake looks so soon after a change, fence or not. */
const FIRST_LOOK_MS = 2_000;
const QUESTIONS_MAX = 50;

const WIDTH = 760;
const HEIGHT = 270;
const LEFT = 110;
const RIGHT = 615;
const LANES = { order: 92, query: 142, 'open-orders-and-history': 186 } as const;
const TOP = 62;
const BOTTOM = 212;

/** Runs a doubt about an order that the exchange never got, by the rules for real money. */
export function runDoubt(): Doubt {
  const { submit } = DEFAULT_SETTINGS;
  const startedAt = NOON + SECOND_MS;
  const sendBy = startedAt + submit.sendWithinMs;
  const fenceAt = sendBy + submit.recvWindowMs + submit.clockErrorMs;
  const { recvWindowMs } = submit;
  const doubtedAt = startedAt + SECOND_MS / 2;
  let order = evolveAll(undefined, [
    received(),
    attemptStarted({ at: startedAt, sendBy, fenceAt, recvWindowMs }),
    doubted({ at: doubtedAt }),
  ]);

  const questions: Question[] = [];
  const ask = (source: Absence['source'], at: number) => {
    const events = observeAbsence(order, source, at, ABSENCE_RULES);
    questions.push({ source, at, counts: events.length > 0 });
    order = evolveAll(order, events);
  };
  let at = doubtedAt + FIRST_LOOK_MS;
  while (order.status === 'IN_DOUBT' && questions.length < QUESTIONS_MAX) {
    ask('query', at);
    if (order.status === 'IN_DOUBT') ask('open-orders-and-history', at + LISTS_BEHIND_MS);
    at = nextLook(order, at);
  }
  if (order.status !== 'NEVER_PLACED') throw new InvariantError('the doubt of the picture ends');
  const horizonAt = fenceAt + ABSENCE_RULES.horizonMs;
  return { sentAt: startedAt, doubtedAt, fenceAt, horizonAt, provenAt: order.updatedAt, questions };
}

function nextLook(order: Order, at: number): number {
  return Math.max(nextAbsenceAt(order, ABSENCE_RULES) ?? at, at + LISTS_BEHIND_MS);
}

/** Draws it: the fence, the horizon, each question, and what it said. */
export function drawDoubt(): Picture {
  const doubt = runDoubt();
  const from = doubt.sentAt;
  const x = scaleOf(from, doubt.provenAt);
  const seconds = (at: number) => `${Math.round((at - from) / 100) / 10} s`;
  const counted = doubt.questions.filter(({ counts }) => counts).length;
  return {
    width: WIDTH,
    height: HEIGHT,
    title: 'How a doubt about an order that never arrived ends',
    description: `Sent at 0, in doubt after ${seconds(doubt.doubtedAt)}, fence at ${seconds(doubt.fenceAt)}, horizon at ${seconds(doubt.horizonAt)}. Of ${doubt.questions.length} questions ${counted} count; after the last one, at ${seconds(doubt.provenAt)}, the order is NEVER PLACED.`,
    marks: [
      { kind: 'text', x: 20, y: 28, text: 'An order that the exchange never got', look: 'strong' },
      ...lanes(),
      {
        kind: 'box',
        from: [x(from), LANES.order - 7],
        to: [x(doubt.doubtedAt), LANES.order + 7],
        look: 'sent',
      },
      {
        kind: 'box',
        from: [x(doubt.doubtedAt), LANES.order - 7],
        to: [x(doubt.provenAt), LANES.order + 7],
        look: 'doubt',
      },
      {
        kind: 'text',
        x: (x(doubt.fenceAt) + x(doubt.horizonAt)) / 2,
        y: LANES.order + 5,
        text: 'IN_DOUBT',
        look: 'middle',
      },
      { kind: 'dot', at: [x(doubt.provenAt), LANES.order], radius: 7, look: 'verdict' },
      { kind: 'text', x: RIGHT + 16, y: LANES.order + 5, text: 'NEVER_PLACED', look: 'strong' },
      { kind: 'text', x: x(from), y: TOP - 6, text: 'sent', look: 'middle' },
      ...upright(x(doubt.fenceAt), 'fence', seconds(doubt.fenceAt)),
      ...upright(x(doubt.horizonAt), 'horizon', seconds(doubt.horizonAt)),
      ...doubt.questions.map((question) => markOf(question, x)),
      ...legend(),
    ],
  };
}

function scaleOf(from: number, to: number): (at: number) => number {
  return (at) => LEFT + ((at - from) / (to - from)) * (RIGHT - LEFT);
}

function lanes(): readonly Mark[] {
  const named = [
    ['the order', LANES.order],
    ['query by id', LANES.query],
    ['both lists', LANES['open-orders-and-history']],
  ] as const;
  return named.flatMap(([text, y]): readonly Mark[] => [
    { kind: 'text', x: 20, y: y + 5, text, look: 'quiet' },
    { kind: 'line', from: [LEFT, y], to: [RIGHT, y], look: 'fine' },
  ]);
}

function upright(x: number, name: string, when: string): readonly Mark[] {
  return [
    { kind: 'line', from: [x, TOP], to: [x, BOTTOM], look: 'dashed' },
    { kind: 'text', x, y: TOP - 6, text: name, look: 'middle' },
    { kind: 'text', x, y: BOTTOM + 15, text: when, look: 'middle quiet' },
  ];
}

function markOf({ source, at, counts }: Question, x: (at: number) => number): Mark {
  return { kind: 'dot', at: [x(at), LANES[source]], radius: 5, look: counts ? 'counts' : 'ring' };
}

function legend(): readonly Mark[] {
  const y = HEIGHT - 18;
  return [
    { kind: 'dot', at: [26, y - 4], radius: 5, look: 'counts' },
    { kind: 'text', x: 38, y, text: 'not found, counts', look: 'quiet' },
    { kind: 'dot', at: [176, y - 4], radius: 5, look: 'ring' },
    { kind: 'text', x: 188, y, text: 'not found, says nothing yet, or nothing new', look: 'quiet' },
  ];
}
