import middy from '@middy/core';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { deliverBatch } from '../lib/application/deliver-results/deliver-batch.ts';
import { composeSecrets, composeTelemetry } from './edge/compose.ts';
import { composeReceiver } from './edge/compose-receiver.ts';
import { composeResultQueue, composeWaiting } from './edge/compose-results.ts';
import { batchResponse, queueRecords } from './edge/fifo-batch.ts';
import { flushing } from './edge/telemetry.ts';

const telemetry = composeTelemetry();
const dependencies = {
  ...telemetry,
  ...composeReceiver(),
  producers: composeSecrets().producers,
  waiting: composeWaiting(),
  queue: composeResultQueue(),
};

/** Batches of the queue of results. */
export const handler = middy<SQSEvent, SQSBatchResponse>()
  .use(flushing(telemetry))
  .handler(async (event: SQSEvent, context: Context) => {
    const remainingMs = () => context.getRemainingTimeInMillis();
    return batchResponse(await deliverBatch(dependencies, queueRecords(event), remainingMs));
  });
