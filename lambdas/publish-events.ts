import middy from '@middy/core';
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { publishEvents } from '../lib/application/publish-events.ts';
import { composePublisher, composeTelemetry } from './edge/compose.ts';
import { composeResultQueue } from './edge/compose-results.ts';
import { orderChanges } from './edge/order-changes.ts';
import { flushing } from './edge/telemetry.ts';

const telemetry = composeTelemetry();
const dependencies = {
  ...telemetry,
  publisher: composePublisher(),
  results: composeResultQueue(),
};

/** Batches of the orders table's stream, in order per order. */
export const handler = middy<DynamoDBStreamEvent, DynamoDBBatchResponse>()
  .use(flushing(telemetry))
  .handler(async (event: DynamoDBStreamEvent) => {
    const itemIdentifier = await publishEvents(dependencies, orderChanges(event));
    return { batchItemFailures: itemIdentifier === undefined ? [] : [{ itemIdentifier }] };
  });
