import {
  DeleteItemCommand,
  type DynamoDBClient,
  DynamoDBServiceException,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { seededRandom } from '../../support/random.ts';

const WRITERS = 12;
const ITEMS = 20;

/** What a load has seen acknowledged: the marks it wrote, each in one write only. */
export interface LoadReport {
  readonly acknowledgedMarks: Set<string>;
}

/**
 * Writes at random to a few items until the server is gone.
 *
 * @param onAcknowledged - called after each write that the server acknowledged
 */
export async function loadUntilGone(
  client: DynamoDBClient,
  options: { readonly seed: number; readonly onAcknowledged: (count: number) => void },
): Promise<LoadReport> {
  const random = seededRandom(options.seed);
  const acknowledgedMarks = new Set<string>();
  let writes = 0;
  let acknowledged = 0;

  const writer = async () => {
    for (;;) {
      writes += 1;
      const mark = `${options.seed}-${writes}`;
      const id = Math.floor(random() * ITEMS);
      const outcome = await writeOnce(client, { id, mark, dice: random() });
      if (outcome === 'gone') return;
      if (outcome === 'marked') acknowledgedMarks.add(mark);
      acknowledged += 1;
      options.onAcknowledged(acknowledged);
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, writer));
  return { acknowledgedMarks };
}

async function writeOnce(
  client: DynamoDBClient,
  write: { readonly id: number; readonly mark: string; readonly dice: number },
): Promise<'marked' | 'unmarked' | 'gone'> {
  const { id, mark, dice } = write;
  const Key = { accountId: { S: 'desk-1' }, clientOrderId: { S: `order-${id}` } };
  const where = { TableName: 'orders', Key };
  try {
    if (dice < 0.1) {
      await client.send(new DeleteItemCommand(where));
      return 'unmarked';
    }
    if (dice < 0.25) {
      const Item = { ...Key, mark: { S: mark }, history: { L: [] }, ...dueFrom(dice) };
      await client.send(new PutItemCommand({ TableName: 'orders', Item }));
      return 'marked';
    }
    // One in four of these is made to fail its condition, if the item is there.
    const guard = dice < 0.45 ? 'attribute_not_exists(accountId)' : 'mark <> :mark';
    const due = dueFrom(dice);
    await client.send(
      new UpdateItemCommand({
        ...where,
        ConditionExpression: guard,
        UpdateExpression:
          'SET mark = :mark, history = list_append(if_not_exists(history, :none), :entry)' +
          (due ? ', dueShard = :shard, dueAt = :due' : ' REMOVE dueShard, dueAt'),
        ExpressionAttributeValues: {
          ':mark': { S: mark },
          ':none': { L: [] },
          ':entry': { L: [{ S: mark }] },
          ...(due ? { ':shard': due.dueShard, ':due': due.dueAt } : {}),
        },
      }),
    );
    return 'marked';
  } catch (error) {
    if (!(error instanceof DynamoDBServiceException)) return 'gone';
    if (error.name === 'ConditionalCheckFailedException') return 'unmarked';
    throw error;
  }
}

/** Two writes in three put the item into the index, at another place each. */
function dueFrom(dice: number) {
  const place = Math.floor(dice * 1_000_000);
  if (place % 3 === 0) return undefined;
  return { dueShard: { S: 'all' }, dueAt: { N: String(place) } };
}
