import { afterEach, describe, expect, it } from '@jest/globals';
import { createDocuments, type Documents } from '../../../lib/adapters/dynamodb/documents.ts';
import { Secret } from '../../../lib/application/secret.ts';
import {
  type ScriptedAnswer,
  type ScriptedAws,
  startScriptedAws,
} from '../../support/scripted-aws.ts';

const one = { tableName: 'budgets', key: { id: 'key#1' } };
const egress = { tableName: 'budgets', key: { id: 'egress' } };
const order = { tableName: 'orders', key: { accountId: 'desk-1', clientOrderId: 'a' } };

let service: ScriptedAws;
let documents: Documents;
afterEach(async () => {
  documents.close();
  await service.close();
});

async function open(answer: Parameters<typeof startScriptedAws>[0]): Promise<void> {
  service = await startScriptedAws(answer);
  documents = createDocuments({
    region: 'us-east-1',
    endpoint: service.url,
    credentials: { accessKeyId: 'key', secretAccessKey: new Secret('secret') },
    clock: { now: () => 0, sleep: async () => {} },
    random: () => 0,
  });
}

const found = (Responses: unknown, UnprocessedKeys = {}): ScriptedAnswer => ({
  body: { Responses, UnprocessedKeys },
});

describe('reads that are asked for at the same moment', () => {
  it('go out as one, strongly consistent, whatever their tables', async () => {
    await open(() =>
      found({
        budgets: [{ id: { S: 'egress' }, version: { N: '3' } }],
        orders: [{ accountId: { S: 'desk-1' }, clientOrderId: { S: 'a' } }],
      }),
    );

    const items = await Promise.all([one, egress, order].map((name) => documents.get(name)));

    expect(items).toEqual([undefined, { id: 'egress', version: 3 }, order.key]);
    expect(service.calls).toMatchObject([
      {
        operation: 'BatchGetItem',
        input: {
          RequestItems: {
            budgets: {
              Keys: [{ id: { S: 'key#1' } }, { id: { S: 'egress' } }],
              ConsistentRead: true,
            },
            orders: { ConsistentRead: true },
          },
        },
      },
    ]);
  });

  it('share one read of the same item', async () => {
    await open(() => ({ body: { Item: { id: { S: 'egress' } } } }));

    const items = await Promise.all([documents.get(egress), documents.get({ ...egress })]);

    expect(items).toEqual([{ id: 'egress' }, { id: 'egress' }]);
    expect(service.calls).toMatchObject([
      { operation: 'GetItem', input: { Key: { id: { S: 'egress' } }, ConsistentRead: true } },
    ]);
  });

  it('all fail when their call fails', async () => {
    await open(() => ({ status: 400, body: { __type: 'AccessDeniedException' } }));

    const reads = await Promise.allSettled([documents.get(one), documents.get(egress)]);

    expect(reads.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  it('ask again for what was put off, and fail when that does not end', async () => {
    const rest = { budgets: { Keys: [{ id: { S: 'egress' } }], ConsistentRead: true } };
    const first = { budgets: [{ id: { S: 'key#1' } }] };
    await open((_call, number) =>
      number === 1 ? found(first, rest) : found({ budgets: [{ id: { S: 'egress' } }] }),
    );

    expect(await Promise.all([documents.get(one), documents.get(egress)])).toEqual([
      { id: 'key#1' },
      { id: 'egress' },
    ]);
    expect(service.calls[1]?.input).toEqual({ RequestItems: rest });

    documents.close();
    await service.close();
    await open(() => found(first, rest));
    await expect(Promise.all([documents.get(one), documents.get(egress)])).rejects.toMatchObject({
      name: 'ThrottlingException',
    });
  });
});

describe('a read that is asked for while another is out', () => {
  it('sees what was written in between', async () => {
    let version = 1;
    let asked: Promise<unknown> | undefined;
    await open(() => {
      const answer = { body: { Item: { id: { S: 'egress' }, version: { N: String(version) } } } };
      // The first answer is decided; what is asked from now on must not share it.
      version += 1;
      asked ??= documents.get(egress);
      return answer;
    });

    expect(await documents.get(egress)).toMatchObject({ version: 1 });
    expect(await asked).toMatchObject({ version: 2 });
  });
});

describe('a read of some attributes', () => {
  it('gives those and leaves the rest alone', async () => {
    await open(() => ({ body: { Item: { id: { S: 'a' }, gate: { M: {} }, odd: { ZZ: 1 } } } }));

    expect(await documents.get(one, ['gate'])).toEqual({ gate: {} });
  });
});
