import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { keyIdOf } from '../../lib/adapters/secrets-manager/parse-account.ts';
import { NOT_RUN } from '../support/commands-not-run.ts';
import { type Documented, documented } from '../support/documented.ts';
import { readTradingViewHowTo } from '../support/how-to-tradingview.ts';
import { type Receiver, startReceiver } from '../support/result-receiver.ts';
import { type RunningStack, startRunningStack } from '../support/running-stack.ts';
import { PRODUCER_SECRET } from '../support/simulated-desk.ts';

jest.setTimeout(120_000);

const FOLDER = mkdtempSync(join(tmpdir(), 'order-service-runbook-'));
const RESULT_SECRET = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
const RESTING = { symbol: 'BTCUSD', side: 'BUY', type: 'LIMIT', quantity: '0.01', price: '90000' };
/** As `openssl rand -hex 32` gives it. */
const TOKEN = '5e'.repeat(32);
const HERE = { $STAGE: 'local' };

let running: RunningStack;
let receiver: Receiver;
let runbook: Documented;
let tradingView: Documented;
beforeAll(async () => {
  receiver = await startReceiver(() => 'takes');
  const results = { url: receiver.url, secrets: [RESULT_SECRET] };
  running = await startRunningStack({
    accounts: 2,
    producers: {
      demo: { secrets: [PRODUCER_SECRET], accounts: ['desk-1'], results },
      tradingview: readTradingViewHowTo(TOKEN).producer,
    },
  });
  const at = () => ({ ...running.stack, exchangeUrl: running.desk.simulator.url });
  runbook = documented('docs/runbook.md', NOT_RUN['docs/runbook.md'] ?? {}, at);
  tradingView = documented(
    'docs/how-to-tradingview.md',
    NOT_RUN['docs/how-to-tradingview.md'] ?? {},
    at,
  );
}, 120_000);
afterAll(async () => {
  await running?.stop();
  await receiver?.close();
});

describe('the commands of the runbook', () => {
  it('tell what there is, how the stage is, and the story of an order', async () => {
    const help = await runbook.run('npx hashkey-orders --help');
    expect(help.stdout).toContain('Usage: hashkey-orders');
    const doctor = await runbook.run('npx hashkey-orders --stage $STAGE doctor', HERE);
    expect(doctor.stdout).toContain('Nothing is wrong.');
    const order = { accountId: 'desk-1', clientOrderId: 'ORDER', ...RESTING };
    expect((await running.webhook(JSON.stringify(order))).status).toBe(202);
    await running.until('desk-1', 'ORDER', ['NEW']);
    const why = await runbook.run('npx hashkey-orders --stage $STAGE why ACCOUNT ID', {
      ...HERE,
      ACCOUNT: 'desk-1',
      ' ID': ' ORDER',
    });
    expect(why.stdout).toMatch(/^NEW since /m);
  });

  it('halt an account, stop and start all sending, and open a gate', async () => {
    const account = { ...HERE, ACCOUNT: 'desk-1' };
    const halted = await runbook.run('Halt an account', account);
    expect(halted.stdout).toMatch(/takes no new orders[\s\S]*takes orders again/);
    const stopped = await runbook.run('Stop all sending', HERE);
    expect(stopped.stdout).toContain('Nothing leaves any more');
    const shown = await runbook.run(
      'npx hashkey-orders --stage $STAGE account show ACCOUNT',
      account,
    );
    const { keys = [] } = running.desk.configuration.accounts['desk-1'] ?? {};
    const [{ apiKey }] = keys as readonly [{ readonly apiKey: string }];
    const keyId = keyIdOf(apiKey);
    expect(shown.stdout).toContain(keyId);
    const opened = await runbook.run('Open a gate', { ...HERE, KEY_ID: keyId });
    expect(opened.stdout).toContain('is open');
  });

  it('replace a key', async () => {
    const file = join(FOLDER, 'key.json');
    writeFileSync(file, JSON.stringify(running.desk.spareKeys.get('desk-2')));
    const account = { ...HERE, ACCOUNT: 'desk-2' };
    const before = await running.get('/v1/accounts/desk-2');
    const [{ keyId }] = before.body.keys as readonly [{ readonly keyId: string }];
    await runbook.run('npx hashkey-orders --stage $STAGE account rotate ACCOUNT', {
      ...HERE,
      ACCOUNT: `desk-2 --key-file ${file}`,
    });
    await runbook.run('npx hashkey-orders --stage $STAGE account rotate ACCOUNT --drop KEY_ID', {
      ...account,
      KEY_ID: keyId,
    });
    const keys = await runbook.run(
      'npx hashkey-orders --stage $STAGE account keys ACCOUNT',
      account,
    );
    // Only what is in the secret, or still has orders, is named.
    expect(keys.stdout).toContain('nothing hangs on it');
    expect(keys.stdout).not.toContain(keyId);
  });

  it('redrive dead letters, and send results again', async () => {
    const redriven = await runbook.run('Redrive dead letters', HERE);
    expect(redriven.stdout.match(/^0 letters/gm)).toHaveLength(2);
    const before = receiver.taken.length;
    const changes = { ...HERE, 'ACCOUNT ORDER --from 3 --to 7': 'desk-1 ORDER --from 1 --to 2' };
    const redelivered = await runbook.run('Redeliver results', changes);
    expect(redelivered.stdout).toMatch(/^2 results$/m);
    expect(receiver.taken.length).toBeGreaterThanOrEqual(before);
  });

  it('look at an account after its first order, and export it', async () => {
    await runbook.run('npx hashkey-orders --stage $STAGE account show desk-1', HERE);
    const file = join(FOLDER, 'desk-1.csv');
    await runbook.run('npx hashkey-orders --stage $STAGE export ACCOUNT --out FILE', {
      ...HERE,
      ACCOUNT: 'desk-1',
      FILE: file,
    });
    expect(readFileSync(file, 'utf8')).toMatch(/^desk-1,ORDER,NEW,/m);
  });

  it('cancel everything of an account', async () => {
    const changes = { production: 'local', ACCOUNT: 'desk-1' };
    const { stdout } = await runbook.run('Cancel everything of an account', changes);
    expect(stdout).toContain('done: nothing is left');
    await running.put('/v1/accounts/desk-1/halt', { halted: false });
  });

  it('are all run, or listed with a reason', () => {
    expect(runbook.left()).toEqual([]);
  });
});

describe('the commands of docs/how-to-tradingview.md', () => {
  it('make a token that a producer may have', async () => {
    const { stdout } = await tradingView.run('1. A token');
    expect(stdout).toMatch(/^[0-9a-f]{64}\n$/);
  });

  it('place an order of an alert', async () => {
    const alert = await tradingView.run('3. A first alert on this machine', { $TOKEN: TOKEN });
    expect(alert.stdout).toMatch(/^HTTP\/1\.1 202 /);
    expect(alert.stdout).toContain('"symbol":"BTCUSD"');
    expect(tradingView.left()).toEqual([]);
  });
});
