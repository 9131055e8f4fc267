import { type Signal, useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { momentText } from '../model/format.ts';
import { rowWindowOf } from '../model/row-window.ts';
import type { OrderRow } from '../model/rows.ts';
import { hasMore, loadMore } from './order-list-state.ts';
import { now, orderHref } from './state.ts';
import { StatusTag } from './status-tag.tsx';

/** As in the style sheet. */
const WIDE_ROW_PX = 32;
const NARROW_ROW_PX = 56;
const NARROW = '(max-width: 640px)';
/** The next page is loaded when fewer lines than this are left below. */
const AHEAD_ROWS = 150;

interface View {
  readonly scrollTop: number;
  readonly viewHeight: number;
  readonly rowHeight: number;
}

interface TableProps {
  readonly rows: readonly OrderRow[];
  /** Differs when rows were changed in place. */
  readonly changes: number;
  /** Whether these are all rows that are loaded, so that the end of them asks for more. */
  readonly isWhole: boolean;
}

/**
 * Orders in lines of one height, of which only those in sight exist. One link is in the order of
 * the Tab key; the arrows, Page, Home and End keys move among them.
 */
export function OrderTable({ rows, isWhole }: TableProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const view = useSignal<View>({ scrollTop: 0, viewHeight: 600, rowHeight: rowHeightNow() });
  const active = useSignal(0);
  useMeasure(scroller, view);
  useKeys(scroller, { active, view, count: rows.length });
  const { rowHeight } = view.value;
  const { first, end, offset } = rowWindowOf({ count: rows.length, ...view.value });
  useEffect(() => {
    if (isWhole && hasMore.value && rows.length - end < AHEAD_ROWS) void loadMore();
  });
  const focusable = Math.min(Math.max(first, Math.min(active.value, end - 1)), rows.length - 1);

  return (
    <div class="grid scroller" ref={scroller}>
      <table aria-label="Orders, newest first" aria-rowcount={hasMore.value ? -1 : rows.length + 1}>
        <thead>
          <tr class="line" aria-rowindex={1}>
            {['Received', 'Client order id', 'Order', 'Price', 'Executed', 'Status'].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody
          style={{
            paddingTop: `${offset}px`,
            paddingBottom: `${(rows.length - end) * rowHeight}px`,
          }}
        >
          {rows.slice(first, end).map((row, index) => (
            <Line
              key={`${row.accountId}/${row.clientOrderId}`}
              row={row}
              index={first + index}
              isFocusable={first + index === focusable}
              active={active}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Line(props: {
  row: OrderRow;
  index: number;
  isFocusable: boolean;
  active: Signal<number>;
}) {
  const { row, index, isFocusable, active } = props;
  const focused = () => {
    active.value = index;
  };
  return (
    <tr class="line" aria-rowindex={index + 2}>
      <td class="time">{momentText(row.createdAt, now.peek())}</td>
      <td class="id">
        <a href={orderHref(row)} tabIndex={isFocusable ? 0 : -1} onFocus={focused}>
          {row.clientOrderId}
        </a>
      </td>
      <td class="terms">
        <b class={row.side === 'BUY' ? 'buy' : 'sell'}>{row.side}</b> {row.ordered}
        {row.isAmount ? ' quote' : ''} {row.symbol}
      </td>
      <td class="figure price">{row.price ?? row.type.toLowerCase()}</td>
      <td class="figure done">{row.executedQuantity === '0' ? '–' : row.executedQuantity}</td>
      <td class="state">
        <StatusTag status={row.status} />
      </td>
    </tr>
  );
}

/** Follows scrolling and sizes, at most once a frame. */
function useMeasure(scroller: RefObject<HTMLDivElement | null>, view: Signal<View>): void {
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    let frame = 0;
    const measure = () => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => {
        const { scrollTop, clientHeight: viewHeight } = element;
        view.value = { scrollTop, viewHeight, rowHeight: rowHeightNow() };
      });
    };
    const size = new ResizeObserver(measure);
    size.observe(element);
    element.addEventListener('scroll', measure, { passive: true });
    return () => {
      cancelAnimationFrame(frame);
      size.disconnect();
      element.removeEventListener('scroll', measure);
    };
  }, []);
}

/** Moves the focus from line to line; lines that do not exist yet are brought into sight first. */
function useKeys(
  scroller: RefObject<HTMLDivElement | null>,
  list: { readonly active: Signal<number>; readonly view: Signal<View>; readonly count: number },
): void {
  const { active, view, count } = list;
  const isMoving = useRef(false);
  useLayoutEffect(() => {
    if (!isMoving.current) return;
    const link = scroller.current?.querySelector<HTMLElement>('a[tabindex="0"]');
    link?.focus({ preventScroll: true });
    isMoving.current = false;
  });
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const move = (event: KeyboardEvent) => {
      const { rowHeight, viewHeight } = view.value;
      const page = Math.max(1, Math.floor(viewHeight / rowHeight) - 2);
      const next = movedTo(event.key, { active: active.value, count, page });
      if (next === undefined || next === active.value) return;
      event.preventDefault();
      keepInSight(element, next * rowHeight, rowHeight);
      isMoving.current = true;
      view.value = { ...view.value, scrollTop: element.scrollTop };
      active.value = next;
    };
    element.addEventListener('keydown', move);
    return () => element.removeEventListener('keydown', move);
  }, [count]);
}

function movedTo(
  key: string,
  { active, count, page }: { active: number; count: number; page: number },
): number | undefined {
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: active + 1,
    ArrowUp: active - 1,
    PageDown: active + page,
    PageUp: active - page,
    Home: 0,
    End: count - 1,
  };
  const to = steps[key];
  return to === undefined ? undefined : Math.max(0, Math.min(count - 1, to));
}

/** The head of the table covers one line above. */
function keepInSight(element: HTMLElement, top: number, height: number): void {
  if (top < element.scrollTop) element.scrollTop = top;
  const below = top + 2 * height - element.clientHeight;
  if (below > element.scrollTop) element.scrollTop = below;
}

function rowHeightNow(): number {
  return matchMedia(NARROW).matches ? NARROW_ROW_PX : WIDE_ROW_PX;
}
