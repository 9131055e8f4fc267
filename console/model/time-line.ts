import type { OrderChange, OrderResource } from './resources.ts';
import { timeScaleOf } from './time-scale.ts';

/** A line of the picture. */
export type LaneName = 'sent' | 'doubt' | 'exchange' | 'trades' | 'cancel';

/** How a mark or span is drawn; says what it means, not its colour. */
export type Tone = 'plain' | 'good' | 'doubt' | 'bad' | 'quiet';

/** A moment on a lane. */
export interface Mark {
  readonly lane: LaneName;
  readonly at: number;
  /** From 0 to 1. */
  readonly place: number;
  readonly shape: 'dot' | 'ring' | 'bar' | 'diamond';
  readonly tone: Tone;
  readonly label: string;
}

/** A stretch of time on a lane. */
export interface Span {
  readonly lane: LaneName;
  readonly from: number;
  readonly to: number;
  readonly place: number;
  readonly width: number;
  readonly tone: Tone;
  readonly label: string;
}

/** A moment that matters on every lane: the fence, the horizon, now. */
export interface Line {
  readonly name: 'fence' | 'horizon' | 'now';
  readonly at: number;
  readonly place: number;
  readonly label: string;
}

/** The picture of one order's life, ready to be drawn at any width. */
export interface TimeLine {
  readonly from: number;
  readonly to: number;
  readonly lanes: readonly LaneName[];
  readonly marks: readonly Mark[];
  readonly spans: readonly Span[];
  readonly lines: readonly Line[];
}

type BareMark = Omit<Mark, 'place' | 'at'>;
type BareSpan = Omit<Span, 'place' | 'width'>;

const LANES: readonly LaneName[] = ['sent', 'doubt', 'exchange', 'trades', 'cancel'];

const MARKS: ReadonlyMap<string, BareMark> = new Map<string, BareMark>([
  ['OrderReceived', { lane: 'sent', shape: 'ring', tone: 'plain', label: 'received' }],
  ['OrderDenied', { lane: 'sent', shape: 'diamond', tone: 'bad', label: 'denied' }],
  ['OrderExpired', { lane: 'sent', shape: 'diamond', tone: 'bad', label: 'expired' }],
  ['PreparationFailed', { lane: 'sent', shape: 'dot', tone: 'bad', label: 'handling failed' }],
  ['AttemptReturned', { lane: 'sent', shape: 'ring', tone: 'quiet', label: 'came back' }],
  ['OrderDoubted', { lane: 'doubt', shape: 'dot', tone: 'doubt', label: 'in doubt' }],
  ['AbsenceObserved', { lane: 'doubt', shape: 'bar', tone: 'plain', label: 'not found' }],
  ['AbsenceProven', { lane: 'doubt', shape: 'diamond', tone: 'bad', label: 'never placed' }],
  [
    'ResubmissionAllowed',
    { lane: 'doubt', shape: 'diamond', tone: 'plain', label: 'may be sent again' },
  ],
  ['OrderHeld', { lane: 'doubt', shape: 'diamond', tone: 'bad', label: 'held' }],
  ['OrderRejected', { lane: 'exchange', shape: 'diamond', tone: 'bad', label: 'rejected' }],
  ['ExecutionReported', { lane: 'exchange', shape: 'dot', tone: 'good', label: 'reported' }],
  ['OrderResurrected', { lane: 'exchange', shape: 'dot', tone: 'good', label: 'found after all' }],
  ['OrderMissed', { lane: 'exchange', shape: 'bar', tone: 'doubt', label: 'not seen' }],
  ['ExecutionCorrected', { lane: 'exchange', shape: 'ring', tone: 'good', label: 'corrected' }],
  ['ExecutionExceeded', { lane: 'exchange', shape: 'diamond', tone: 'bad', label: 'exceeded' }],
  ['FillCorrected', { lane: 'trades', shape: 'ring', tone: 'plain', label: 'trade corrected' }],
  ['CancelRequested', { lane: 'cancel', shape: 'ring', tone: 'plain', label: 'cancel asked for' }],
  ['CancelStarted', { lane: 'cancel', shape: 'dot', tone: 'plain', label: 'cancel sent' }],
  ['CancelAnswered', { lane: 'cancel', shape: 'bar', tone: 'plain', label: 'cancel answered' }],
  ['OrderCanceled', { lane: 'cancel', shape: 'diamond', tone: 'plain', label: 'canceled unsent' }],
]);

/** Changes that rest on not-founds. */
const ABSENT = ['AbsenceObserved', 'AbsenceProven', 'ResubmissionAllowed'];

/** While one of these, the order may still change by itself: the picture reaches until now. */
const LIVE = ['RECEIVED', 'SENDING', 'IN_DOUBT', 'NEW', 'PARTIALLY_FILLED'];

/**
 * Lays out an order's life: what was sent, how long it was in doubt, what the exchange stated.
 *
 * @param horizonMs - how long silence has to last after the fence
 */
export function timeLineOf(
  order: OrderResource,
  { now, horizonMs }: { readonly now: number; readonly horizonMs: number },
): TimeLine {
  const isLive = LIVE.includes(order.status);
  const end = isLive ? now : Math.max(order.updatedAt, ...order.fills.map(({ at }) => at));
  const spans = [...attemptSpans(order, end), ...doubtSpans(order, end)];
  const bare = [...changeMarks(order), ...fillMarks(order)];
  const lines = linesOf(order, { now, horizonMs, isLive });
  const moments = [
    order.createdAt,
    ...bare,
    ...lines,
    ...spans.flatMap(({ from, to }) => [from, to]),
  ].map((one) => (typeof one === 'number' ? one : one.at));
  const scale = timeScaleOf(moments);
  const marks = bare.map((mark) => ({ ...mark, place: scale.placeOf(mark.at) }));
  const used = new Set([...marks, ...spans].map(({ lane }) => lane));
  return {
    from: Math.min(...moments),
    to: Math.max(...moments),
    lanes: LANES.filter((lane) => used.has(lane)),
    marks,
    spans: spans.map((span) => {
      const place = scale.placeOf(span.from);
      return { ...span, place, width: scale.placeOf(span.to) - place };
    }),
    lines: lines.map((line) => ({ ...line, place: scale.placeOf(line.at) })),
  };
}

function attemptSpans({ attempts }: OrderResource, end: number): readonly BareSpan[] {
  return attempts.map(({ startedAt, sentAt, evidence, outcome }, index) => ({
    lane: 'sent',
    from: startedAt,
    to: Math.max(startedAt, evidence?.at ?? sentAt ?? end),
    tone: toneOf(outcome),
    label: attempts.length === 1 ? `attempt: ${outcome}` : `attempt ${index + 1}: ${outcome}`,
  }));
}

function toneOf(outcome: string): Tone {
  if (outcome === 'accepted') return 'good';
  if (outcome === 'rejected') return 'bad';
  return ['unknown', 'duplicate', 'absent'].includes(outcome) ? 'doubt' : 'quiet';
}

/** From each doubt to the change that ended it. */
function doubtSpans({ history }: OrderResource, end: number): readonly BareSpan[] {
  const spans: BareSpan[] = [];
  let from: number | undefined;
  for (const { status, at } of history) {
    if (status === 'IN_DOUBT') {
      from ??= at;
    } else if (from !== undefined) {
      spans.push({ lane: 'doubt', from, to: at, tone: 'doubt', label: 'in doubt' });
      from = undefined;
    }
  }
  if (from !== undefined)
    spans.push({ lane: 'doubt', from, to: end, tone: 'doubt', label: 'in doubt' });
  return spans;
}

function changeMarks({ history }: OrderResource): readonly (BareMark & { readonly at: number })[] {
  return history.flatMap((change) => {
    const mark = MARKS.get(change.type);
    return mark === undefined ? [] : [{ ...mark, label: labelOf(change, mark), at: change.at }];
  });
}

function labelOf({ type, status, source }: OrderChange, { label }: BareMark): string {
  if (type === 'ExecutionReported' || type === 'OrderResurrected') return status;
  return type === 'AbsenceObserved' && source === 'query' ? 'not found by id' : label;
}

function fillMarks({ fills }: OrderResource): readonly (BareMark & { readonly at: number })[] {
  return fills.map(({ at, quantity, price }) => ({
    lane: 'trades',
    at,
    shape: 'dot',
    tone: 'good',
    label: `${quantity} at ${price}`,
  }));
}

/** The fence matters to a doubt that reaches it, the horizon to one that absence may end. */
function linesOf(
  { attempts, history, status }: OrderResource,
  {
    now,
    horizonMs,
    isLive,
  }: { readonly now: number; readonly horizonMs: number; readonly isLive: boolean },
): readonly Omit<Line, 'place'>[] {
  const lines: Omit<Line, 'place'>[] = [];
  const fenceAt = attempts.at(-1)?.fenceAt;
  const isAbsent = history.some(({ type }) => ABSENT.includes(type));
  if (fenceAt !== undefined && (status === 'IN_DOUBT' || isAbsent)) {
    lines.push({ name: 'fence', at: fenceAt, label: 'fence' });
    lines.push({ name: 'horizon', at: fenceAt + horizonMs, label: 'horizon' });
  }
  if (isLive) lines.push({ name: 'now', at: now, label: 'now' });
  return lines;
}
