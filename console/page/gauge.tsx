import { type GaugeHistory, meanTaken, shareOf, sparkPoints } from '../model/gauge.ts';

const WIDTH = 120;
const HEIGHT = 22;
const MEAN_MS = 30_000;

/** One budget of one key: how much of it is taken now, and how that was while the page was open. */
export function Gauge({ history }: { history: GaugeHistory }) {
  const newest = history.samples.at(-1);
  if (newest === undefined) return null;
  const name = history.class === 'order' ? 'orders' : 'queries';
  const mean = meanTaken(history.samples, MEAN_MS);
  const points = sparkPoints(history.samples, { width: WIDTH, height: HEIGHT - 2 });
  return (
    <div class="gauge">
      <span class="name">{name}</span>
      <meter
        min={0}
        max={newest.limit}
        value={newest.taken ?? 0}
        class={shareOf(newest) >= 0.9 ? 'full' : ''}
        aria-label={`${name} taken of this second’s budget`}
      />
      <span class="figure">
        {newest.taken ?? '?'}
        <span class="of"> / {newest.limit} per s</span>
      </span>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={`${name} in the last minutes, ${mean?.toFixed(1) ?? 'unknown'} per second lately`}
      >
        <line x1="0" x2={WIDTH} y1={HEIGHT - 1} y2={HEIGHT - 1} class="base" />
        <polyline points={points} transform="translate(0 1)" class="spark" />
      </svg>
    </div>
  );
}
