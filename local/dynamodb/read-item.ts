import * as z from 'zod/mini';
import { AwsError } from '../aws-endpoint/aws-service.ts';
import type { Image } from './attribute-values.ts';
import type { Database } from './start-dynalite.ts';

const answerBody = z.object({ Item: z.optional(z.record(z.string(), z.unknown())) });
const refusalBody = z.object({ __type: z.string(), message: z.optional(z.string()) });

/** Reads one item as it is now, or passes the database's refusal on. */
export async function readItem(
  database: Database,
  table: string,
  key: Image,
): Promise<Image | undefined> {
  const request = { TableName: table, Key: key, ConsistentRead: true };
  const answer = await database.call('GetItem', JSON.stringify(request));
  const body: unknown = JSON.parse(answer.body);
  if (answer.status === 200) return answerBody.parse(body).Item;

  const refusal = refusalBody.parse(body);
  throw new AwsError(refusal.__type, refusal.message ?? 'refused', { status: answer.status });
}
