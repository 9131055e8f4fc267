import { Logger } from '@aws-lambda-powertools/logger';
import { optional } from 'zod/mini';
import { type AwsClient, createAwsClient } from '../../lib/adapters/aws/aws-client.ts';
import { AWS_SERVICES, type AwsServiceName } from '../../lib/adapters/aws/known-services.ts';
import { createDocuments, type Documents } from '../../lib/adapters/dynamodb/documents.ts';
import { createExternalOrders } from '../../lib/adapters/dynamodb/external-orders.ts';
import { createHalts } from '../../lib/adapters/dynamodb/halts.ts';
import { createOrderStore } from '../../lib/adapters/dynamodb/order-store.ts';
import { createRateBudget } from '../../lib/adapters/dynamodb/rate-budget.ts';
import { createStreamLeases } from '../../lib/adapters/dynamodb/stream-leases.ts';
import { createEventPublisher } from '../../lib/adapters/eventbridge/event-publisher.ts';
import { createHashkeyExchange, createHashkeyParts } from '../../lib/adapters/hashkey/client.ts';
import type { HashkeyOptions } from '../../lib/adapters/hashkey/options.ts';
import { createUserStreams } from '../../lib/adapters/hashkey/user-streams.ts';
import { createAccountNames } from '../../lib/adapters/secrets-manager/account-names.ts';
import { createAccounts } from '../../lib/adapters/secrets-manager/accounts.ts';
import { createProducers } from '../../lib/adapters/secrets-manager/producers.ts';
import { createOrderQueue } from '../../lib/adapters/sqs/order-queue.ts';
import { systemClock } from '../../lib/adapters/system/clock.ts';
import { systemIds, systemRandom } from '../../lib/adapters/system/ids.ts';
import { createLog } from '../../lib/adapters/system/log.ts';
import { createMetrics } from '../../lib/adapters/system/metrics.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../lib/application/settings.ts';
import { DAY_MS } from '../../lib/domain/time.ts';
import {
  positiveNumber,
  readAwsSite,
  readEnvironment,
  text,
  wholeNumber,
  yesOrNo,
} from './environment.ts';

/** Due orders are spread over so many index partitions; one carries thousands of accounts. */
const DUE_SHARDS = 1;

let sharedDocuments: Documents | undefined;
let sharedQueues: AwsClient | undefined;

/** All tables share connections, and reads of the same moment one call. */
export function documents(): Documents {
  sharedDocuments ??= createDocuments({
    ...readAwsSite('DYNAMODB'),
    clock: systemClock,
    random: systemRandom,
  });
  return sharedDocuments;
}

function clientOf(name: Exclude<AwsServiceName, 'DYNAMODB'>): AwsClient {
  const service = AWS_SERVICES[name];
  return createAwsClient({
    ...readAwsSite(name),
    service,
    clock: systemClock,
    random: systemRandom,
  });
}

/** What every function has. Made once per instance. */
export function composeTelemetry() {
  const names = readEnvironment({
    POWERTOOLS_METRICS_NAMESPACE: optional(text),
    POWERTOOLS_SERVICE_NAME: optional(text),
  });
  const serviceName = names.POWERTOOLS_SERVICE_NAME ?? 'hashkey-orders';
  const metrics = createMetrics({
    namespace: names.POWERTOOLS_METRICS_NAMESPACE ?? 'HashkeyOrders',
    serviceName,
  });
  return { clock: systemClock, log: createLog(new Logger({ serviceName })), metrics };
}

/** The order store. */
export function composeOrders() {
  const {
    ORDERS_TABLE,
    DUE_SHARDS: shards,
    ORDER_RETENTION_DAYS: days = 0,
  } = readEnvironment({
    ORDERS_TABLE: text,
    DUE_SHARDS: optional(wholeNumber),
    ORDER_RETENTION_DAYS: optional(wholeNumber),
  });
  return createOrderStore({
    client: documents(),
    tableName: ORDERS_TABLE,
    dueShards: shards ?? DUE_SHARDS,
    // 0 is for ever.
    ...(days > 0 && { retentionMs: days * DAY_MS }),
  });
}

/** The orders queue; functions that never put a message aside have no dead-letter queue. */
export function composeQueue(options: { readonly putsAside: boolean }) {
  const { ORDERS_QUEUE_URL } = readEnvironment({ ORDERS_QUEUE_URL: text });
  return queueAt(ORDERS_QUEUE_URL, deadLetterOf(options));
}

function deadLetterOf({ putsAside }: { readonly putsAside: boolean }): string {
  if (!putsAside) return '';
  return readEnvironment({ DEAD_LETTER_QUEUE_URL: text }).DEAD_LETTER_QUEUE_URL;
}

/** A queue with its dead-letter queue; all queues share connections. */
export function queueAt(queueUrl: string, deadLetterQueueUrl: string) {
  sharedQueues ??= clientOf('SQS');
  return createOrderQueue({ client: sharedQueues, queueUrl, deadLetterQueueUrl });
}

/** The cancels queue; see `composeQueue`. */
export function composeCancels(options: { readonly putsAside: boolean }) {
  const { CANCELS_QUEUE_URL } = readEnvironment({ CANCELS_QUEUE_URL: text });
  return queueAt(CANCELS_QUEUE_URL, deadLetterOf(options));
}

/** Accounts and producers. */
export function composeSecrets() {
  const { SECRETS_PREFIX } = readEnvironment({ SECRETS_PREFIX: text });
  const source = {
    client: clientOf('SECRETS_MANAGER'),
    prefix: SECRETS_PREFIX,
    clock: systemClock,
  };
  return {
    accounts: createAccounts(source),
    accountNames: createAccountNames(source),
    producers: createProducers(source),
  };
}

/** The rate budget with its gates, the kill switches and external orders, which share a table. */
export function composeBudget() {
  const environment = readEnvironment({
    RATE_BUDGETS_TABLE: text,
    BUDGET_GUARD_MS: optional(wholeNumber),
    ADDRESS_REQUESTS_PER_SECOND: optional(positiveNumber),
  });
  const table = { client: documents(), tableName: environment.RATE_BUDGETS_TABLE };
  const { metering } = DEFAULT_SETTINGS;
  const guardMs = environment.BUDGET_GUARD_MS ?? metering.guardMs;
  const addressPerSecond = environment.ADDRESS_REQUESTS_PER_SECOND;
  const budget = createRateBudget({
    ...table,
    clock: systemClock,
    random: systemRandom,
    settings: {
      ...metering,
      guardMs,
      ...(addressPerSecond !== undefined && { addressPerSecond }),
    },
  });
  return {
    budget,
    halts: createHalts(table),
    external: createExternalOrders(table),
    leases: createStreamLeases(table),
  };
}

/** The exchange. */
export function composeExchange(options: Pick<HashkeyOptions, 'socketsMax'> = {}) {
  return createHashkeyExchange({ ...options, clock: systemClock });
}

/** The exchange with its user data streams, over the same connections. */
export function composeStreams() {
  const parts = createHashkeyParts({ clock: systemClock });
  return {
    exchange: createHashkeyExchange({ clock: systemClock }, parts),
    streams: createUserStreams({ clock: systemClock, ...parts }),
    ids: systemIds,
  };
}

/** The event bus. */
export function composePublisher() {
  const { EVENT_BUS_NAME } = readEnvironment({ EVENT_BUS_NAME: text });
  return createEventPublisher({ client: clientOf('EVENTBRIDGE'), eventBusName: EVENT_BUS_NAME });
}

/** The settings of this stage: those for real money, but for what the environment says. */
export function composeSettings(): Settings {
  const environment = readEnvironment({
    ABSENCE_HORIZON_MS: optional(wholeNumber),
    ABSENCE_SPACING_MS: optional(wholeNumber),
    RECONCILE_WATCHES: optional(yesOrNo),
  });
  const { reconcile } = DEFAULT_SETTINGS;
  return {
    ...DEFAULT_SETTINGS,
    reconcile: {
      ...reconcile,
      horizonMs: environment.ABSENCE_HORIZON_MS ?? reconcile.horizonMs,
      spacingMs: environment.ABSENCE_SPACING_MS ?? reconcile.spacingMs,
      watches: environment.RECONCILE_WATCHES ?? reconcile.watches,
    },
  };
}
