import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SQSClient } from '@aws-sdk/client-sqs';

/** Clients of one AWS, emulated or not. */
export interface Clients {
  readonly sqs: SQSClient;
  readonly dynamoDb: DynamoDBClient;
  readonly secrets: SecretsManagerClient;
  readonly events: EventBridgeClient;
}

/** One thing that the service relies on, and what AWS documents of it. */
export interface Probe {
  readonly what: string;
  /** What AWS's documentation says comes of it. */
  readonly documented: string;
  /** Where it says so. */
  readonly where: string;
  readonly run: (clients: Clients, name: string) => Promise<string>;
}

/** Gives the name of the error that a call ends with. */
export async function errorOf(run: () => Promise<unknown>): Promise<string> {
  try {
    await run();
    return 'no error';
  } catch (error) {
    const name = error instanceof Error ? error.name : String(error);
    return name.replace(/^.*\./, '');
  }
}
