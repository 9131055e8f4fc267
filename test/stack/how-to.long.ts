import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { keyIdOf } from '../../lib/adapters/secrets-manager/parse-account.ts';
import { NOT_RUN } from '../support/commands-not-run.ts';
import { type Documented, documented } from '../support/documented.ts';
import type { Addresses } from '../support/documented-commands.ts';
import { type Mood, type Receiver, startReceiver } from '../support/result-receiver.ts';
import { type RunningStack, startRunningStack } from '../support/running-stack.ts';
import { PRODUCER_SECRET } from '../support/simulated-desk.ts';

jest.setTimeout(120_000);

const FOLDER = mkdtempSync(join(tmpdir(), 'order-service-how-to-'));
const RESULT_SECRET = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
const RESTING = { symbol: 'BTCUSD', side: 'BUY', type: 'LIMIT', quantity: '0.01', price: '90000' };
/** Where nobody answers: discard, which no program of ours serves. */
const NOBODY = 'http://127.0.0.1:9';

let running: RunningStack;
let receiver: Receiver;
let mood: Mood = 'takes';
let at: Addresses;
let howTo: Documented;
beforeAll(async () => {
  receiver = await startReceiver(() => mood);
  const results = { url: receiver.url, secrets: [RESULT_SECRET] };
  running = await startRunningStack({
    accounts: 3,
    producers: { demo: { secrets: [PRODUCER_SECRET], accounts: ['desk-1'], results } },
  });
  at = { ...running.stack, exchangeUrl: running.desk.simulator.url };
  howTo = documented('docs/how-to.md', NOT_RUN['docs/how-to.md'] ?? {}, () => at);
}, 120_000);
afterAll(async () => {
  await running?.stop();
  await receiver?.close();
});

const place = (accountId: string, clientOrderId: string) =>
  running.post('/v1/orders', { accountId, clientOrderId, ...RESTING });

/** The options that take the place of a person at the prompt, and of the real exchange. */
function givingKey(key: object | undefined): { readonly file: string; readonly options: string } {
  const file = join(FOLDER, `key-${Math.abs(JSON.stringify(key).length)}.json`);
  writeFileSync(file, JSON.stringify(key));
  return { file, options: `--key-file ${file}` };
}

function keyOf(accountId: string) {
  const { keys } = running.desk.configuration.accounts[accountId] ?? {};
  const [key] = keys as readonly { readonly apiKey: string; readonly apiSecret: string }[];
  if (key === undefined) throw new Error(`${accountId} has no key`);
  return key;
}

async function until(isTrue: () => boolean): Promise<void> {
  for (let look = 0; look < 300; look += 1) {
    if (isTrue()) return;
    await sleep(100);
  }
  throw new Error('what was waited for did not happen');
}

describe('keys and accounts', () => {
  it('begin with a stage that is well', async () => {
    const { stdout } = await howTo.run('How to', { sandbox: 'local' });
    expect(stdout).toContain('Nothing is wrong.');
  });

  it('are added and tried out', async () => {
    const { options } = givingKey(running.desk.spareKeys.get('desk-1'));
    const { stdout, stderr } = await howTo.run('Add an account', {
      'desk-1': 'desk-8',
      '--environment sandbox': `--environment sandbox ${options} --base-url ${at.exchangeUrl}`,
    });
    expect(stderr).toContain('the key may trade');
    expect(stdout).toContain('desk-8');
    const looked = await howTo.run('Add an account (2)', { 'desk-1': 'desk-8' });
    expect(looked.stdout).toMatch(/^desk-8\/\S+ +NEW/m);
  });

  it('are rotated', async () => {
    const { options } = givingKey(running.desk.spareKeys.get('desk-2'));
    const old = keyIdOf(keyOf('desk-2').apiKey);
    const { stdout } = await howTo.run('Rotate a key', {
      'rotate desk-1\n': `rotate desk-2 ${options}\n`,
      'desk-1': 'desk-2',
      OLD_KEY_ID: old,
    });
    const [shown = ''] = stdout.split('taken out');
    expect(shown).toContain(old);
    expect((await running.get('/v1/accounts/desk-2')).status).toBe(200);
  });

  it('are removed once nothing hangs on them', async () => {
    await place('desk-3', 'rests');
    await running.until('desk-3', 'rests', ['NEW']);
    const file = join(FOLDER, 'desk-3.csv');
    await howTo.run('Remove an account', {
      '--out desk-1.csv': `--out ${file}`,
      'desk-1': 'desk-3',
    });
    expect(readFileSync(file, 'utf8')).toMatch(/^desk-3,rests,CANCELED,/m);
  });
});

describe('files and results', () => {
  it('a file is checked, then imported', async () => {
    const file = join(FOLDER, 'orders.csv');
    const rows = Array.from({ length: 12 }, (_, row) => `row-${row},ETHUSD,BUY,MARKET,0.01`);
    writeFileSync(file, `clientOrderId,symbol,side,type,quantity\n${rows.join('\n')}\n`);
    const { stdout } = await howTo.run('Import a file', { 'orders.csv': file });
    expect(stdout).toContain('12');
    await running.until('desk-1', 'row-11', ['FILLED']);
  });

  it('results that were put aside are sent again', async () => {
    mood = 'wants none';
    const order = { accountId: 'desk-1', clientOrderId: 'told', ...RESTING };
    expect((await running.webhook(JSON.stringify(order))).status).toBe(202);
    await running.until('desk-1', 'told', ['NEW']);
    await until(() => receiver.calls() > 0);
    mood = 'takes';
    const { stdout } = await howTo.run('Receive results');
    expect(stdout).toMatch(/[1-9]\d* results looked at; --apply does it\n/);
    await until(() => receiver.taken.length > 0);
  });
});

describe('an outage of the exchange', () => {
  it('shows orders in doubt, lets new ones be stopped, and ends', async () => {
    const { admin } = running.desk.simulator;
    admin.addRule({ match: {}, fault: { kind: 'status', status: 502, when: 'after' } });
    await place('desk-1', 'ID');
    await running.until('desk-1', 'ID', ['IN_DOUBT']);
    const { stdout } = await howTo.run('Survive an outage of the exchange');
    expect(stdout).toMatch(/^ID +IN_DOUBT/m);
    await howTo.run('npx hashkey-orders halt desk-1 --reason "outage, NAME"');
    const why = await howTo.run('npx hashkey-orders why desk-1 ID');
    expect(why.stdout).toMatch(/^IN_DOUBT since /m);
    expect(why.stdout).toContain('HTTP 502');
    admin.clearRules();
    await running.until('desk-1', 'ID', ['NEW']);
    await howTo.run('npx hashkey-orders resume desk-1');
    expect((await running.get('/v1/accounts/desk-1')).body).toMatchObject({ halted: false });
  });
});

describe('going live', () => {
  it('adds the account, and the doctor finds nothing wrong', async () => {
    const { options } = givingKey(running.desk.spareKeys.get('desk-3'));
    const { stdout } = await howTo.run('Go live (2)', {
      'STAGE=production': 'STAGE=local',
      '--environment production': `--environment sandbox ${options} --base-url ${at.exchangeUrl}`,
      'desk-1': 'desk-9',
    });
    expect(stdout).toContain('Nothing is wrong.');
  });

  it('tries the switch: an order is denied', async () => {
    const { stdout } = await howTo.run('Go live (3)', {}, [/^1 .* submit /]);
    expect(stdout).toContain('ACCOUNT_HALTED');
  });

  it('places and cancels the first order', async () => {
    const { stdout } = await howTo.run('Go live (4)');
    expect(stdout).toMatch(/^CANCELED since /m);
  });
});

describe('an outage of our own API or of AWS', () => {
  it('leaves the commands that go past it', async () => {
    at = { ...at, apiUrl: NOBODY };
    try {
      const { stdout } = await howTo.run('Survive an outage of AWS or of our own API');
      expect(stdout).toContain('done: nothing is left');
      expect(stdout).toContain('Nothing leaves any more');
    } finally {
      at = { ...at, apiUrl: running.stack.apiUrl };
    }
    await howTo.run('npx hashkey-orders start');
  });

  it('is cleared up after', async () => {
    await letterOf('not an order');
    const { stdout } = await howTo.run('Survive an outage of AWS or of our own API (2)', {}, [
      /^1 .* doctor/,
      /^1 .* redrive/,
    ]);
    expect(stdout).toMatch(/WRONG +queue orders-dead-letter/);
    expect(stdout).toMatch(/stays/);
  });

  it('and the way back is open', async () => {
    await howTo.run('npx hashkey-orders cancel-all desk-1 --halt');
    await running.put('/v1/accounts/desk-1/halt', { halted: false });
  });
});

describe('an order that is HELD', () => {
  it('tells why', async () => {
    // The exchange says that it has this id, and then that it has not.
    running.desk.simulator.admin.addRule({
      match: { endpoint: 'create', clientOrderId: 'contradiction' },
      fault: { kind: 'code', code: '-1141', msg: 'Duplicate order', placed: false },
    });
    await place('desk-1', 'contradiction');
    await running.until('desk-1', 'contradiction', ['HELD']);
    const { stdout } = await howTo.run('Settle an order that is HELD', { ID: 'contradiction' });
    expect(stdout).toMatch(/^HELD since /m);
    expect(stdout).toContain('DUPLICATE_BUT_ABSENT');
  });
});

describe('the commands of docs/how-to.md', () => {
  it('are all run, or listed with a reason', () => {
    expect(howTo.left()).toEqual([]);
  });
});

/** Puts a message on the queue of which no order can be made: it becomes a dead letter. */
async function letterOf(body: string): Promise<void> {
  const queue = new SQSClient({
    endpoint: at.awsUrl,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const { QueueUrl } = await queue.send(new GetQueueUrlCommand({ QueueName: 'orders.fifo' }));
  await queue.send(
    new SendMessageCommand({
      ...{ QueueUrl, MessageBody: body },
      ...{ MessageGroupId: 'letters', MessageDeduplicationId: 'letter-1' },
    }),
  );
  queue.destroy();
}
