const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Gives a length of time in at most two units: `640 ms`, `12 s`, `3 min 04 s`, `2 h 10 min`, `5 d 03 h`. */
export function spanText(ms: number): string {
  const span = Math.max(0, ms);
  if (span < SECOND_MS) return `${Math.round(span)} ms`;
  if (span < 10 * SECOND_MS) return `${(Math.floor(span / 100) / 10).toFixed(1)} s`;
  if (span < MINUTE_MS) return `${Math.floor(span / SECOND_MS)} s`;
  if (span < HOUR_MS) return two(span, [MINUTE_MS, 'min'], [SECOND_MS, 's']);
  if (span < DAY_MS) return two(span, [HOUR_MS, 'h'], [MINUTE_MS, 'min']);
  return two(span, [DAY_MS, 'd'], [HOUR_MS, 'h']);
}

/** Gives an age that people watch: whole seconds, so that it does not flicker. */
export function ageText(ms: number): string {
  const seconds = Math.floor(Math.max(0, ms) / SECOND_MS);
  return seconds < 60 ? `${seconds} s` : spanText(seconds * SECOND_MS);
}

/** Gives a moment as local time, with its day unless that is today. */
export function momentText(at: number, now: number): string {
  const time = clockText(at);
  const day = dayText(at);
  return day === dayText(now) ? time : `${day.slice(5)} ${time.slice(0, 5)}`;
}

/** Gives a moment to the millisecond, for evidence. */
export function exactText(at: number): string {
  return `${dayText(at)} ${preciseText(at)}`;
}

/** Gives the time of day to the millisecond, where the day is plain. */
export function preciseText(at: number): string {
  return `${clockText(at)}.${String(new Date(at).getMilliseconds()).padStart(3, '0')}`;
}

function clockText(at: number): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(padded).join(':');
}

function dayText(at: number): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${padded(date.getMonth() + 1)}-${padded(date.getDate())}`;
}

function two(
  span: number,
  [bigMs, big]: readonly [number, string],
  [smallMs, small]: readonly [number, string],
): string {
  const many = Math.floor(span / bigMs);
  return `${many} ${big} ${padded(Math.floor((span % bigMs) / smallMs))} ${small}`;
}

function padded(value: number): string {
  return String(value).padStart(2, '0');
}
