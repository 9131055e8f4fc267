/** An alarm as its template has it. */
export interface AlarmProperties {
  readonly MetricName?: string;
  readonly Metrics?: readonly {
    readonly Id: string;
    readonly Expression?: string;
    readonly MetricStat?: object;
  }[];
  readonly Threshold: number;
  readonly EvaluationPeriods: number;
  readonly ComparisonOperator: string;
  readonly TreatMissingData: string;
}

/** What one metric said in each period, oldest first; undefined where it said nothing. */
export type Series = readonly (number | undefined)[];

/** Names of the metrics that an alarm looks at; one without mathematics has the name `only`. */
export function namesOf({ Metrics }: AlarmProperties): readonly string[] {
  if (Metrics === undefined) return ['only'];
  return Metrics.filter(({ MetricStat }) => MetricStat !== undefined).map(({ Id }) => Id);
}

/**
 * Says whether an alarm sounds, by CloudWatch's rules: every one of the last periods has to breach,
 * and a period without data counts as the alarm says.
 */
export function sounds(alarm: AlarmProperties, data: Readonly<Record<string, Series>>): boolean {
  const values = valuesOf(alarm, data).slice(-alarm.EvaluationPeriods);
  if (values.length < alarm.EvaluationPeriods) return false;
  return values.every((value) =>
    value === undefined ? alarm.TreatMissingData === 'breaching' : breaches(alarm, value),
  );
}

function breaches({ ComparisonOperator, Threshold }: AlarmProperties, value: number): boolean {
  switch (ComparisonOperator) {
    case 'GreaterThanOrEqualToThreshold':
      return value >= Threshold;
    case 'LessThanThreshold':
      return value < Threshold;
    default:
      throw new Error(`No alarm here compares by ${ComparisonOperator}: teach the test.`);
  }
}

function valuesOf(alarm: AlarmProperties, data: Readonly<Record<string, Series>>): Series {
  const expression = alarm.Metrics?.find((one) => one.Expression !== undefined)?.Expression;
  const names = namesOf(alarm);
  const [first = []] = names.map((name) => data[name] ?? []);
  if (expression === undefined) return first;
  return first.map((_, period) => {
    const at = (name: string) => data[name]?.[period];
    if (names.every((name) => at(name) === undefined)) return undefined;
    return calculated(expression, (name) => at(name) ?? 0);
  });
}

/** The forms that the table's alarms use, every metric filled with 0. */
function calculated(expression: string, filled: (name: string) => number): number {
  const together = /^(SUM|MAX|MIN)\(\[((?:FILL\(\w+, 0\)(?:, )?)+)\]\)$/.exec(expression);
  if (together !== null) {
    const names = [...(together[2] ?? '').matchAll(/FILL\((\w+), 0\)/g)];
    const values = names.map(([, name = '']) => filled(name));
    if (together[1] === 'SUM') return values.reduce((sum, one) => sum + one, 0);
    return together[1] === 'MIN' ? Math.min(...values) : Math.max(...values);
  }
  const stalled = /^IF\(FILL\((\w+), 0\) > 0 AND FILL\((\w+), 0\) < 1, 1, 0\)$/.exec(expression);
  if (stalled !== null) {
    const [, work = '', runs = ''] = stalled;
    return filled(work) > 0 && filled(runs) < 1 ? 1 : 0;
  }
  throw new Error(`No alarm here calculates ${expression}: teach the test.`);
}
