import { afterEach, describe, expect, it } from '@jest/globals';
import { AwsError, createAwsClient } from '../../../lib/adapters/aws/aws-client.ts';
import { AWS_SERVICES } from '../../../lib/adapters/aws/known-services.ts';
import { Secret } from '../../../lib/application/secret.ts';
import {
  type ScriptedAnswer,
  type ScriptedAws,
  type ScriptedCall,
  startScriptedAws,
} from '../../support/scripted-aws.ts';

const NOW = Date.UTC(2026, 10, 22, 19);
const ok = { body: { Item: { id: { S: 'egress' } } } };

let service: ScriptedAws;
let client: ReturnType<typeof createAwsClient>;
afterEach(async () => {
  client.close();
  await service.close();
});

/** A client of a service that gives these answers in turn, then the last one for ever. */
async function open(
  answers: readonly ScriptedAnswer[] | ((call: ScriptedCall) => ScriptedAnswer),
  settings = {},
) {
  const inTurn = (call: ScriptedCall, number: number) =>
    typeof answers === 'function' ? answers(call) : (answers[number - 1] ?? answers.at(-1) ?? ok);
  service = await startScriptedAws(inTurn);
  const waits: number[] = [];
  client = createAwsClient({
    service: AWS_SERVICES.DYNAMODB,
    region: 'ap-east-1',
    endpoint: service.url,
    credentials: {
      accessKeyId: 'key',
      secretAccessKey: new Secret('secret'),
      sessionToken: new Secret('token'),
    },
    clock: { now: () => NOW, sleep: async (ms) => void waits.push(ms) },
    random: () => 0.5,
    ...settings,
  });
  return { waits };
}

const refusal = (name: string, more = {}): ScriptedAnswer => ({
  status: 400,
  body: { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: `said: ${name}`, ...more },
});

describe('a call of AWS', () => {
  it('names its operation, is signed and carries the session', async () => {
    await open([ok]);

    expect(await client.call('GetItem', { TableName: 'orders' })).toEqual(ok.body);

    expect(service.calls[0]).toMatchObject({
      operation: 'GetItem',
      input: { TableName: 'orders' },
      headers: {
        'x-amz-target': 'DynamoDB_20120810.GetItem',
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-date': '20261122T190000Z',
        'x-amz-security-token': 'token',
        authorization: expect.stringContaining('Credential=key/20261122/ap-east-1/dynamodb/'),
      },
    });
  });

  it('keeps its connection for the next one', async () => {
    await open([ok]);

    for (let call = 0; call < 3; call += 1) await client.call('GetItem', {});

    expect(new Set(service.calls.map(({ port }) => port)).size).toBe(1);
  });

  it('is refused by name, once', async () => {
    const reasons = [{ Code: 'None' }, { Code: 'ConditionalCheckFailed' }];
    await open([refusal('TransactionCanceledException', { CancellationReasons: reasons })]);

    const refused = await client.call('TransactWriteItems', {}).catch((error) => error);

    expect(refused).toBeInstanceOf(AwsError);
    expect(refused).toMatchObject({
      name: 'TransactionCanceledException',
      message: 'said: TransactionCanceledException',
      details: { CancellationReasons: reasons },
    });
    expect(service.calls).toHaveLength(1);
  });

  it.each<readonly [string, ScriptedAnswer]>([
    ['throttled', refusal('ProvisionedThroughputExceededException')],
    ['throttled by the account', refusal('ThrottlingException')],
    ['met by a fault of the service', { status: 500, body: { __type: 'InternalServerError' } }],
    ['answered by a page', { status: 503, body: '<html>' }],
    ['cut off', 'break the connection'],
  ])('is repeated after a wait when it is %s', async (_name, fault) => {
    const { waits } = await open([fault, fault, ok]);

    expect(await client.call('GetItem', {})).toEqual(ok.body);

    expect(waits).toEqual([25, 50]);
  });

  it('is given up after three tries, with the name of the last fault', async () => {
    await open([refusal('ThrottlingException')]);

    await expect(client.call('GetItem', {})).rejects.toMatchObject({ name: 'ThrottlingException' });
    expect(service.calls).toHaveLength(3);
  });

  it('is repeated at once, on a new connection, when the kept ones turn out to be closed', async () => {
    const kept = new Set<number | undefined>();
    const { waits } = await open(({ port }) => (kept.has(port) ? 'break the connection' : ok));
    await Promise.all(Array.from({ length: 5 }, () => client.call('GetItem', {})));
    for (const { port } of service.calls) kept.add(port);

    expect(await client.call('GetItem', {})).toEqual(ok.body);

    expect(kept.size).toBe(5);
    expect(service.calls).toHaveLength(7);
    expect(waits).toEqual([]);
  });

  it('does not wait for an answer without limit', async () => {
    const limits = { connectMs: 1_000, answerMs: 20 };
    const impatient = { ...AWS_SERVICES.DYNAMODB, limits };
    await open(['say nothing'], { service: impatient, attemptsMax: 2 });

    await expect(client.call('GetItem', {})).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(service.calls).toHaveLength(2);
  });

  it('does not take half an answer or a foreign one for the service', async () => {
    await open([{ body: '"yes"' }], { attemptsMax: 1 });

    await expect(client.call('GetItem', {})).rejects.toMatchObject({ name: 'UnreadableAnswer' });
  });

  it('prints no credentials when it fails', async () => {
    await open(['break the connection'], { attemptsMax: 1 });

    const fault = await client.call('GetItem', {}).catch((error: unknown) => error);

    expect(JSON.stringify(fault, Object.getOwnPropertyNames(fault))).not.toMatch(/secret|token/);
  });
});
