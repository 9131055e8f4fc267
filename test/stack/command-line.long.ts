import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type CommandEnd, runCommand, startCommand } from '../support/run-command.ts';
import { type RunningStack, startRunningStack } from '../support/running-stack.ts';

jest.setTimeout(60_000);

const FOLDER = mkdtempSync(join(tmpdir(), 'order-service-cli-'));
const RESTING = '--symbol BTCUSD --side BUY --type LIMIT --quantity 0.01 --price 95000'.split(' ');

let running: RunningStack;
beforeAll(async () => {
  running = await startRunningStack({ accounts: 2 });
}, 120_000);
afterAll(() => running.stop());

/** Runs the real command against the stack. */
function orders(...words: string[]): Promise<CommandEnd> {
  return ordersWith('', ...words);
}

function ordersWith(stdin: string, ...words: string[]): Promise<CommandEnd> {
  const { apiUrl, awsUrl } = running.stack;
  return runCommand(['--url', apiUrl, '--aws-endpoint', awsUrl, ...words], { stdin });
}

const json = ({ stdout }: CommandEnd) => JSON.parse(stdout);

describe('an order from the terminal', () => {
  it('is submitted, waited for, shown, listed and explained', async () => {
    const submitted = await orders(
      'submit',
      'desk-1',
      '--id',
      'cli-1',
      ...RESTING,
      '--wait',
      '30s',
    );
    expect(submitted).toMatchObject({ code: 0, stderr: '' });
    expect(submitted.stdout).toContain('desk-1/cli-1  NEW');

    const [again, shown, listed, why] = await Promise.all([
      orders('submit', 'desk-1', '--id', 'cli-1', ...RESTING),
      orders('get', 'desk-1', 'cli-1', '--json'),
      orders('list', 'desk-1', '--status', 'NEW'),
      orders('why', 'desk-1', 'cli-1'),
    ]);
    expect(again).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('had this very order'),
    });
    expect(running.desk.simulator.admin.orders({ clientOrderId: 'cli-1' })).toHaveLength(1);
    expect(json(shown)).toMatchObject({ clientOrderId: 'cli-1', status: 'NEW' });
    expect(listed.stdout).toMatch(/^cli-1 +NEW +BUY +BTCUSD +0\.01 +95000/m);
    expect(why.stdout).toMatch(/The order came in over the API and was stored/);
    expect(why.stdout).toMatch(/The exchange stated: /);
    expect(why.stdout).toMatch(/It is open at the exchange until it fills/);
  });

  it('in doubt is explained, watched to its end, and canceled', async () => {
    const fault = { kind: 'status', status: 503, when: 'after' } as const;
    running.desk.simulator.admin.addRule({ match: { clientOrderId: 'cli-2' }, times: 1, fault });
    await orders('submit', 'desk-1', '--id', 'cli-2', ...RESTING);
    await running.until('desk-1', 'cli-2', ['NEW']);
    const why = await orders('why', 'desk-1', 'cli-2');
    expect(why.stdout).toMatch(/From here on it is in doubt: .*HTTP 503/);

    const watched = orders('watch', 'desk-1', 'cli-2', '--until-final', '--for', '30s', '--json');
    const canceled = await orders('cancel', 'desk-1', 'cli-2', '--wait', '30s');
    expect(canceled).toMatchObject({ code: 0, stdout: expect.stringContaining('CANCELED') });
    const seen = await watched;
    expect(seen.code).toBe(0);
    const statuses = seen.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).status);
    expect(statuses.at(-1)).toBe('CANCELED');
  });

  it('that does not exist is code 3, and a wrong one is code 2 and known to nobody', async () => {
    expect(await orders('get', 'desk-1', 'nobody')).toMatchObject({ code: 3, stdout: '' });
    const wrong = await orders('submit', 'desk-1', '--id', 'cli-3', ...RESTING, '--amount', '5');
    expect(wrong).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^hashkey-orders: --amount .*\n$/),
    });
    expect((await running.get('/v1/orders/desk-1/cli-3')).status).toBe(404);
  });
});

describe('the kill switch', () => {
  it('denies new orders until it is off, also past the API', async () => {
    expect(await orders('halt', 'desk-2', '--reason', 'drill')).toMatchObject({ code: 0 });
    const denied = await orders('submit', 'desk-2', '--id', 'cli-4', ...RESTING, '--wait');
    expect(denied).toMatchObject({ code: 1, stdout: expect.stringContaining('ACCOUNT_HALTED') });
    const resumed = await orders('resume', 'desk-2', '--direct', '--json');
    expect(json(resumed)).toMatchObject({ halted: false, way: 'table' });
    expect((await running.get('/v1/accounts/desk-2')).body).toMatchObject({ halted: false });
  });

  it('of all sending closes the gate of the address, and opens it', async () => {
    expect(await orders('stop')).toMatchObject({ code: 0 });
    expect((await orders('account', 'show', 'desk-1')).stdout).toMatch(
      /a person stopped all sending/,
    );
    expect(await orders('doctor')).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/WRONG +gate egress/),
    });
    expect(await orders('start')).toMatchObject({ code: 0 });
  });
});

describe('an import', () => {
  const file = join(FOLDER, 'orders.csv');

  it('with wrong rows lists each and sends nothing', async () => {
    writeFileSync(
      file,
      'clientOrderId,symbol,side,type,quantity\nrow-1,BTCUSD,BUY,MARKET,1\nrow-2,BTCUSD,HOLD,MARKET,1e3\n',
    );
    const end = await orders('import', file, '--account', 'desk-2');
    expect(end.code).toBe(2);
    expect(end.stderr).toContain(`${file} line 3, column 3 (side): must be BUY or SELL`);
    expect(end.stderr).toMatch(/line 3, column 5 \(quantity\): /);
    expect((await running.get('/v1/orders/desk-2/row-1')).status).toBe(404);
  });

  it('has every row placed once, however often it runs', async () => {
    const rows = Array.from({ length: 20 }, (_, row) => `ETHUSD,BUY,MARKET,0.01,,key-${row % 4}`);
    writeFileSync(file, `symbol,side,type,quantity,price,orderingKey\n${rows.join('\n')}\n`);
    const first = await orders('import', file, '--account', 'desk-2', '--json');
    expect(json(first)).toMatchObject({ rows: 20, accepted: 20, refused: 0 });
    expect(first.stderr).toContain('derived from its content');
    expect(json(await orders('import', file, '--account', 'desk-2', '--json'))).toMatchObject({
      before: 20,
      accepted: 0,
    });
    const restarted = await orders('import', file, '--account', 'desk-2', '--restart', '--json');
    expect(json(restarted)).toMatchObject({ before: 0, accepted: 0, repeated: 20 });
  });
});

describe('an import that is killed', () => {
  it('goes on where it was, and every row is one order', async () => {
    // Denied as they come: what is tried here is their way in.
    await running.put('/v1/accounts/desk-2/halt', { halted: true, reason: 'drill' });
    const file = join(FOLDER, 'killed.csv');
    const rows = Array.from({ length: 150 }, (_, row) => `kill-${row},SOLUSD,BUY,MARKET,1`);
    writeFileSync(file, `clientOrderId,symbol,side,type,quantity\n${rows.join('\n')}\n`);
    const words = ['--url', running.stack.apiUrl, 'import', file, '--account', 'desk-2', '--json'];
    const { child, end } = startCommand(words);
    const written = () => linesOf(`${file}.import.jsonl`);
    while (written() < 40) await sleep(5);
    child.kill('SIGKILL');
    expect(await end).toMatchObject({ code: null, stdout: '' });
    expect(written()).toBeLessThan(150);

    const resumed = json(await runCommand(words));
    expect(resumed).toMatchObject({ rows: 150, refused: 0 });
    expect(resumed.before).toBeGreaterThanOrEqual(38);
    expect(resumed.before + resumed.accepted + resumed.repeated).toBe(150);
    const listed = await orders('list', 'desk-2', '--all', '--json');
    const ids = listed.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).clientOrderId);
    const killed = ids.filter((id: string) => id.startsWith('kill-'));
    expect(killed.toSorted()).toEqual(rows.map((row) => row.split(',')[0]).toSorted());
    await running.put('/v1/accounts/desk-2/halt', { halted: false });
  });
});

describe('an export', () => {
  it('writes a whole file, in either format, and never over another', async () => {
    const csv = join(FOLDER, 'out.csv');
    expect(await orders('export', 'desk-1', '--out', csv)).toMatchObject({ code: 0 });
    const [header, ...lines] = readFileSync(csv, 'utf8').trim().split('\n');
    expect(header).toMatch(/^accountId,clientOrderId,status,/);
    expect(lines.some((line) => line.startsWith('desk-1,cli-1,NEW'))).toBe(true);
    expect(await orders('export', 'desk-1', '--out', csv)).toMatchObject({ code: 2 });
    const lined = await orders('export', 'desk-1', '--out', '-');
    const ids = lined.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).clientOrderId);
    expect(ids).toEqual(lines.map((line) => line.split(',')[1]));
    expect(await orders('export', 'desk-7', '--out', '-')).toMatchObject({ code: 3, stdout: '' });
  });
});

describe('an account', () => {
  it('is added with a key that works, used, and removed only when nothing hangs on it', async () => {
    const { keys } = running.desk.configuration.accounts['desk-1'] ?? {};
    const [key] = keys as readonly { readonly apiKey: string; readonly apiSecret: string }[];
    const add = ['account', 'add', 'desk-9', '--site', 'HK', '--environment', 'sandbox'];
    const at = ['--base-url', running.desk.simulator.url, '--key-file', '-'];
    const wrong = await ordersWith(
      JSON.stringify({ ...key, apiSecret: 'wrong-secret' }),
      ...add,
      ...at,
    );
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining('signature is wrong') });
    expect(wrong.stderr + wrong.stdout).not.toContain('wrong-secret');
    expect(await orders('account', 'show', 'desk-9')).toMatchObject({ code: 3 });

    const added = await ordersWith(JSON.stringify(key), ...add, ...at);
    expect(added).toMatchObject({ code: 0, stderr: expect.stringContaining('the key may trade') });
    expect(added.stdout + added.stderr).not.toContain(key?.apiSecret);
    expect(await ordersWith(JSON.stringify(key), ...add, ...at)).toMatchObject({ code: 1 });
    expect((await orders('account', 'list')).stdout).toBe('desk-1\ndesk-2\ndesk-9\n');
    expect(await orders('account', 'remove', 'desk-9')).toMatchObject({ code: 0 });
    const refused = await orders('account', 'remove', 'desk-1');
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('not over (1 NEW') });
    expect((await orders('account', 'keys', 'desk-1')).stdout).toMatch(/1 orders hang on it/);
  });
});

describe('everything of an account', () => {
  it('is canceled, and the doctor then finds nothing wrong', async () => {
    const canceled = await orders('cancel-all', 'desk-1', '--wait', '30s');
    expect(canceled).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/done: nothing is left\n$/),
    });
    const doctor = await orders('doctor', '--json');
    expect(
      json(doctor).findings.filter(({ state }: { state: string }) => state === 'wrong'),
    ).toEqual([]);
    expect(doctor.code).toBe(0);
    expect(await orders('redrive')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^0 letters/),
    });
  });
});

function linesOf(path: string): number {
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').length - 1 : 0;
}
