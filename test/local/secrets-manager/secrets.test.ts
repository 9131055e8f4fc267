import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  RotateSecretCommand,
  SecretsManagerClient,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateSecretCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type AwsEndpoint,
  startAwsEndpoint,
} from '../../../local/aws-endpoint/start-aws-endpoint.ts';
import {
  createSecretsManager,
  type LocalSecretsManager,
} from '../../../local/secrets-manager/create-secrets-manager.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const NAME = 'hashkey-orders/local/accounts/desk-1';

let directory: string;
let nowMs: number;
let secrets: LocalSecretsManager;
let endpoint: AwsEndpoint;
let client: SecretsManagerClient;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'local-secrets-'));
  nowMs = 1_700_000_000_000;
  secrets = open();
  endpoint = await startAwsEndpoint({ port: 0, services: { secretsManager: secrets } });
  client = new SecretsManagerClient({
    endpoint: endpoint.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    maxAttempts: 1,
  });
});
afterEach(async () => {
  client.destroy();
  await endpoint.close();
  secrets.close();
  rmSync(directory, { recursive: true, force: true });
});

function open(): LocalSecretsManager {
  return createSecretsManager({
    file: join(directory, 'secrets.sqlite'),
    clock: { now: () => nowMs },
  });
}
const create = (Name = NAME, SecretString = 'first') =>
  client.send(new CreateSecretCommand({ Name, SecretString }));
const get = (choice = {}) => client.send(new GetSecretValueCommand({ SecretId: NAME, ...choice }));
const put = (SecretString: string, rest = {}) =>
  client.send(new PutSecretValueCommand({ SecretId: NAME, SecretString, ...rest }));

describe('a new secret', () => {
  it('is read by name, by ARN and by an ARN without its suffix', async () => {
    const { ARN = '', VersionId } = await create();
    expect(ARN).toMatch(
      /^arn:aws:secretsmanager:us-east-1:000000000000:secret:hashkey-orders\/local\/accounts\/desk-1-\w{6}$/,
    );
    for (const SecretId of [NAME, ARN, ARN.slice(0, -7)]) {
      expect(await get({ SecretId })).toMatchObject({
        ARN,
        Name: NAME,
        VersionId,
        SecretString: 'first',
        VersionStages: ['AWSCURRENT'],
        CreatedDate: new Date(nowMs),
      });
    }
  });

  it('may hold bytes', async () => {
    const SecretBinary = new Uint8Array([0, 255, 10]);
    await client.send(new CreateSecretCommand({ Name: 'bytes', SecretBinary }));
    const found = await get({ SecretId: 'bytes' });
    expect(found.SecretBinary).toEqual(SecretBinary);
    expect(found.SecretString).toBeUndefined();
  });

  it('is refused a second time, unless it is the same request', async () => {
    const ClientRequestToken = 'a'.repeat(32);
    const request = { Name: NAME, SecretString: 'first', ClientRequestToken };
    const first = await client.send(new CreateSecretCommand(request));
    const again = await client.send(new CreateSecretCommand(request));
    expect(again.ARN).toBe(first.ARN);
    await expect(create()).rejects.toMatchObject({ name: 'ResourceExistsException' });
  });

  it('is refused with a name that Secrets Manager would not take', async () => {
    await expect(create('no spaces')).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });
});

describe('a secret that is not there', () => {
  it('is not found', async () => {
    await expect(get()).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: "Secrets Manager can't find the specified secret.",
    });
  });
});

describe('a new value', () => {
  it('becomes current, and the one before it previous', async () => {
    const first = await create();
    await put('second');
    expect((await get()).SecretString).toBe('second');
    expect((await get({ VersionStage: 'AWSPREVIOUS' })).SecretString).toBe('first');
    await client.send(new UpdateSecretCommand({ SecretId: NAME, SecretString: 'third' }));
    expect((await get()).SecretString).toBe('third');
    expect((await get({ VersionStage: 'AWSPREVIOUS' })).SecretString).toBe('second');
    expect((await get({ VersionId: first.VersionId })).SecretString).toBe('first');
  });

  it('is refused under the token of another value, and ignored under its own', async () => {
    await create();
    const ClientRequestToken = 'b'.repeat(32);
    await put('second', { ClientRequestToken });
    await put('second', { ClientRequestToken });
    await expect(put('other', { ClientRequestToken })).rejects.toMatchObject({
      name: 'ResourceExistsException',
    });
    const versions = await client.send(new ListSecretVersionIdsCommand({ SecretId: NAME }));
    expect(versions.Versions).toHaveLength(2);
  });

  it('waits as pending until its stage is moved', async () => {
    const first = await create();
    const pending = await put('second', { VersionStages: ['AWSPENDING'] });
    expect((await get()).SecretString).toBe('first');
    expect((await get({ VersionStage: 'AWSPENDING' })).SecretString).toBe('second');

    const move = (rest = {}) =>
      client.send(
        new UpdateSecretVersionStageCommand({
          SecretId: NAME,
          VersionStage: 'AWSCURRENT',
          MoveToVersionId: pending.VersionId,
          ...rest,
        }),
      );
    await expect(move()).rejects.toMatchObject({ name: 'InvalidParameterException' });
    await move({ RemoveFromVersionId: first.VersionId });
    expect((await get()).SecretString).toBe('second');
    expect((await get({ VersionStage: 'AWSPREVIOUS' })).SecretString).toBe('first');
    const described = await client.send(new DescribeSecretCommand({ SecretId: NAME }));
    expect(described.VersionIdsToStages).toEqual({
      [first.VersionId ?? '']: ['AWSPREVIOUS'],
      [pending.VersionId ?? '']: ['AWSCURRENT', 'AWSPENDING'],
    });
  });

  it('is not found under a stage that nothing has, or in a version without that stage', async () => {
    const { VersionId } = await create();
    await expect(get({ VersionStage: 'AWSPENDING' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await expect(get({ VersionId, VersionStage: 'AWSPENDING' })).rejects.toMatchObject({
      name: 'InvalidRequestException',
    });
  });

  it('is refused when it is too long, without being quoted', async () => {
    await create();
    const tooLong = put('z'.repeat(65_537));
    await expect(tooLong).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: "A secret's value has at most 65536 bytes.",
    });
  });
});

describe('a deleted secret', () => {
  const remove = (rest = {}) =>
    client.send(new DeleteSecretCommand({ SecretId: NAME, RecoveryWindowInDays: 7, ...rest }));

  it('cannot be used until it is restored', async () => {
    await create();
    expect((await remove()).DeletionDate).toEqual(new Date(nowMs + 7 * DAY_MS));
    await expect(get()).rejects.toMatchObject({ name: 'InvalidRequestException' });
    await expect(create()).rejects.toMatchObject({ name: 'InvalidRequestException' });
    await client.send(new RestoreSecretCommand({ SecretId: NAME }));
    expect((await get()).SecretString).toBe('first');
  });

  it('is gone when its recovery window is over', async () => {
    await create();
    await remove();
    nowMs += 7 * DAY_MS;
    await expect(get()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('is gone at once when that is forced', async () => {
    await create();
    await remove({ RecoveryWindowInDays: undefined, ForceDeleteWithoutRecovery: true });
    await expect(get()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    expect((await create()).Name).toBe(NAME);
  });
});

describe('a list of secrets', () => {
  const list = async (request = {}) => {
    const page = await client.send(new ListSecretsCommand(request));
    return { names: page.SecretList?.map(({ Name }) => Name), next: page.NextToken };
  };

  it('is filtered by the beginning of a name', async () => {
    for (const name of ['a/one', 'a/two', 'b/one']) await create(name);
    expect(await list({ Filters: [{ Key: 'name', Values: ['a/'] }] })).toEqual({
      names: ['a/one', 'a/two'],
      next: undefined,
    });
  });

  it('comes in pages, without what is marked for deletion', async () => {
    for (const name of ['a', 'b', 'c', 'd']) await create(name);
    await client.send(new DeleteSecretCommand({ SecretId: 'b' }));
    const first = await list({ MaxResults: 2 });
    expect(first.names).toEqual(['a', 'c']);
    const rest = await list({ MaxResults: 2, NextToken: first.next });
    expect(rest).toEqual({ names: ['d'], next: undefined });
  });
});

describe('tags', () => {
  it('are set, replaced and removed', async () => {
    await create();
    const tag = (Key: string, Value: string) =>
      client.send(new TagResourceCommand({ SecretId: NAME, Tags: [{ Key, Value }] }));
    await tag('team', 'desk');
    await tag('stage', 'dev');
    await tag('team', 'treasury');
    await client.send(new UntagResourceCommand({ SecretId: NAME, TagKeys: ['stage'] }));
    const described = await client.send(new DescribeSecretCommand({ SecretId: NAME }));
    expect(described.Tags).toEqual([{ Key: 'team', Value: 'treasury' }]);
  });
});

describe('the secrets file', () => {
  it('is for its owner alone, and keeps what it was given', async () => {
    await create();
    for (const file of ['secrets.sqlite', 'secrets.sqlite-wal', 'secrets.sqlite-shm']) {
      expect(statSync(join(directory, file)).mode & 0o777).toBe(0o600);
    }
    const again = open();
    again.putSecret(NAME, 'second');
    again.close();
    expect((await get()).SecretString).toBe('second');
  });
});

describe('a secret that the stack puts at every start', () => {
  it('gets a version only when its value is new, and comes back when it was deleted', async () => {
    for (const value of ['one', 'one', 'two', 'two']) secrets.putSecret(NAME, value);
    await client.send(new DeleteSecretCommand({ SecretId: NAME }));
    secrets.putSecret(NAME, 'two');
    expect((await get()).SecretString).toBe('two');
    const versions = await client.send(new ListSecretVersionIdsCommand({ SecretId: NAME }));
    expect(versions.Versions).toHaveLength(2);
  });
});

describe('a call that is not known', () => {
  it('is refused by name', async () => {
    const rotate = new RotateSecretCommand({ SecretId: NAME });
    await expect(client.send(rotate)).rejects.toThrow(/does not know RotateSecret/);
  });
});
