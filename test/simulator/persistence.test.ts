import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Simulator, startSimulator } from '../../simulator/start.ts';
import { client, HK_ACCOUNTS, standingClock } from './support/client.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'simulator-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('a simulator with a state file', () => {
  const clock = standingClock();
  let running: Simulator[] = [];
  afterEach(async () => {
    for (const simulator of running) await simulator.stop();
    running = [];
  });
  const start = async (): Promise<Simulator> => {
    const simulator = await startSimulator({
      port: 0,
      clock,
      accounts: HK_ACCOUNTS,
      stateFile: join(folder, 'state.db'),
      queriesPerSecond: 1000,
      refusedBurnsClientId: true,
    });
    running.push(simulator);
    return simulator;
  };

  it('goes on after a restart with orders, book, trades, balances, ids and used client ids', async () => {
    const first = await start();
    const desk = client(first.url, clock.now);
    const open = await desk.create({ newClientOrderId: 'open', price: '98010' });
    await desk.create({ newClientOrderId: 'filled', price: '99000' });
    await desk.create({ newClientOrderId: 'refused', price: '1.234' });
    first.admin.addRule({ match: {}, times: 1, fault: { kind: 'late', ms: 1000 } });
    await desk.create({ newClientOrderId: 'late' });
    const balances = first.admin.balances('desk-1');
    await first.stop();

    const second = await start();
    expect(second.admin.balances('desk-1')).toEqual(balances);
    const again = client(second.url, clock.now);
    const codes = [];
    for (const id of ['open', 'filled', 'refused', 'late']) {
      codes.push((await again.create({ newClientOrderId: id })).field('code'));
    }
    expect(codes).toEqual(['-1141', '-1141', '-1141', '-1141']);
    expect((await again.get('/api/v1/account/trades')).list()).toHaveLength(1);
    const query = async (id: string) =>
      (await again.get('/api/v1/spot/order', { origClientOrderId: id })).field('status');
    expect(await query('late')).toBe('');
    clock.advance(1000);
    expect([await query('open'), await query('filled'), await query('late')]).toEqual([
      'NEW',
      'FILLED',
      'NEW',
    ]);

    const other = client(second.url, clock.now, 'key-three');
    const hit = await other.create({ side: 'SELL', price: '98010', newClientOrderId: 'hit' });
    expect(BigInt(hit.field('orderId'))).toBeGreaterThan(BigInt(open.field('orderId')));
    expect(await query('open')).toBe('FILLED');
  });

  it('refuses the file of another site, of another process and no file at all', async () => {
    const first = await start();
    await expect(start()).rejects.toThrow('cannot be opened: database is locked');
    await first.stop();
    const stateFile = join(folder, 'state.db');
    const global = startSimulator({ port: 0, site: 'GLOBAL', stateFile });
    await expect(global).rejects.toThrow('has site HK, not GLOBAL');
    writeFileSync(join(folder, 'text.db'), 'This is no database, only some text. '.repeat(50));
    const text = startSimulator({ port: 0, stateFile: join(folder, 'text.db') });
    await expect(text).rejects.toThrow('file is not a database');
  });
});

describe('a simulator process that is killed', () => {
  const main = join(import.meta.dirname, '../../simulator/main.ts');
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  async function launch(): Promise<{ child: ChildProcess; url: string }> {
    const words = [
      '--port',
      '0',
      '--state',
      join(folder, 'state.db'),
      '--orders-per-second',
      '1000',
    ];
    const node = ['--disable-warning=ExperimentalWarning', main, ...words];
    const child = spawn(process.execPath, node, { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    const lines = createInterface({ input: child.stdout });
    const [line] = await once(lines, 'line', { signal: AbortSignal.timeout(20_000) });
    const url = /^HashKey simulator ready on (http:\S+)$/.exec(String(line))?.[1];
    if (url === undefined) throw new Error(`The simulator said ${String(line)}.`);
    return { child, url };
  }

  it('has every order that it answered', async () => {
    const first = await launch();
    const desk = client(first.url, Date.now, 'demo-key');
    const answered: string[] = [];
    const sending = Array.from({ length: 200 }, async (_, index) => {
      const reply = await desk.create({ newClientOrderId: `k-${index}` });
      if (reply.status === 200) answered.push(reply.field('orderId'));
      if (answered.length === 50) first.child.kill('SIGKILL');
    });
    await Promise.allSettled(sending);
    expect(answered.length).toBeGreaterThanOrEqual(50);

    const second = await launch();
    const response = await fetch(`${second.url}/admin/orders`);
    const stored = new Set(JSON.stringify(await response.json()).match(/(?<="orderId":")\d+/g));
    second.child.kill('SIGKILL');
    await once(second.child, 'close');
    expect(answered.filter((orderId) => !stored.has(orderId))).toEqual([]);
  }, 40_000);
});
