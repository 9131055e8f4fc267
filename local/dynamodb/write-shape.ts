import * as z from 'zod/mini';
import { type Image, imageBytes, keyOf, sameImage } from './attribute-values.ts';
import type { DatabaseAnswer } from './start-dynalite.ts';
import type { Change } from './stream-journal.ts';
import type { KnownTable } from './table-catalog.ts';

/** The single-item writes of DynamoDB. */
export type ItemWrite = 'PutItem' | 'UpdateItem' | 'DeleteItem';

const attributes = z.record(z.string(), z.unknown());

/** A write request; fields that are not named here pass through. */
export const writeRequest = z.looseObject({
  TableName: z.string(),
  Key: z.optional(attributes),
  Item: z.optional(attributes),
  ReturnValues: z.optional(z.string()),
  ReturnValuesOnConditionCheckFailure: z.optional(z.string()),
});
export type WriteRequest = z.infer<typeof writeRequest>;

/** One write as its caller asked for it. */
export interface WriteCall {
  readonly operation: ItemWrite;
  readonly request: WriteRequest;
}

const writeAnswer = z.looseObject({ Attributes: z.optional(attributes) });
const refusal = z.looseObject({ __type: z.optional(z.string()) });

/** The request as the database gets it: an update that asks for nothing back asks for the new image. */
export function forwardedRequest(call: WriteCall): string {
  const { request } = call;
  const asked = returnsNothing(call) ? { ...request, ReturnValues: 'ALL_NEW' } : request;
  return JSON.stringify(asked);
}

/** The new image where the answer carries it; `read` when the item must be read to know it. */
export function newImageIn(call: WriteCall, answer: DatabaseAnswer): Image | undefined | 'read' {
  if (call.operation === 'DeleteItem') return undefined;
  // A put may be stored in another form than it was sent: what is stored is read, not assumed.
  if (call.operation === 'PutItem') return 'read';
  if (!returnsNothing(call) && call.request.ReturnValues !== 'ALL_NEW') return 'read';
  return writeAnswer.parse(JSON.parse(answer.body)).Attributes ?? 'read';
}

/** The answer to a write that took effect, with no more in it than its caller asked for. */
export function callersAnswer(call: WriteCall, answer: DatabaseAnswer): DatabaseAnswer {
  if (!returnsNothing(call)) return answer;
  const { Attributes: _hidden, ...rest } = writeAnswer.parse(JSON.parse(answer.body));
  return { status: answer.status, body: JSON.stringify(rest) };
}

/** The answer to a refused write, with the item where the caller asked for it; dynalite leaves it out. */
export function callersRefusal(
  request: WriteRequest,
  answer: DatabaseAnswer,
  before: Image | undefined,
): DatabaseAnswer {
  const isAsked = request.ReturnValuesOnConditionCheckFailure === 'ALL_OLD';
  if (!isAsked || before === undefined) return answer;
  const body = refusal.parse(JSON.parse(answer.body));
  if (!body.__type?.endsWith('#ConditionalCheckFailedException')) return answer;
  return { status: answer.status, body: JSON.stringify({ ...body, Item: before }) };
}

/** The record of a change; `undefined` where nothing changed. */
export function changeOf(
  table: KnownTable,
  seen: { before: Image | undefined; after: Image | undefined; atMs: number },
): Change | undefined {
  const { before, after, atMs } = seen;
  if (sameImage(before, after)) return undefined;
  const key = keyOf(table.keyAttributes, after ?? before ?? {}) ?? {};
  const kind = before === undefined ? 'INSERT' : after === undefined ? 'REMOVE' : 'MODIFY';
  const sizeBytes = imageBytes(key) + imageBytes(before) + imageBytes(after);
  return { kind, key, oldImage: before, newImage: after, sizeBytes, atMs };
}

function returnsNothing({ operation, request }: WriteCall): boolean {
  return operation === 'UpdateItem' && (request.ReturnValues ?? 'NONE') === 'NONE';
}
