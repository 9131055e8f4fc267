import middy from '@middy/core';
import { checkEgress, type EgressCheck } from '../lib/application/check-egress.ts';
import { composeTelemetry } from './edge/compose.ts';
import { composeEgressCheck } from './edge/compose-egress.ts';
import { flushing } from './edge/telemetry.ts';

const telemetry = composeTelemetry();
const { source, expected } = composeEgressCheck();

/** Ticks of the schedule; the event says nothing that matters. */
export const handler = middy<unknown, EgressCheck>()
  .use(flushing(telemetry))
  .handler(() => checkEgress({ ...telemetry, source }, expected));
