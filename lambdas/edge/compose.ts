import { Logger } from '@aws-lambda-powertools/logger';
import { optional } from 'zod/mini';
import { type AwsClient, createAwsClient } from '../../lib/adapters/aws/aws-client.ts';
import { AWS_SERVICES, type AwsServiceName } from '../../lib/adapters/aws/known-services.ts';
import { createDocuments, type Documents } from '../../lib/adapters/dynamodb/documents.ts';
import { DUE_SHARDS_MAX } from '../../lib/adapters/dynamodb/due-shard.ts';
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
import { type Settings, settingsOf } from '../../lib/application/settings.ts';
import { DAY_MS } from '../../lib/domain/time.ts';
import {
  readAwsSite,
  readEnvironment,
  readStage,
  text,
  wholeWithin,
  yesOrNo,
} from './environment.ts';

/** Due orders are spread over so many index partitions; one carries thousands of accounts. */
const DUE_SHARDS = 1;
/** A hundred years. */
const RETENTION_DAYS_MAX = 36_500;

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
    DUE_SHARDS: optional(wholeWithin(1, DUE_SHARDS_MAX)),
    ORDER_RETENTION_DAYS: optional(wholeWithin(0, RETENTION_DAYS_MAX)),
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
    valueAgeMaxMs: readStage().SECRETS_CACHE_MS,
  };
  return {
    accounts: createAccounts(source),
    accountNames: createAccountNames(source),
    producers: createProducers(source),
  };
}

/** The rate budget with its gates, the kill switches and external orders, which share a table. */
export function composeBudget() {
  const { RATE_BUDGETS_TABLE: tableName } = readEnvironment({ RATE_BUDGETS_TABLE: text });
  const table = { client: documents(), tableName };
  const budget = createRateBudget({
    ...table,
    clock: systemClock,
    random: systemRandom,
    settings: composeSettings().metering,
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
  return createHashkeyExchange({ ...exchangeCaches(), ...options, clock: systemClock });
}

/** The exchange with its user data streams, over the same connections. */
export function composeStreams() {
  const options = { ...exchangeCaches(), clock: systemClock };
  const parts = createHashkeyParts(options);
  return {
    exchange: createHashkeyExchange(options, parts),
    streams: createUserStreams({ clock: systemClock, ...parts }),
    ids: systemIds,
  };
}

function exchangeCaches(): Pick<HashkeyOptions, 'instrumentsMaxAgeMs' | 'clockOffsetMaxAgeMs'> {
  const stage = readStage();
  return {
    instrumentsMaxAgeMs: stage.INSTRUMENTS_CACHE_MS,
    clockOffsetMaxAgeMs: stage.CLOCK_CACHE_MS,
  };
}

/** The event bus. */
export function composePublisher() {
  const { EVENT_BUS_NAME } = readEnvironment({ EVENT_BUS_NAME: text });
  return createEventPublisher({ client: clientOf('EVENTBRIDGE'), eventBusName: EVENT_BUS_NAME });
}

/** The settings of this stage: those for real money, but for what the environment says. */
export function composeSettings(): Settings {
  const { RECONCILE_WATCHES } = readEnvironment({ RECONCILE_WATCHES: optional(yesOrNo) });
  const settings = settingsOf(readStage());
  const watches = RECONCILE_WATCHES ?? settings.reconcile.watches;
  return { ...settings, reconcile: { ...settings.reconcile, watches } };
}
