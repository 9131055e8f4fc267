import { createDocuments } from '../../lib/adapters/dynamodb/documents.ts';
import { systemClock } from '../../lib/adapters/system/clock.ts';
import { systemRandom } from '../../lib/adapters/system/ids.ts';
import { Secret } from '../../lib/application/secret.ts';
import { BUDGETS_TABLE, ORDERS_TABLE } from './ours/tables.ts';
import { type KeyPair, type SentOrder, sendOrder } from './sender.ts';

/**
 * Makes the shared sender with the store calls that no order may go without, and nothing else: the
 * intent before the request, the gate read, the outcome after it, each as small as it can be, with
 * the light client of our adapters. What our promises cost at least.
 */
export function createStoredSend(storeUrl: string) {
  const secretAccessKey = new Secret('local');
  const documents = createDocuments({
    region: 'us-east-1',
    endpoint: storeUrl,
    credentials: { accessKeyId: 'local', secretAccessKey, sessionToken: undefined },
    clock: systemClock,
    random: systemRandom,
  });
  const started = new Set<string>();
  const write = (clientOrderId: string, version: number) =>
    documents.update({
      TableName: ORDERS_TABLE,
      Key: { accountId: 'floor', clientOrderId },
      UpdateExpression: 'SET #version = :version',
      ConditionExpression: version === 1 ? 'attribute_not_exists(#version)' : '#version = :before',
      ExpressionAttributeNames: { '#version': 'version' },
      ExpressionAttributeValues: {
        ':version': version,
        ...(version > 1 && { ':before': version - 1 }),
      },
    });

  return async (exchangeUrl: string, key: KeyPair, clientOrderId: string): Promise<SentOrder> => {
    if (!started.has(clientOrderId)) await write(clientOrderId, 1);
    started.add(clientOrderId);
    await documents.get({ tableName: BUDGETS_TABLE, key: { id: 'key#floor' } }, ['gate']);
    const sent = await sendOrder(exchangeUrl, key, clientOrderId);
    if (sent.status === 200) await write(clientOrderId, 2);
    return sent;
  };
}
