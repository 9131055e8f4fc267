import middy from '@middy/core';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { systemIds } from '../lib/adapters/system/ids.ts';
import { cancelBatch } from '../lib/application/cancel/cancel-batch.ts';
import {
  composeBudget,
  composeCancels,
  composeExchange,
  composeOrders,
  composeSecrets,
  composeSettings,
  composeTelemetry,
} from './edge/compose.ts';
import { batchResponse, queueRecords } from './edge/fifo-batch.ts';
import { flushing } from './edge/telemetry.ts';

const telemetry = composeTelemetry();
const { cancel, reconcile } = composeSettings();
const dependencies = {
  ...telemetry,
  ...composeBudget(),
  accounts: composeSecrets().accounts,
  orders: composeOrders(),
  queue: composeCancels({ putsAside: true }),
  exchange: composeExchange(),
  ids: systemIds,
  settings: cancel,
  reconcile,
  rules: reconcile,
};

/** Batches of the cancels queue. */
export const handler = middy<SQSEvent, SQSBatchResponse>()
  .use(flushing(telemetry))
  .handler(async (event: SQSEvent, context: Context) => {
    const remainingMs = () => context.getRemainingTimeInMillis();
    return batchResponse(await cancelBatch(dependencies, queueRecords(event), remainingMs));
  });
