import type { Metrics } from '../../application/ports.ts';

/** One number as it was given. */
export interface Measurement {
  readonly kind: 'count' | 'duration';
  readonly name: string;
  readonly value: number;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** Keeps measurements for a test to read. */
export interface RecordingMetrics extends Metrics {
  readonly measurements: readonly Measurement[];
  /** The sum of everything counted under a name. */
  total(name: string): number;
}

/** Makes a record of nothing. */
export function createRecordingMetrics(): RecordingMetrics {
  const measurements: Measurement[] = [];
  return {
    measurements,
    count(name, value = 1, dimensions = {}) {
      measurements.push({ kind: 'count', name, value, dimensions });
    },
    duration(name, ms, dimensions = {}) {
      measurements.push({ kind: 'duration', name, value: ms, dimensions });
    },
    total(name) {
      const counts = measurements.filter((one) => one.kind === 'count' && one.name === name);
      return counts.reduce((sum, { value }) => sum + value, 0);
    },
  };
}
