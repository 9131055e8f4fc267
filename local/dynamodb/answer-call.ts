import {
  AwsError,
  type AwsRequest,
  type AwsResponse,
  errorAnswer,
  parseBody,
} from '../aws-endpoint/aws-service.ts';
import { batchWriteRequest, touchesJournal, writeBatch } from './batch-write.ts';
import type { Database, DatabaseAnswer } from './start-dynalite.ts';
import type { TableCatalog } from './table-catalog.ts';
import type { TableOperations } from './table-operations.ts';
import type { ItemWriter } from './write-item.ts';
import { writeRequest } from './write-shape.ts';

/** The calls that change no item of a table, and that dynalite answers well. */
const FORWARDED = new Set([
  'BatchGetItem',
  'GetItem',
  'ListTables',
  'ListTagsOfResource',
  'Query',
  'Scan',
  'TagResource',
  'UntagResource',
]);

export interface CallParts {
  readonly database: Database;
  readonly catalog: TableCatalog;
  readonly writer: ItemWriter;
  readonly tables: TableOperations;
}

/** Answers one DynamoDB call; it never rejects. */
export async function answerCall(parts: CallParts, request: AwsRequest): Promise<AwsResponse> {
  try {
    const { status, body } = await route(parts, request);
    return { status, headers: { 'content-type': 'application/x-amz-json-1.0' }, body };
  } catch (error) {
    return errorAnswer('1.0', error);
  }
}

async function route(parts: CallParts, request: AwsRequest): Promise<DatabaseAnswer> {
  const { operation, body } = request;
  switch (operation) {
    case 'PutItem':
    case 'UpdateItem':
    case 'DeleteItem': {
      const write = parseBody(writeRequest, body, 'ValidationException');
      return parts.writer.write({ operation, request: write });
    }
    case 'BatchWriteItem': {
      const batch = parseBody(batchWriteRequest, body, 'ValidationException');
      if (touchesJournal(batch, parts.catalog)) return writeBatch(parts, batch);
      return parts.database.call(operation, body);
    }
  }

  const table = parts.tables.get(operation);
  if (table !== undefined) return table(body);
  if (FORWARDED.has(operation)) return parts.database.call(operation, body);
  throw unavailable(operation);
}

function unavailable(operation: string): AwsError {
  const advice = operation.startsWith('Transact')
    ? 'it has no transactions; use conditional writes of single items'
    : 'it knows single-item and batch calls, Query, Scan and the calls about tables';
  return new AwsError(
    'UnknownOperationException',
    `The local DynamoDB does not know ${operation}: ${advice}.`,
  );
}
