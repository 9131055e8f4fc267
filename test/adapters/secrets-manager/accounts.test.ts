import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createVirtualClock } from '../../../lib/adapters/memory/clock.ts';
import { createAccounts } from '../../../lib/adapters/secrets-manager/accounts.ts';
import { parseAccount } from '../../../lib/adapters/secrets-manager/parse-account.ts';
import { createProducers } from '../../../lib/adapters/secrets-manager/producers.ts';
import { clientSettings } from '../../../lib/adapters/system/aws-client-settings.ts';
import type { Account } from '../../../lib/application/account.ts';
import {
  createSecretsManager,
  type LocalSecretsManager,
} from '../../../local/secrets-manager/create-secrets-manager.ts';
import { describeAccounts, describeProducers } from '../../contracts/accounts-contract.ts';
import { accountValue } from '../../support/account-values.ts';
import { injectFaults, type SdkFault } from '../../support/sdk-faults.ts';
import { serveAwsService } from '../../support/serve-aws-service.ts';
import { webhookSecret, webhookSecretText } from '../../support/webhook-secret.ts';

let directory: string;
let secrets: LocalSecretsManager;
let server: Awaited<ReturnType<typeof serveAwsService>>;
let prefixes = 0;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'secrets-'));
  secrets = createSecretsManager({ file: join(directory, 'secrets'), clock: { now: () => 1e12 } });
  server = await serveAwsService(secrets);
});
afterAll(async () => {
  await server.close();
  secrets.close();
  await rm(directory, { recursive: true });
});

/** A source of its own with a clock that the test moves and a count of what it asks. */
function openSource(fault: () => SdkFault = () => 'none') {
  prefixes += 1;
  const prefix = `hashkey-orders/test-${prefixes}`;
  const client = new SecretsManagerClient({
    ...clientSettings,
    maxAttempts: 1,
    endpoint: server.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  let reads = 0;
  injectFaults(client, () => {
    reads += 1;
    return fault();
  });
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
    const { source, clock, put } = openSource();
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
    const { source, put } = openSource();
    for (const { producerId, accounts } of configured) {
      put(`producers/${producerId}`, { secrets: [webhookSecretText('a')], accounts });
    }
    return createProducers(source);
  },
  { producerId: 'demo', secrets: [webhookSecret('a')], accounts: ['desk-1'] },
);

describe('an account that was read', () => {
  let opened: ReturnType<typeof openSource>;
  let accounts: ReturnType<typeof createAccounts>;

  beforeEach(() => {
    opened = openSource();
    opened.put('accounts/desk-1', accountValue());
    accounts = createAccounts(opened.source);
  });

  it('is read once for everybody who asks at the same time', async () => {
    await Promise.all(Array.from({ length: 20 }, () => accounts.get('desk-1')));

    expect(opened.reads()).toBe(1);
  });

  it('is read again after a minute', async () => {
    await accounts.get('desk-1');
    await opened.clock.advance(59_999);
    await accounts.get('desk-1');
    expect(opened.reads()).toBe(1);

    await opened.clock.advance(1);
    await accounts.get('desk-1');

    expect(opened.reads()).toBe(2);
  });

  it('F60 is read afresh at most once a second, however many insist', async () => {
    await accounts.get('desk-1');
    await opened.clock.advance(1_000);

    for (let asked = 0; asked < 5; asked += 1) await accounts.get('desk-1', { fresh: true });

    expect(opened.reads()).toBe(2);
  });

  it('prints without its keys', async () => {
    const printed = JSON.stringify(await accounts.get('desk-1'));

    expect(printed).toContain('[redacted]');
    expect(printed).not.toMatch(/key-one|secret-one/);
  });
});

describe('an account that is not there', () => {
  it('is asked for again after ten seconds, when somebody may have added it', async () => {
    const { source, clock, put, reads } = openSource();
    const accounts = createAccounts(source);
    await accounts.get('desk-1');
    put('accounts/desk-1', accountValue());

    expect(await accounts.get('desk-1')).toBeUndefined();
    await clock.advance(10_000);

    expect(await accounts.get('desk-1')).toBeDefined();
    expect(reads()).toBe(2);
  });

  it('is not asked for at all when its name cannot be one', async () => {
    const { source, reads } = openSource();
    const accounts = createAccounts(source);

    for (const id of ['', 'Desk', 'a/b', '../x', 'x'.repeat(33)]) {
      expect(await accounts.get(id)).toBeUndefined();
    }
    expect(reads()).toBe(0);
  });
});

describe('a secret that cannot be used', () => {
  it('names what is wrong, and never the value', async () => {
    const { source, put } = openSource();
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
    let fault: SdkFault = 'unreachable';
    const { source, put } = openSource(() => fault);
    put('accounts/desk-1', accountValue());
    const accounts = createAccounts(source);

    await expect(accounts.get('desk-1')).rejects.toThrow('ECONNREFUSED');

    fault = 'none';
    expect(await accounts.get('desk-1')).toBeDefined();
  });
});
