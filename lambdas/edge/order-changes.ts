import { unmarshall } from '@aws-sdk/util-dynamodb';
import type {
  DynamoDBRecord,
  DynamoDBStreamEvent,
  AttributeValue as StreamValue,
} from 'aws-lambda';
import { parseOrderItem } from '../../lib/adapters/dynamodb/order-item.ts';
import type { OrderChange } from '../../lib/application/publish-events.ts';

/** Translates what Lambda delivers of the orders table's stream. Removals are no changes. */
export function orderChanges(event: DynamoDBStreamEvent): readonly OrderChange[] {
  return event.Records.flatMap(orderChange);
}

function orderChange({ dynamodb }: DynamoDBRecord): readonly OrderChange[] {
  const { NewImage, OldImage, SequenceNumber } = dynamodb ?? {};
  if (NewImage === undefined || SequenceNumber === undefined) return [];
  const order = parseOrderItem(itemOf(NewImage));
  const previous = OldImage === undefined ? undefined : itemOf(OldImage).version;
  const previousVersion = typeof previous === 'number' ? previous : 0;
  return [{ sequenceNumber: SequenceNumber, previousVersion, order }];
}

/** The stream's own types leave out that exactly one member is set; the SDK's insist on it. */
function itemOf(image: Record<string, StreamValue>): Readonly<Record<string, unknown>> {
  return unmarshall(image as Parameters<typeof unmarshall>[0]);
}
