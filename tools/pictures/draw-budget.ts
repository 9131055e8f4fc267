import { DEFAULT_SETTINGS } from '../../lib/application/settings.ts';
import { UNUSED_EGRESS } from '../../lib/domain/egress-budget.ts';
import { closeGate, openAfterProbe, passage } from '../../lib/domain/gate.ts';
import { type KeyBudget, planReservation, UNUSED_KEY } from '../../lib/domain/key-budget.ts';
import { SECOND_MS } from '../../lib/domain/time.ts';
import type { Mark, Picture, Point } from './svg.ts';

/** One request of the story: its slot, when the exchange counted it, and whether it was a probe. */
interface Sent {
  readonly slotAt: number;
  readonly arrivedAt: number;
  readonly probe: boolean;
}

/** What a key did on virtual time. */
interface Story {
  readonly sent: readonly Sent[];
  /** When a 429 came, which closes the gate, and until when. */
  readonly closedAt: number;
  readonly reopensAt: number;
  readonly openAt: number;
  readonly endsAt: number;
}

type Reason = 'throttled';

const LIMIT = 10;
/** On their way for so long; whole turns of a small table, so that the picture stays the same. */
const DELAYS_MS = [22, 31, 25, 38, 20, 29, 34, 23, 27, 36];
const COMPLAINT_AT = 2_400;
const PROBE_ANSWER_AFTER_MS = 60;
const KEY_ID = '0123456789abcdef';

/** Runs a key: everybody wants slots all the time, and once the exchange answers 429. */
export function runBudget(): Story {
  const { metering, submit } = DEFAULT_SETTINGS;
  let budget: KeyBudget<Reason> = UNUSED_KEY;
  const sent: Sent[] = [];
  const reserve = (now: number, until: number) => {
    const request = { keyId: KEY_ID, class: 'order' as const, count: LIMIT, weight: 1, now };
    const { answer, budget: after } = planReservation(
      { budget, egress: UNUSED_EGRESS },
      { ...request, limitPerSecond: LIMIT, reachMs: submit.reachMs },
      metering,
    );
    budget = after ?? budget;
    if (answer.kind !== 'reserved') return answer;
    for (const slotAt of answer.slots.filter((slot) => slot < until)) {
      const delayMs = DELAYS_MS[sent.length % DELAYS_MS.length] ?? 0;
      sent.push({ slotAt, arrivedAt: slotAt + delayMs, probe: answer.probe });
    }
    return answer;
  };

  // Slots that reach behind the complaint are met by the closed gate and never used.
  for (let now = 0; now < COMPLAINT_AT; now = nextAsk(reserve(now, COMPLAINT_AT), now));

  const until = COMPLAINT_AT + submit.suspensionMs;
  const gate = closeGate(budget.gate, { until, reason: 'throttled', now: COMPLAINT_AT });
  budget = { ...budget, gate };
  const first = reserve(until, until + SECOND_MS);
  if (first.kind !== 'reserved' || !first.probe) throw new RangeError('the first one is a probe');
  const openAt = (sent.at(-1)?.slotAt ?? until) + PROBE_ANSWER_AFTER_MS;
  if (passage(budget.gate, openAt).kind !== 'closed') throw new RangeError('one probe at a time');
  budget = { ...budget, gate: openAfterProbe(budget.gate, KEY_ID) };
  const endsAt = until + 1_600;
  for (let now = openAt; now < endsAt; now = nextAsk(reserve(now, endsAt), now));
  return { sent, closedAt: COMPLAINT_AT, reopensAt: until, openAt, endsAt };
}

function nextAsk(answer: { readonly kind: string; readonly at?: number }, now: number): number {
  return Math.max(now + 1, answer.at ?? now + 1);
}

/** How many requests the exchange counts in the second that ends at each arrival. */
export function countsOf(sent: readonly Sent[]): readonly (readonly [at: number, count: number])[] {
  const arrivals = sent.map(({ arrivedAt }) => arrivedAt).toSorted((one, other) => one - other);
  const inSecond = (at: number) =>
    arrivals.filter((one) => one > at - SECOND_MS && one <= at).length;
  const moments = [...arrivals, ...arrivals.map((at) => at + SECOND_MS)];
  return moments.toSorted((one, other) => one - other).map((at) => [at, inSecond(at)] as const);
}

const WIDTH = 760;
const HEIGHT = 306;
const LEFT = 120;
const RIGHT = 735;
const SLOTS_Y = 84;
const GATE_Y = 118;
const COUNT_TOP = 160;
const COUNT_BOTTOM = 270;
/** Width of the minute in which nothing happens. */
const BREAK = 40;

/** Draws it: slots, gate, and what the exchange counts against its limit. */
export function drawBudget(): Picture {
  const story = runBudget();
  const x = scaleOf(story);
  const counts = countsOf(story.sent);
  const most = Math.max(...counts.map(([, count]) => count));
  return {
    width: WIDTH,
    height: HEIGHT,
    title: 'The rate budget of one key',
    description: `Slots of a key that is wanted all the time. The exchange counts at most ${most} requests in any second, of ${LIMIT}. A 429 closes the gate for ${(story.reopensAt - story.closedAt) / SECOND_MS} s; then one probe leaves, and after its answer the others.`,
    marks: [
      {
        kind: 'text',
        x: 20,
        y: 28,
        text: 'A key that is wanted all the time, and a 429 because somebody else used it too',
        look: 'strong',
      },
      ...gateMarks(story, x),
      ...slotMarks(story, x),
      ...countMarks(counts, x, story),
      ...axis(story, x),
    ],
  };
}

function scaleOf(story: Story): (at: number) => number {
  const firstMs = story.closedAt + 300;
  const secondFrom = story.reopensAt - 200;
  const perMs = (RIGHT - LEFT - BREAK) / (firstMs + story.endsAt - secondFrom);
  return (at) => {
    if (at <= firstMs) return LEFT + at * perMs;
    if (at < secondFrom) return LEFT + firstMs * perMs + BREAK / 2;
    return LEFT + firstMs * perMs + BREAK + (at - secondFrom) * perMs;
  };
}

function slotMarks({ sent }: Story, x: (at: number) => number): readonly Mark[] {
  const probe = sent.find((one) => one.probe);
  return [
    { kind: 'text', x: 20, y: SLOTS_Y + 5, text: 'slots used', look: 'quiet' },
    { kind: 'line', from: [LEFT, SLOTS_Y], to: [RIGHT, SLOTS_Y], look: 'fine' },
    ...sent.map(({ slotAt }): Mark => {
      const at = x(slotAt);
      return {
        kind: 'box',
        from: [at - 1.2, SLOTS_Y - 9],
        to: [at + 1.2, SLOTS_Y + 9],
        look: 'sent',
      };
    }),
    ...(probe === undefined
      ? []
      : [
          {
            kind: 'text',
            x: x(probe.slotAt),
            y: SLOTS_Y - 16,
            text: 'probe',
            look: 'middle',
          } as const,
        ]),
  ];
}

function gateMarks(
  { closedAt, reopensAt, openAt }: Story,
  x: (at: number) => number,
): readonly Mark[] {
  const top = GATE_Y - 8;
  const bottom = GATE_Y + 8;
  return [
    { kind: 'text', x: 20, y: GATE_Y + 5, text: 'gate', look: 'quiet' },
    { kind: 'box', from: [LEFT, top], to: [x(closedAt), bottom], look: 'good' },
    { kind: 'box', from: [x(closedAt), top], to: [x(reopensAt), bottom], look: 'shut' },
    { kind: 'box', from: [x(reopensAt), top], to: [x(openAt), bottom], look: 'doubt' },
    { kind: 'box', from: [x(openAt), top], to: [RIGHT, bottom], look: 'good' },
    {
      kind: 'text',
      x: x(closedAt) / 2 + LEFT / 2,
      y: GATE_Y + 5,
      text: 'open',
      look: 'middle light',
    },
    {
      kind: 'text',
      x: x(openAt) / 2 + RIGHT / 2,
      y: GATE_Y + 5,
      text: 'open',
      look: 'middle light',
    },
    {
      kind: 'text',
      x: (x(closedAt) + x(reopensAt)) / 2,
      y: GATE_Y + 5,
      text: 'closed',
      look: 'middle',
    },
    {
      kind: 'line',
      from: [x(closedAt), SLOTS_Y - 22],
      to: [x(closedAt), COUNT_BOTTOM],
      look: 'dashed',
    },
    { kind: 'text', x: x(closedAt), y: SLOTS_Y - 28, text: '429', look: 'middle' },
  ];
}

function countMarks(
  counts: ReturnType<typeof countsOf>,
  x: (at: number) => number,
  { endsAt }: Story,
): readonly Mark[] {
  const y = (count: number) => COUNT_BOTTOM - (count / LIMIT) * (COUNT_BOTTOM - COUNT_TOP);
  const points: Point[] = [[LEFT, y(0)]];
  let before = 0;
  for (const [at, count] of counts.filter(([moment]) => moment <= endsAt)) {
    points.push([x(at), y(before)], [x(at), y(count)]);
    before = count;
  }
  points.push([RIGHT, y(before)]);
  return [
    { kind: 'text', x: 20, y: COUNT_TOP + 5, text: 'limit, 10', look: 'quiet' },
    { kind: 'line', from: [LEFT, COUNT_TOP], to: [RIGHT, COUNT_TOP], look: 'limit' },
    { kind: 'text', x: 20, y: COUNT_TOP + 48, text: 'counted in', look: 'quiet' },
    { kind: 'text', x: 20, y: COUNT_TOP + 64, text: 'the last', look: 'quiet' },
    { kind: 'text', x: 20, y: COUNT_TOP + 80, text: 'second', look: 'quiet' },
    { kind: 'line', from: [LEFT, COUNT_BOTTOM], to: [RIGHT, COUNT_BOTTOM] },
    { kind: 'path', points, look: 'curve' },
  ];
}

/** What is left out between the two halves is marked where it is left out. */
function axis({ reopensAt, endsAt }: Story, x: (at: number) => number): readonly Mark[] {
  const ticks = [0, 1_000, 2_000, reopensAt, reopensAt + SECOND_MS].filter((at) => at <= endsAt);
  const gap = x(reopensAt - 300);
  const cut = [gap - 4, gap + 4].map(
    (at): Mark => ({
      kind: 'line',
      from: [at - 3, COUNT_BOTTOM + 6],
      to: [at + 3, COUNT_BOTTOM - 6],
    }),
  );
  const marks = ticks.flatMap((at): readonly Mark[] => [
    { kind: 'line', from: [x(at), COUNT_BOTTOM], to: [x(at), COUNT_BOTTOM + 5] },
    {
      kind: 'text',
      x: x(at),
      y: COUNT_BOTTOM + 21,
      text: `${at / SECOND_MS} s`,
      look: 'middle quiet',
    },
  ]);
  return [...marks, ...cut];
}
