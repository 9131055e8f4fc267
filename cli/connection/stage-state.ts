import { type Stage, secretsPrefixOf } from '../../infra/stages.ts';
import { createAwsClient } from '../../lib/adapters/aws/aws-client.ts';
import { AWS_SERVICES } from '../../lib/adapters/aws/known-services.ts';
import { createDocuments } from '../../lib/adapters/dynamodb/documents.ts';
import { createExternalOrders } from '../../lib/adapters/dynamodb/external-orders.ts';
import { createHalts } from '../../lib/adapters/dynamodb/halts.ts';
import { createOrderStore } from '../../lib/adapters/dynamodb/order-store.ts';
import { createRateBudget } from '../../lib/adapters/dynamodb/rate-budget.ts';
import {
  createLiveOrders,
  createRestoredOrders,
} from '../../lib/adapters/dynamodb/restored-orders.ts';
import { createWaitingResults } from '../../lib/adapters/dynamodb/waiting-results.ts';
import { createAccountNames } from '../../lib/adapters/secrets-manager/account-names.ts';
import { createAccounts } from '../../lib/adapters/secrets-manager/accounts.ts';
import { createDeadLetters } from '../../lib/adapters/sqs/dead-letters.ts';
import { createOrderQueue } from '../../lib/adapters/sqs/order-queue.ts';
import { systemClock } from '../../lib/adapters/system/clock.ts';
import { systemRandom } from '../../lib/adapters/system/ids.ts';
import type { Log } from '../../lib/application/ports.ts';
import { DEFAULT_SETTINGS } from '../../lib/application/settings.ts';
import { awsSiteOf, type Caller } from './caller.ts';

/** The state of one stage: tables, queues and secrets, with the caller's own credentials. */
export type StageState = Awaited<ReturnType<typeof openState>>;

/** What is said of a step goes to a person by the command itself. */
const SILENT: Log = { info: () => {}, warn: () => {}, error: () => {} };

/** Opens the state of a stage. It works beside the service and also when the API is away. */
export async function openState(stage: Stage, caller: Caller) {
  const documents = createDocuments(await awsSiteOf(caller, 'DYNAMODB'));
  const sqs = createAwsClient({ ...(await awsSiteOf(caller, 'SQS')), service: AWS_SERVICES.SQS });
  const secrets = createAwsClient({
    ...(await awsSiteOf(caller, 'SECRETS_MANAGER')),
    service: AWS_SERVICES.SECRETS_MANAGER,
  });
  const urlOf = async (name: string) => {
    const { QueueUrl } = await sqs.call('GetQueueUrl', { QueueName: `${stage.prefix}${name}` });
    return String(QueueUrl);
  };
  const orders = (tableName: string) => ({
    client: documents,
    tableName,
    dueShards: stage.dueShards,
  });
  const budgets = { client: documents, tableName: `${stage.prefix}rate-budgets` };
  const ordersTable = `${stage.prefix}orders`;
  const secretSource = { client: secrets, prefix: secretsPrefixOf(stage), clock: systemClock };

  return {
    stage,
    clock: systemClock,
    log: SILENT,
    sqs,
    secrets,
    accounts: createAccounts(secretSource),
    accountNames: createAccountNames(secretSource),
    orders: createOrderStore(orders(ordersTable)),
    live: createLiveOrders(orders(ordersTable)),
    storeOf: (tableName: string) => createOrderStore(orders(tableName)),
    restoredIn: (tableName: string) => createRestoredOrders(orders(tableName)),
    halts: createHalts(budgets),
    external: createExternalOrders(budgets),
    budget: createRateBudget({
      ...budgets,
      clock: systemClock,
      random: systemRandom,
      settings: DEFAULT_SETTINGS.metering,
    }),
    urlOf,
    queues: async () => {
      const [queueUrl, cancelsUrl, deadLetterQueueUrl] = await Promise.all([
        urlOf('orders.fifo'),
        urlOf('cancels.fifo'),
        urlOf('orders-dead-letter.fifo'),
      ]);
      return {
        queue: createOrderQueue({ client: sqs, queueUrl, deadLetterQueueUrl }),
        cancels: createOrderQueue({ client: sqs, queueUrl: cancelsUrl, deadLetterQueueUrl }),
        deadLetters: createDeadLetters({ client: sqs, queueUrl: deadLetterQueueUrl }),
      };
    },
    waiting: createWaitingResults({ client: documents, tableName: `${stage.prefix}results` }),
    resultQueues: async () => {
      const [queueUrl, deadLetterQueueUrl] = await Promise.all([
        urlOf('results.fifo'),
        urlOf('results-dead-letter.fifo'),
      ]);
      return {
        queue: createOrderQueue({ client: sqs, queueUrl, deadLetterQueueUrl }),
        deadLetters: createDeadLetters({ client: sqs, queueUrl: deadLetterQueueUrl }),
      };
    },
  };
}
