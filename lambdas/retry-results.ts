import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { retryResults } from '../lib/application/retry-results.ts';
import { composeTelemetry } from './edge/compose.ts';
import { composeResultQueue, composeRetry, composeWaiting } from './edge/compose-results.ts';
import { flushing } from './edge/telemetry.ts';

const telemetry = composeTelemetry();
const dependencies = {
  ...telemetry,
  waiting: composeWaiting(),
  queue: composeResultQueue(),
  settings: composeRetry(),
};

/** Ticks of the schedule; the event says nothing that matters. */
export const handler = middy<unknown, { readonly told: number }>()
  .use(flushing(telemetry))
  .handler((_event: unknown, context: Context) =>
    retryResults(dependencies, () => context.getRemainingTimeInMillis()),
  );
