import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AWS_SERVICES } from '../../../lib/adapters/aws/known-services.ts';
import { createVirtualClock } from '../../../lib/adapters/memory/clock.ts';
import { createAccountNames } from '../../../lib/adapters/secrets-manager/account-names.ts';
import { createAccounts } from '../../../lib/adapters/secrets-manager/accounts.ts';
import { parseAccount } from '../../../lib/adapters/secrets-manager/parse-account.ts';
import { createProducers } from '../../../lib/adapters/secrets-manager/producers.ts';
import type { Account } from '../../../lib/application/account.ts';
import {
  createSecretsManager,
  type LocalSecretsManager,
} from '../../../local/secrets-manager/create-secrets-manager.ts';
import { describeAccounts, describeProducers } from '../../contracts/accounts-contract.ts';
import { accountValue } from '../../support/account-values.ts';
import { awsClientAt } from '../../support/aws-client-at.ts';
import { type AwsFaultKind, startFaultyProxy } from '../../support/faulty-proxy.ts';
import { startScriptedAws } from '../../support/scripted-aws.ts';
import { serveAwsService } from '../../support/serve-aws-service.ts';
import { webhookSecret, webhookSecretText } from '../../support/webhook-secret.ts';

let directory: string;
let secrets: LocalSecretsManager;
let server: Awaited<ReturnType<typeof serveAwsService>>;
let prefixes = 0;
let opened: { close(): unknown }[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'secrets-'));
  secrets = createSecretsManager({ file: join(directory, 'secrets'), clock: { now: () => 1e12 } });
  server = await serveAwsService(secrets);
});
afterEach(async () => {
  for (const one of opened) await one.close();
  opened = [];
});
afterAll(async () => {
  await server.close();
  secrets.close();
  await rm(directory, { recursive: true });
});

/** A source of its own with a clock that the test moves and a count of what it asks. */
async function openSource(fault: () => AwsFaultKind = () => 'none') {
  prefixes += 1;
  const prefix = `hashkey-orders/test-${prefixes}`;
  let reads = 0;
  const proxy = await startFaultyProxy(server.endpoint, () => {
    reads += 1;
    return fault();
  });
  const client = awsClientAt(proxy.url, AWS_SERVICES.SECRETS_MANAGER);
  opened.push(client, proxy);
  const clock = createVirtualClock(1_800_000_000_000);
  const put = (path: string, value: unknown) =>
    secrets.putSecret(
      `${prefix}/${path}`,
      typeof value === 'string' ? value : JSON.stringify(value),
    );
  return { source: { client, prefix, clock }, clock, put, reads: () => reads };
}

function secretValueOf(account: Account) {
  const { accountId: _, keys, ...value } = account;
  const revealed = keys.map(({ apiKey, apiSecret }) => ({
    apiKey: apiKey.reveal(),
    apiSecret: apiSecret.reveal(),
  }));
  return { ...value, keys: revealed };
}

describeAccounts(
  'Secrets Manager',
  async (configured) => {
    const { source, clock, put } = await openSource();
    const putAccount = (one: Account) => put(`accounts/${one.accountId}`, secretValueOf(one));
    configured.forEach(putAccount);
    return {
      accounts: createAccounts(source),
      rotate: async (account) => putAccount(account),
      wait: () => clock.advance(2_000),
    };
  },
  parseAccount('desk-1', accountValue()),
);

describeProducers(
  'Secrets Manager',
  async (configured) => {
    const { source, put } = await openSource();
    for (const { producerId, accounts } of configured) {
      put(`producers/${producerId}`, { secrets: [webhookSecretText('a')], accounts });
    }
    return createProducers(source);
  },
  { producerId: 'demo', secrets: [webhookSecret('a')], accounts: ['desk-1'] },
);

describe('an account that was read', () => {
  let under: Awaited<ReturnType<typeof openSource>>;
  let accounts: ReturnType<typeof createAccounts>;

  beforeEach(async () => {
    under = await openSource();
    under.put('accounts/desk-1', accountValue());
    accounts = createAccounts(under.source);
  });

  it('is read once for everybody who asks at the same time', async () => {
    await Promise.all(Array.from({ length: 20 }, () => accounts.get('desk-1')));

    expect(under.reads()).toBe(1);
  });

  it('is read again after a minute', async () => {
    await accounts.get('desk-1');
    await under.clock.advance(59_999);
    await accounts.get('desk-1');
    expect(under.reads()).toBe(1);

    await under.clock.advance(1);
    await accounts.get('desk-1');

    expect(under.reads()).toBe(2);
  });

  it('is read again as soon as the stage wants it', async () => {
    const often = createAccounts({ ...under.source, valueAgeMaxMs: 5_000 });
    await often.get('desk-1');
    await under.clock.advance(4_999);
    await often.get('desk-1');
    expect(under.reads()).toBe(1);

    await under.clock.advance(1);
    await often.get('desk-1');

    expect(under.reads()).toBe(2);
  });

  it('F60 is read afresh at most once a second, however many insist', async () => {
    await accounts.get('desk-1');
    await under.clock.advance(1_000);

    for (let asked = 0; asked < 5; asked += 1) await accounts.get('desk-1', { fresh: true });

    expect(under.reads()).toBe(2);
  });

  it('prints without its keys', async () => {
    const printed = JSON.stringify(await accounts.get('desk-1'));

    expect(printed).toContain('[redacted]');
    expect(printed).not.toMatch(/key-one|secret-one/);
  });
});

describe('an account that is not there', () => {
  it('is asked for again after ten seconds, when somebody may have added it', async () => {
    const { source, clock, put, reads } = await openSource();
    const accounts = createAccounts(source);
    await accounts.get('desk-1');
    put('accounts/desk-1', accountValue());

    expect(await accounts.get('desk-1')).toBeUndefined();
    await clock.advance(10_000);

    expect(await accounts.get('desk-1')).toBeDefined();
    expect(reads()).toBe(2);
  });

  it('is not asked for at all when its name cannot be one', async () => {
    const { source, reads } = await openSource();
    const accounts = createAccounts(source);

    for (const id of ['', 'Desk', 'a/b', '../x', 'x'.repeat(33)]) {
      expect(await accounts.get(id)).toBeUndefined();
    }
    expect(reads()).toBe(0);
  });
});

describe('a secret that cannot be used', () => {
  it('names what is wrong, and never the value', async () => {
    const { source, put } = await openSource();
    put('accounts/desk-1', '{"keys":[{"apiSecret":"hidden"');
    put('accounts/desk-2', accountValue({ site: 'hidden' }));
    const accounts = createAccounts(source);

    const notJson = accounts.get('desk-1');
    const wrongField = accounts.get('desk-2');

    await expect(notJson).rejects.toMatchObject({
      name: 'ConfigurationError',
      message: expect.stringMatching(/accounts\/desk-1.*not JSON(?!.*hidden)/),
    });
    await expect(wrongField).rejects.toMatchObject({
      name: 'ConfigurationError',
      message: expect.stringMatching(/"desk-2".*site(?!.*hidden)/),
    });
  });

  it('F62 is a fault, not an absence, when Secrets Manager does not answer', async () => {
    let fault: AwsFaultKind = 'unreachable';
    const { source, put } = await openSource(() => fault);
    put('accounts/desk-1', accountValue());
    const accounts = createAccounts(source);

    await expect(accounts.get('desk-1')).rejects.toThrow('socket hang up');

    fault = 'none';
    expect(await accounts.get('desk-1')).toBeDefined();
  });

  it.each(['AccessDeniedException', 'InvalidRequestException', 'DecryptionFailure'])(
    'F62 is a fault, not an absence, when Secrets Manager refuses with %s',
    async (name) => {
      const refusal = { status: 400, body: { __type: name, Message: 'said no' } };
      const service = await startScriptedAws(() => refusal);
      const client = awsClientAt(service.url, AWS_SERVICES.SECRETS_MANAGER);
      opened.push(client, service);
      const clock = createVirtualClock(1_800_000_000_000);

      const read = createAccounts({ client, prefix: 'p', clock }).get('desk-1');

      await expect(read).rejects.toMatchObject({ name, message: 'said no' });
      expect(service.calls[0]?.headers['content-type']).toBe('application/x-amz-json-1.1');
    },
  );
});

describe('the names of accounts', () => {
  it('are those below the prefix, over all pages', async () => {
    const { source, put } = await openSource();
    const ids = Array.from({ length: 101 }, (_, index) => `desk-${index}`);
    for (const id of ids) put(`accounts/${id}`, accountValue());
    put('producers/demo', {});
    put('accounts/Not-an-id', {});

    const listed = await createAccountNames(source).list();

    expect(listed.map(({ accountId }) => accountId).toSorted()).toEqual(ids.toSorted());
    for (const { changedAt } of listed) expect(changedAt).toEqual(expect.any(Number));
  });
});
