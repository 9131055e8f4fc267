import { DAY_MS, MINUTE_MS, SECOND_MS, type UnixMs } from '../../domain/time.ts';

const HOUR_MS = 60 * MINUTE_MS;

/** Where a person is: decides what a time is called. */
export interface TimeView {
  readonly now: UnixMs;
  /** An IANA name such as `Asia/Hong_Kong`; the machine's own without it. */
  readonly zone?: string | undefined;
}

/** Writes a moment in local time with its UTC offset: `2026-11-22 22:13:46.123 +08:00`. */
export function momentText(at: UnixMs, zone?: string): string {
  const options: Intl.DateTimeFormatOptions = {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
    hourCycle: 'h23',
    timeZoneName: 'longOffset',
    ...(zone !== undefined && { timeZone: zone }),
  };
  const parts = new Map(
    new Intl.DateTimeFormat('en-GB', options)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? '';
  const offset = part('timeZoneName').replace('GMT', '') || '+00:00';
  const day = `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`;
  const time = `${part('hour')}:${part('minute')}:${part('second')}.${part('fractionalSecond')}`;
  return `${day} ${time} ${offset}`;
}

/** Says how far away a moment is: `in 12 s`, `3 min ago`, `now`. */
export function awayText(at: UnixMs, now: UnixMs): string {
  const distanceMs = Math.abs(at - now);
  if (distanceMs < SECOND_MS / 2) return 'now';
  const text = spanText(distanceMs);
  return at > now ? `in ${text}` : `${text} ago`;
}

/** Writes a span with its largest unit, and the next one where that says more. */
export function spanText(ms: number): string {
  if (ms < SECOND_MS) return `${Math.round(ms)} ms`;
  if (ms < MINUTE_MS) return `${Math.round(ms / SECOND_MS)} s`;
  if (ms < HOUR_MS) return twoUnits(ms, [MINUTE_MS, 'min'], [SECOND_MS, 's']);
  if (ms < DAY_MS) return twoUnits(ms, [HOUR_MS, 'h'], [MINUTE_MS, 'min']);
  return twoUnits(ms, [DAY_MS, 'd'], [HOUR_MS, 'h']);
}

/** Writes a moment both ways: `2026-11-22 22:13:46.123 +08:00 (3 min ago)`. */
export function whenText(at: UnixMs, { now, zone }: TimeView): string {
  return `${momentText(at, zone)} (${awayText(at, now)})`;
}

function twoUnits(
  ms: number,
  [largeMs, large]: readonly [number, string],
  [smallMs, small]: readonly [number, string],
): string {
  const whole = Math.floor(ms / largeMs);
  const rest = Math.floor((ms % largeMs) / smallMs);
  return rest === 0 || whole >= 10 ? `${whole} ${large}` : `${whole} ${large} ${rest} ${small}`;
}
