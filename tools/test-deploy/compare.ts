import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { openAws } from '../../local/stack/aws.ts';
import { ACCOUNT_ID, SECRET_KEY } from './emulator.ts';
import type { Clients } from './probe.ts';
import { PROBES } from './probes.ts';

/** What one AWS did on one probe. */
export interface Seen {
  readonly what: string;
  readonly documented: string;
  readonly where: string;
  readonly seen: string;
}

/** Asks every probe of the AWS behind an address. */
export async function probed(url: string): Promise<readonly Seen[]> {
  const settings = {
    endpoint: url,
    region: 'us-east-1',
    credentials: { accessKeyId: ACCOUNT_ID, secretAccessKey: SECRET_KEY },
    maxAttempts: 1,
  };
  const clients: Clients = {
    sqs: new SQSClient(settings),
    dynamoDb: new DynamoDBClient(settings),
    secrets: new SecretsManagerClient(settings),
    events: new EventBridgeClient(settings),
  };
  const all: Seen[] = [];
  for (const [index, { run, ...probe }] of PROBES.entries()) {
    const seen = await run(clients, `probe-${index}`).catch((error: unknown) =>
      error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 100) : String(error),
    );
    all.push({ ...probe, seen });
  }
  for (const client of Object.values(clients)) client.destroy();
  return all;
}

/** Asks every probe of the local stack, in a place of its own. */
export async function probedLocally(): Promise<readonly Seen[]> {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'order-service-probes-'));
  const aws = await openAws({ dataDirectory, port: 0, log: () => {} });
  try {
    return await probed(aws.url);
  } finally {
    await aws.close();
  }
}
