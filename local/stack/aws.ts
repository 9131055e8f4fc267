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
    const at = (name: string) => join(dataDirectory, name);
    const sqs = await opening(at('sqs.sqlite'), (file) =>
      createSqs({ file, clock, baseUrl: () => url }),
    );
    opened.push(() => sqs.close());
    const dynamoDb = await opening(at('dynamodb'), (directory) =>
      openDynamoDb({ directory, clock }),
    );
    opened.push(() => dynamoDb.close());
    const secretsManager = await opening(at('secrets.sqlite'), (file) =>
      createSecretsManager({ file, clock }),
    );
    opened.push(() => secretsManager.close());
    const eventBridge = await opening(at('events.sqlite'), (file) =>
      createEventBridge({ file, clock }),
    );
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

/** Opens one part of the data directory; its error says what a person can do. */
async function opening<Part>(
  path: string,
  open: (path: string) => Part | Promise<Part>,
): Promise<Part> {
  try {
    return await open(path);
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new Error(
      `${path} cannot be opened: ${why} Another process may use it, or it is damaged: stop that process, or start with another --data-dir.`,
      { cause: error },
    );
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
