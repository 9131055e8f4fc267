import { Metrics as MetricLines, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Metrics } from '../../application/ports.ts';

/** Sets of dimensions held at once; then what is held is written early. */
const DIMENSION_SETS_MAX = 50;

type Dimensions = Readonly<Record<string, string>>;

/** Metrics that are held until they are written. */
export interface HeldMetrics extends Metrics {
  /** Writes what was counted since the last time; called at the end of each invocation. */
  flush(): void;
}

/**
 * Writes metrics with Powertools, as lines that CloudWatch reads: one line per set of dimensions
 * and flush, however often something was counted.
 */
export function createMetrics(options: {
  readonly namespace: string;
  readonly serviceName: string;
}): HeldMetrics {
  const held = new Map<string, MetricLines>();

  const flush = () => {
    for (const lines of held.values()) lines.publishStoredMetrics();
    held.clear();
  };
  const linesFor = (dimensions: Dimensions = {}): MetricLines => {
    const entries = Object.entries(dimensions).sort(([one], [other]) => (one < other ? -1 : 1));
    const name = JSON.stringify(entries);
    const known = held.get(name);
    if (known !== undefined) return known;
    if (held.size === DIMENSION_SETS_MAX) flush();
    // Default dimensions, for lines that fill up are written by themselves and forget the others.
    const lines = new MetricLines({ ...options, defaultDimensions: { ...dimensions } });
    held.set(name, lines);
    return lines;
  };

  return {
    count(name, value = 1, dimensions) {
      linesFor(dimensions).addMetric(name, MetricUnit.Count, value);
    },
    duration(name, ms, dimensions) {
      linesFor(dimensions).addMetric(name, MetricUnit.Milliseconds, ms);
    },
    flush,
  };
}
