import middy from '@middy/core';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { systemIds } from '../lib/adapters/system/ids.ts';
import { meterBudget } from '../lib/application/meter-budget.ts';
import { submitBatch } from '../lib/application/submit/submit-batch.ts';
import {
  composeBudget,
  composeExchange,
  composeOrders,
  composeQueue,
  composeSecrets,
  composeSettings,
  composeTelemetry,
} from './edge/compose.ts';
import { batchResponse, queueRecords } from './edge/fifo-batch.ts';
import { flushing } from './edge/telemetry.ts';

const telemetry = composeTelemetry();
const settings = composeSettings();
const { budget, halts } = composeBudget();
const dependencies = {
  ...telemetry,
  budget: meterBudget(budget, telemetry.metrics),
  halts,
  accounts: composeSecrets().accounts,
  orders: composeOrders(),
  queue: composeQueue({ putsAside: true }),
  exchange: composeExchange(),
  ids: systemIds,
  settings: settings.submit,
  rules: settings.reconcile,
};

/** Batches of the orders queue. */
export const handler = middy<SQSEvent, SQSBatchResponse>()
  .use(flushing(telemetry))
  .handler(async (event: SQSEvent, context: Context) => {
    const remainingMs = () => context.getRemainingTimeInMillis();
    return batchResponse(await submitBatch(dependencies, queueRecords(event), remainingMs));
  });
