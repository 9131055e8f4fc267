import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';

const children: ChildProcess[] = [];
const servers: Server[] = [];

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const server of servers.splice(0)) server.close();
});

const good = {
  accounts: {
    'desk-1': {
      site: 'HK',
      environment: 'sandbox',
      keys: [{ apiKey: 'key-that-is-secret', apiSecret: 'secret-that-is-secret' }],
    },
  },
};

/** Runs the start command until it ends. */
async function start(args: readonly string[]) {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', 'local/main.ts', ...args],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  children.push(child);
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString('utf8');
  });
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString('utf8');
  });
  const [code] = await once(child, 'close');
  return { code, output, errors: errors.trim() };
}

function directory(): string {
  return mkdtempSync(join(tmpdir(), 'order-service-start-'));
}

function fileOf(value: unknown): string {
  const file = join(directory(), 'accounts.json');
  writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value));
  return file;
}

const anyPorts = [
  ...['--port', '0', '--aws-port', '0', '--exchange-port', '0', '--console-port', '0'],
  '--no-demo',
];

describe('npm start', () => {
  it('prints every option with --help', async () => {
    const { code, output } = await start(['--help']);
    expect(code).toBe(0);
    for (const option of ['--port', '--aws-port', '--exchange-port', '--data-dir', '--accounts']) {
      expect(output).toContain(option);
    }
  });

  it.each([
    [['--prot', '1'], '--prot'],
    [['--port', 'eighty'], '--port'],
    [['--port', '70000'], '--port'],
    [['--console-port', 'x'], '--console-port'],
    [['--exchange-url', 'ftp://x'], '--exchange-url'],
    [['--once', '--no-demo'], '--once'],
  ])('ends with one line for %j', async (args, named) => {
    const { code, errors } = await start(args);
    expect(code).toBe(1);
    expect(errors).toContain(named);
    expect(errors.split('\n')).toHaveLength(1);
  });
});

describe('a Node that is too old', () => {
  it('is told so in one line', async () => {
    const old = "Object.defineProperty(process.versions, 'node', { value: '20.19.0' });";
    const run = `${old} require('./tools/require-node.cjs')`;
    const child = spawn(process.execPath, ['-e', run], { stdio: ['ignore', 'pipe', 'pipe'] });
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => {
      errors += chunk.toString('utf8');
    });
    const [code] = await once(child, 'close');
    expect(code).toBe(1);
    expect(errors).toContain('22.18');
    expect(errors.trim().split('\n')).toHaveLength(1);
  });
});

describe('an accounts file', () => {
  it.each<[string, unknown, string]>([
    ['that is not there', undefined, 'cannot be read'],
    ['that is not JSON', '{"accounts": ', 'is not JSON'],
    ['without accounts', { producers: {} }, 'accounts'],
    ['with no account in it', { accounts: {} }, 'accounts is empty'],
    ['with a field of another kind', { ...good, desks: {} }, 'desks'],
    [
      'with an unknown site',
      { accounts: { 'desk-1': { ...good.accounts['desk-1'], site: 'MARS' } } },
      'site',
    ],
    [
      'with an account without keys',
      { accounts: { 'desk-1': { ...good.accounts['desk-1'], keys: [] } } },
      'keys',
    ],
    [
      'with a limit of zero',
      { accounts: { 'desk-1': { ...good.accounts['desk-1'], limits: { ordersPerSecond: 0 } } } },
      'ordersPerSecond',
    ],
    [
      'with a producer of an unknown account',
      {
        ...good,
        producers: {
          demo: { secrets: [`whsec_${Buffer.alloc(32, 1).toString('base64')}`], accounts: ['x'] },
        },
      },
      'producer demo',
    ],
  ])(
    '%s ends the start with one line that names the fault',
    async (_what, value, named) => {
      const file = value === undefined ? '/nowhere/accounts.json' : fileOf(value);
      const { code, errors } = await start([
        ...anyPorts,
        '--accounts',
        file,
        '--data-dir',
        directory(),
      ]);
      expect(code).toBe(1);
      expect(errors).toContain(named);
      expect(errors).not.toContain('secret-that-is-secret');
      expect(errors.split('\n')).toHaveLength(1);
    },
    30_000,
  );
});

describe('a port in use', () => {
  it.each(['--port', '--aws-port', '--exchange-port', '--console-port'])(
    'ends the start with one line that names %s',
    async (option) => {
      const server = createServer().listen(0, '127.0.0.1');
      servers.push(server);
      await once(server, 'listening');
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      const ports = anyPorts.map((text, index) =>
        anyPorts[index - 1] === option ? String(port) : text,
      );
      const { code, errors } = await start([...ports, '--data-dir', directory()]);
      expect(code).toBe(1);
      expect(errors).toContain(String(port));
      expect(errors).toContain(option);
      expect(errors.split('\n')).toHaveLength(1);
    },
  );
});

describe('a damaged data directory', () => {
  it.each(['sqs.sqlite', 'secrets.sqlite', 'events.sqlite', 'dynamodb/stream.sqlite'])(
    'with nonsense in %s ends the start with one line that names it',
    async (file) => {
      const data = directory();
      mkdirSync(join(data, 'dynamodb'));
      writeFileSync(join(data, file), 'nonsense '.repeat(2_000));
      const { code, errors } = await start([...anyPorts, '--data-dir', data]);
      expect(code).toBe(1);
      expect(errors).toContain(file);
      expect(errors).toContain('--data-dir');
      expect(errors.split('\n')).toHaveLength(1);
    },
  );
});
