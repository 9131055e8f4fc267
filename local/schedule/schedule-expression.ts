/** When a schedule is due: every so often, or at the minutes of a calendar pattern in UTC. */
export type Recurrence =
  | { readonly kind: 'rate'; readonly everyMs: number }
  | { readonly kind: 'cron'; readonly fields: CronFields };

/** Allowed values per field; months 1-12, days of the week 1-7 from Sunday. */
export type CronFields = {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly daysOfMonth: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  readonly daysOfWeek: ReadonlySet<number>;
};

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

const unitMs: Readonly<Record<string, number>> = {
  minute: MINUTE_MS,
  hour: 60 * MINUTE_MS,
  day: DAY_MS,
};

/** A pattern without a match in four years (29 February included) never matches. */
const SEARCH_DAYS_MAX = 4 * 366;

/**
 * Understands `rate(5 minutes)` and `cron(0 3 * * ? *)`.
 *
 * @throws Error for names of days and months, `L`, `W`, `#`, `at(...)` and years
 */
export function parseScheduleExpression(expression: string): Recurrence {
  const rate = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression);
  const everyMs = Number(rate?.[1]) * (unitMs[rate?.[2] ?? ''] ?? Number.NaN);
  if (everyMs > 0) return { kind: 'rate', everyMs };

  const fields = /^cron\((.+)\)$/.exec(expression)?.[1]?.split(/\s+/) ?? [];
  const [minutes, hours, daysOfMonth, months, daysOfWeek, year] = fields.map(clean);
  const complaint = `The schedule ${expression} is neither rate(N minutes) nor cron(...).`;
  if (fields.length !== 6 || year !== '*') throw new Error(complaint);
  return {
    kind: 'cron',
    fields: {
      minutes: parseField(minutes, [0, 59], complaint),
      hours: parseField(hours, [0, 23], complaint),
      daysOfMonth: parseField(daysOfMonth, [1, 31], complaint),
      months: parseField(months, [1, 12], complaint),
      daysOfWeek: parseField(daysOfWeek, [1, 7], complaint),
    },
  };
}

/** Answers the first due time after `now`, for a calendar pattern; undefined when there is none. */
export function nextCronTime(fields: CronFields, now: number): number | undefined {
  const firstMinute = Math.floor(now / MINUTE_MS) * MINUTE_MS + MINUTE_MS;
  const firstDay = Math.floor(firstMinute / DAY_MS) * DAY_MS;
  for (let day = 0; day <= SEARCH_DAYS_MAX; day += 1) {
    const dayStart = firstDay + day * DAY_MS;
    if (!isDayOf(fields, new Date(dayStart))) continue;
    for (let at = Math.max(dayStart, firstMinute); at < dayStart + DAY_MS; at += MINUTE_MS) {
      const time = new Date(at);
      if (fields.hours.has(time.getUTCHours()) && fields.minutes.has(time.getUTCMinutes())) {
        return at;
      }
    }
  }
  return undefined;
}

function isDayOf(fields: CronFields, date: Date): boolean {
  return (
    fields.months.has(date.getUTCMonth() + 1) &&
    fields.daysOfMonth.has(date.getUTCDate()) &&
    fields.daysOfWeek.has(date.getUTCDay() + 1)
  );
}

function clean(field: string): string {
  return field === '?' ? '*' : field;
}

function parseField(
  field: string | undefined,
  [least, most]: readonly [number, number],
  complaint: string,
): ReadonlySet<number> {
  const values = (field ?? '').split(',').flatMap((part) => {
    const match = /^(?:(\*)|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(part);
    if (match === null) throw new Error(complaint);
    const step = Number(match[4] ?? 1);
    const from = match[1] === '*' ? least : Number(match[2]);
    const openEnd = match[1] === '*' || match[4] !== undefined;
    const to = match[3] !== undefined ? Number(match[3]) : openEnd ? most : from;
    if (from < least || to > most || to < from || step < 1) throw new Error(complaint);
    return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, n) => from + n * step);
  });
  return new Set(values);
}
