import type middy from '@middy/core';
import type { HeldMetrics } from '../../lib/adapters/system/metrics.ts';
import type { Log } from '../../lib/application/ports.ts';

/** Where a function writes its lines and numbers. */
export interface Telemetry {
  readonly log: Log;
  readonly metrics: HeldMetrics;
}

/** Writes the metrics of an invocation, however it ended. */
export function flushing({ metrics }: Telemetry): middy.MiddlewareObj {
  const flush = () => metrics.flush();
  return { after: flush, onError: flush };
}
