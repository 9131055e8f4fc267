import { spanText } from './format.ts';
import type { LaneName, Line, Mark, Span, TimeLine } from './time-line.ts';

/** Where a text sits on its x. */
export type Anchor = 'start' | 'middle' | 'end';

/** A mark in pixels, with its words where there is room for them. */
export interface DrawnMark extends Mark {
  readonly x: number;
  readonly y: number;
  readonly text: { readonly x: number; readonly anchor: Anchor } | undefined;
}

/** A time-line in pixels. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly lanes: readonly {
    readonly name: LaneName;
    readonly y: number;
    readonly title: string;
  }[];
  readonly marks: readonly DrawnMark[];
  readonly spans: readonly (Omit<Span, 'width'> & {
    readonly x: number;
    readonly y: number;
    readonly width: number;
  })[];
  readonly lines: readonly (Line & {
    readonly x: number;
    readonly textY: number;
    readonly anchor: Anchor;
  })[];
  readonly ticks: readonly { readonly x: number; readonly text: string; readonly anchor: Anchor }[];
}

const TITLES: Readonly<Record<LaneName, string>> = {
  sent: 'sent',
  doubt: 'doubt',
  exchange: 'exchange',
  trades: 'trades',
  cancel: 'cancel',
};

const LABELS_PX = 64;
const EDGE_PX = 10;
const TOP_PX = 34;
const LANE_PX = 40;
const FOOT_PX = 26;
/** Of the text size that the page uses here; a little too wide is better than overlapping. */
const CHARACTER_PX = 6.4;
const TEXT_GAP_PX = 8;

/** Puts a time-line on so many pixels; leaves out words that would cover one another. */
export function drawTimeLine(timeLine: TimeLine, width: number): Drawing {
  const right = Math.max(LABELS_PX + 4 * EDGE_PX, width) - EDGE_PX;
  const xOf = (place: number) =>
    Math.round(10 * (LABELS_PX + EDGE_PX + place * (right - LABELS_PX - EDGE_PX))) / 10;
  const yOf = (lane: LaneName) => TOP_PX + (timeLine.lanes.indexOf(lane) + 0.6) * LANE_PX;
  const bottom = TOP_PX + timeLine.lanes.length * LANE_PX;
  return {
    width: right + EDGE_PX,
    height: bottom + FOOT_PX,
    left: LABELS_PX,
    right,
    top: TOP_PX - 4,
    bottom,
    lanes: timeLine.lanes.map((name) => ({ name, y: yOf(name), title: TITLES[name] })),
    marks: timeLine.lanes.flatMap((lane) =>
      labelled(
        timeLine.marks.filter((mark) => mark.lane === lane),
        { xOf, y: yOf(lane), right },
      ),
    ),
    spans: timeLine.spans.map((span) => ({
      ...span,
      x: xOf(span.place),
      y: yOf(span.lane),
      width: Math.max(2, xOf(span.place + span.width) - xOf(span.place)),
    })),
    lines: timeLine.lines.map((line, index) => {
      const x = xOf(line.place);
      return {
        ...line,
        x,
        textY: index % 2 === 0 ? 12 : 25,
        anchor: anchorOf(x, line.label, right),
      };
    }),
    ticks: ticksOf(timeLine, { xOf, right }),
  };
}

/** Gives marks their words where these cover no others; verdicts come first. */
function labelled(
  marks: readonly Mark[],
  { xOf, y, right }: { xOf: (place: number) => number; y: number; right: number },
): readonly DrawnMark[] {
  const taken: (readonly [number, number])[] = [];
  const words = new Map<Mark, DrawnMark['text']>();
  const byRank = marks.toSorted((one, two) => rankOf(one) - rankOf(two) || one.at - two.at);
  for (const mark of byRank) {
    const x = xOf(mark.place);
    const anchor = anchorOf(x, mark.label, right);
    const [from, to] = extentOf(x, mark.label, anchor);
    if (from < LABELS_PX) continue;
    if (taken.some(([start, end]) => from < end + TEXT_GAP_PX && start < to + TEXT_GAP_PX))
      continue;
    taken.push([from, to]);
    words.set(mark, { x, anchor });
  }
  return marks.map((mark) => ({ ...mark, x: xOf(mark.place), y, text: words.get(mark) }));
}

function rankOf({ shape }: Mark): number {
  return shape === 'diamond' ? 0 : 1;
}

/** Times since the beginning, at the marks that have room for them. */
function ticksOf(
  { marks, lines, from, to }: TimeLine,
  { xOf, right }: { xOf: (place: number) => number; right: number },
): Drawing['ticks'] {
  const moments = [...lines, ...marks].toSorted((one, two) => one.at - two.at);
  let free = 0;
  const ticks: { x: number; text: string; anchor: Anchor }[] = [];
  const end = moments.at(-1);
  for (const { at, place } of moments) {
    const x = xOf(place);
    const text = at === from ? '0' : `+${spanText(at - from)}`;
    const anchor = anchorOf(x, text, right);
    const [start, stop] = extentOf(x, text, anchor);
    if (start < free) continue;
    free = stop + TEXT_GAP_PX;
    ticks.push({ x, text, anchor });
  }
  return end === undefined || to === from ? ticks.slice(0, 1) : ticks;
}

function anchorOf(x: number, text: string, right: number): Anchor {
  const half = (text.length * CHARACTER_PX) / 2;
  if (x + half > right + EDGE_PX) return 'end';
  return x - half < LABELS_PX ? 'start' : 'middle';
}

function extentOf(x: number, text: string, anchor: Anchor): readonly [number, number] {
  const width = text.length * CHARACTER_PX;
  if (anchor === 'start') return [x, x + width];
  return anchor === 'end' ? [x - width, x] : [x - width / 2, x + width / 2];
}
