import { join } from 'node:path';
import { type AwsEndpoint, startAwsEndpoint } from '../aws-endpoint/start-aws-endpoint.ts';
import { type LocalDynamoDb, openDynamoDb } from '../dynamodb/open-dynamodb.ts';
import { createEventBridge, type LocalEventBridge } from '../eventbridge/create-event-bridge.ts';
import {
  createSecretsManager,
  type LocalSecretsManager,
} from '../secrets-manager/create-secrets-manager.ts';
import { createSqs, type Sqs } from '../sqs/create-sqs.ts';
import type { StackDescription } from '../template/description.ts';
import { tableDefinition } from '../template/table-definition.ts';

/** The AWS services of the local stack, on one port. */
export interface LocalAws {
  readonly url: string;
  readonly sqs: Sqs;
  readonly dynamoDb: LocalDynamoDb;
  readonly secretsManager: LocalSecretsManager;
  readonly eventBridge: LocalEventBridge;
  /** Makes what the templates describe; what is there already stays. */
  provide(description: StackDescription): Promise<void>;
  close(): Promise<void>;
}

const clock = { now: () => Date.now() };

/**
 * Opens the services on their files and starts to answer.
 *
 * @throws Error in one line when the port is taken or the data directory is in use or damaged
 */
export async function openAws(options: {
  readonly dataDirectory: string;
  readonly port: number;
  readonly log: (line: string) => void;
}): Promise<LocalAws> {
  const { dataDirectory } = options;
  const opened: (() => Promise<void> | void)[] = [];
  const closeAll = async () => {
    for (const close of opened.splice(0).reverse()) await close();
  };
  try {
    let url = '';
    const sqs = createSqs({ file: join(dataDirectory, 'sqs.sqlite'), clock, baseUrl: () => url });
    opened.push(() => sqs.close());
    const directory = join(dataDirectory, 'dynamodb');
    const dynamoDb = await openDynamoDb({ directory, clock });
    opened.push(() => dynamoDb.close());
    const secretsManager = createSecretsManager({
      file: join(dataDirectory, 'secrets.sqlite'),
      clock,
    });
    opened.push(() => secretsManager.close());
    const eventBridge = createEventBridge({ file: join(dataDirectory, 'events.sqlite'), clock });
    opened.push(() => eventBridge.close());

    const endpoint = await startEndpoint({
      ...options,
      sqs,
      dynamoDb,
      secretsManager,
      eventBridge,
    });
    opened.push(() => endpoint.close());
    url = endpoint.url;
    const services = { url, sqs, dynamoDb, secretsManager, eventBridge };
    return {
      ...services,
      provide: (description) => provide(services, description),
      close: closeAll,
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

function startEndpoint(parts: {
  readonly port: number;
  readonly log: (line: string) => void;
  readonly sqs: Sqs;
  readonly dynamoDb: LocalDynamoDb;
  readonly secretsManager: LocalSecretsManager;
  readonly eventBridge: LocalEventBridge;
}): Promise<AwsEndpoint> {
  const { port, log, sqs, dynamoDb, secretsManager, eventBridge } = parts;
  return startAwsEndpoint({
    port,
    services: { sqs, dynamodb: dynamoDb, secretsManager, eventBridge },
    pages: { '/_local/events': (query) => eventBridge.eventsPage(query) },
    onFault: (target, error) => log(`${target || 'a call'}: ${String(error)}`),
  });
}

async function provide(
  { sqs, dynamoDb, eventBridge }: Pick<LocalAws, 'sqs' | 'dynamoDb' | 'eventBridge'>,
  description: StackDescription,
): Promise<void> {
  // A queue's dead-letter queue has to be there first.
  const queues = description.queues.toSorted(
    (left, right) => Number(left.redrive !== undefined) - Number(right.redrive !== undefined),
  );
  for (const queue of queues) sqs.engine.createQueue(queue.name, queue.attributes);
  for (const table of description.tables) await dynamoDb.createTable(tableDefinition(table));
  for (const bus of description.eventBuses) eventBridge.createEventBus(bus.name);
}
