import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { type DrawnMark, drawTimeLine } from '../model/draw-time-line.ts';
import { exactText } from '../model/format.ts';
import type { TimeLine } from '../model/time-line.ts';

const WIDTH_FIRST = 640;

/** The picture of one order's life, as wide as there is room. The list below it says the same. */
export function TimeLinePicture({ timeLine }: { timeLine: TimeLine }) {
  const frame = useRef<HTMLDivElement>(null);
  const width = useSignal(WIDTH_FIRST);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const size = new ResizeObserver(() => {
      width.value = element.clientWidth;
    });
    size.observe(element);
    return () => size.disconnect();
  }, []);
  const drawn = drawTimeLine(timeLine, width.value);
  return (
    <div class="picture" ref={frame}>
      <svg
        width={drawn.width}
        height={drawn.height}
        viewBox={`0 0 ${drawn.width} ${drawn.height}`}
        role="img"
        aria-label="Time-line of the order. The list of changes below says the same."
      >
        {drawn.lanes.map(({ name, y, title }) => (
          <g key={name} class="lane">
            <text x={0} y={y + 4}>
              {title}
            </text>
            <line x1={drawn.left} x2={drawn.right} y1={y} y2={y} />
          </g>
        ))}
        {drawn.spans.map((span) => (
          <rect
            key={`${span.lane}${span.from}`}
            class={`span ${span.tone}`}
            x={span.x}
            y={span.y - 5}
            width={span.width}
            height={10}
            rx={2}
          >
            <title>{span.label}</title>
          </rect>
        ))}
        {drawn.lines.map(({ name, x, label, at, anchor, textY }) => (
          <g key={name} class={`mark-line ${name}`}>
            <line x1={x} x2={x} y1={drawn.top} y2={drawn.bottom} />
            <text x={x} y={textY} text-anchor={anchor}>
              {label}
              <title>{exactText(at)}</title>
            </text>
          </g>
        ))}
        {drawn.marks.map((mark, index) => (
          <Mark key={index} mark={mark} />
        ))}
        {drawn.ticks.map(({ x, text, anchor }) => (
          <text key={text} class="tick" x={x} y={drawn.height - 4} text-anchor={anchor}>
            {text}
          </text>
        ))}
      </svg>
    </div>
  );
}

function Mark({ mark }: { mark: DrawnMark }) {
  const { x, y, shape, tone, label, at, text } = mark;
  return (
    <g class={`mark ${tone} ${shape}`}>
      <title>{`${exactText(at)} ${label}`}</title>
      {shape === 'bar' && <rect x={x - 2} y={y - 8} width={4} height={16} rx={1} />}
      {shape === 'diamond' && <path d={`M${x} ${y - 7}l7 7-7 7-7-7z`} />}
      {(shape === 'dot' || shape === 'ring') && <circle cx={x} cy={y} r={5} />}
      {text !== undefined && (
        <text x={text.x} y={y - 9} text-anchor={text.anchor}>
          {label}
        </text>
      )}
    </g>
  );
}
