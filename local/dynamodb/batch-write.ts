import * as z from 'zod/mini';
import { AwsError } from '../aws-endpoint/aws-service.ts';
import { itemName, keyOf } from './attribute-values.ts';
import type { DatabaseAnswer } from './start-dynalite.ts';
import type { TableCatalog } from './table-catalog.ts';
import type { ItemWriter } from './write-item.ts';
import type { WriteCall } from './write-shape.ts';

/** Most writes of one BatchWriteItem; DynamoDB's own limit. */
const BATCH_WRITES_MAX = 25;

const attributes = z.record(z.string(), z.unknown());
const entry = z.looseObject({
  PutRequest: z.optional(z.object({ Item: attributes })),
  DeleteRequest: z.optional(z.object({ Key: attributes })),
});

/** A BatchWriteItem request. */
export const batchWriteRequest = z.looseObject({
  RequestItems: z.record(z.string(), z.array(entry)),
});
export type BatchWriteRequest = z.infer<typeof batchWriteRequest>;

/** Says whether a batch touches a table whose writes are journaled, so that it must be split. */
export function touchesJournal(request: BatchWriteRequest, catalog: TableCatalog): boolean {
  return Object.keys(request.RequestItems).some((table) => catalog.get(table)?.journaled);
}

/**
 * Makes the writes of a batch one by one.
 *
 * As in AWS a batch is not atomic; unlike there, a write that is refused for its content leaves
 * those before it done.
 */
export async function writeBatch(
  parts: { readonly writer: ItemWriter; readonly catalog: TableCatalog },
  request: BatchWriteRequest,
): Promise<DatabaseAnswer> {
  const calls = Object.entries(request.RequestItems).flatMap(([table, entries]) =>
    entries.map((one) => toCall(table, one)),
  );
  if (calls.length === 0 || calls.length > BATCH_WRITES_MAX) {
    throw invalid(`A batch has 1 to ${BATCH_WRITES_MAX} writes; this one has ${calls.length}.`);
  }
  const names = calls.map(({ request: { TableName, Key, Item = {} } }) => {
    const key = Key ?? keyOf(parts.catalog.get(TableName)?.keyAttributes ?? [], Item);
    return itemName(TableName, key ?? Item);
  });
  if (new Set(names).size < names.length) {
    throw invalid('Provided list of item keys contains duplicates');
  }

  for (const call of calls) {
    const answer = await parts.writer.write(call);
    if (answer.status !== 200) return answer;
  }
  return { status: 200, body: JSON.stringify({ UnprocessedItems: {} }) };
}

function toCall(table: string, { PutRequest, DeleteRequest }: z.infer<typeof entry>): WriteCall {
  if (PutRequest !== undefined && DeleteRequest === undefined) {
    return { operation: 'PutItem', request: { TableName: table, Item: PutRequest.Item } };
  }
  if (DeleteRequest !== undefined && PutRequest === undefined) {
    return { operation: 'DeleteItem', request: { TableName: table, Key: DeleteRequest.Key } };
  }
  throw invalid('Each entry of a batch has exactly one of PutRequest and DeleteRequest.');
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
