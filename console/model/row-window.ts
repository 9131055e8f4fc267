/** Which lines of a long list are in the page, and where they begin. */
export interface RowWindow {
  readonly first: number;
  /** Behind the last one. */
  readonly end: number;
  /** Pixels above the first one. */
  readonly offset: number;
}

/** Lines kept ready above and below what is seen, so that fast scrolling shows no gaps. */
const MARGIN_ROWS = 12;

/** Says which of many lines of one height are near the part that is seen. */
export function rowWindowOf(options: {
  readonly count: number;
  readonly rowHeight: number;
  readonly scrollTop: number;
  readonly viewHeight: number;
}): RowWindow {
  const { count, rowHeight, scrollTop, viewHeight } = options;
  const firstSeen = Math.floor(Math.max(0, scrollTop) / rowHeight);
  const seen = Math.ceil(viewHeight / rowHeight);
  // Whole blocks, so that a scroll of one line seldom changes anything.
  const first = Math.max(0, Math.min(count, floorTo(firstSeen - MARGIN_ROWS, MARGIN_ROWS)));
  const end = Math.min(count, floorTo(firstSeen + seen, MARGIN_ROWS) + 2 * MARGIN_ROWS);
  return { first, end, offset: first * rowHeight };
}

function floorTo(value: number, step: number): number {
  return Math.floor(value / step) * step;
}
