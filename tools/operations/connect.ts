import { SQSClient } from '@aws-sdk/client-sqs';
import { type Stage, secretsPrefixOf, stageOf } from '../../infra/stages.ts';
import { createAwsClient } from '../../lib/adapters/aws/aws-client.ts';
import { AWS_SERVICES, type AwsServiceName } from '../../lib/adapters/aws/known-services.ts';
import { createDocuments } from '../../lib/adapters/dynamodb/documents.ts';
import { createExternalOrders } from '../../lib/adapters/dynamodb/external-orders.ts';
import { createHalts } from '../../lib/adapters/dynamodb/halts.ts';
import { createOrderStore } from '../../lib/adapters/dynamodb/order-store.ts';
import { createRateBudget } from '../../lib/adapters/dynamodb/rate-budget.ts';
import {
  createLiveOrders,
  createRestoredOrders,
} from '../../lib/adapters/dynamodb/restored-orders.ts';
import { createAccounts } from '../../lib/adapters/secrets-manager/accounts.ts';
import { createDeadLetters } from '../../lib/adapters/sqs/dead-letters.ts';
import { createOrderQueue } from '../../lib/adapters/sqs/order-queue.ts';
import { systemClock } from '../../lib/adapters/system/clock.ts';
import { systemRandom } from '../../lib/adapters/system/ids.ts';
import type { Log } from '../../lib/application/ports.ts';
import { Secret } from '../../lib/application/secret.ts';

/** What the commands work on: the state of one stage, with the credentials of whoever runs them. */
export type Connection = Awaited<ReturnType<typeof connect>>;

/** As the functions have it; see `lambdas/edge/compose.ts`. */
const METERING = { guardMs: 50, guardLeastMs: 25, minGapMs: 25 };

/**
 * Connects to the state of a stage.
 *
 * @throws UnknownStageError when there is no such stage
 */
export async function connect(stageName: string | undefined, say: (line: string) => void) {
  const stage: Stage = stageOf(stageName);
  const siteOf = await callerOf();
  const documents = createDocuments(siteOf('DYNAMODB'));
  const sqs = createAwsClient({ ...siteOf('SQS'), service: AWS_SERVICES.SQS });
  const secrets = createAwsClient({
    ...siteOf('SECRETS_MANAGER'),
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

  return {
    stage,
    clock: systemClock,
    log: spoken(say),
    accounts: createAccounts({
      client: secrets,
      prefix: secretsPrefixOf(stage),
      clock: systemClock,
    }),
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
      settings: METERING,
    }),
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
  };
}

/** With the credentials and the region that the SDK finds, wherever a person keeps them. */
async function callerOf() {
  const { config } = new SQSClient();
  const { accessKeyId, secretAccessKey, sessionToken } = await config.credentials();
  const caller = {
    region: await config.region(),
    credentials: {
      accessKeyId,
      secretAccessKey: new Secret(secretAccessKey),
      sessionToken: sessionToken === undefined ? undefined : new Secret(sessionToken),
    },
    clock: systemClock,
    random: systemRandom,
  };
  return (service: AwsServiceName) => ({ ...caller, endpoint: readEndpoint(service) });
}

function readEndpoint(service: AwsServiceName): string | undefined {
  return process.env[`AWS_ENDPOINT_URL_${service}`] ?? process.env.AWS_ENDPOINT_URL;
}

function spoken(say: (line: string) => void): Log {
  const line = (message: string) => say(message);
  return { info: line, warn: line, error: line };
}
