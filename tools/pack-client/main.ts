import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const HELP = `Builds the client package and tries it as a stranger would: packed by npm, unpacked in an
empty project, type-checked and imported there.

  npm run client:pack            the archive stays in client/
  npm run client:pack -- --help
`;

const CONSUMER = `import { OrdersClient, type Order, verifyResult } from 'hashkey-orders-client';
const orders = new OrdersClient({ baseUrl: 'http://127.0.0.1:8080', auth: { kind: 'none' } });
export const look = (id: string): Promise<Order> => orders.get('desk-1', id);
// @ts-expect-error: a quantity is a decimal string; were the types lost, this would be no error.
export const wrong = () => orders.submit({ accountId: 'desk-1', quantity: 1 });
console.log(typeof verifyResult, typeof orders.submit);
`;

const { values } = parseArgs({ options: { help: { type: 'boolean', default: false } } });
if (values.help) process.stdout.write(HELP);
else await packAndTry();

async function packAndTry(): Promise<void> {
  const client = resolve('client');
  run('npm', ['run', '--silent', 'build'], client);
  const [packed] = JSON.parse(run('npm', ['pack', '--json', '--ignore-scripts'], client));
  const archive = join(client, String(packed.filename));

  const project = mkdtempSync(join(tmpdir(), 'orders-client-'));
  try {
    const modules = join(project, 'node_modules');
    const installed = join(modules, 'hashkey-orders-client');
    await mkdir(installed, { recursive: true });
    run('tar', ['-xzf', archive, '--strip-components=1', '-C', installed], project);
    for (const name of ['aws4fetch', 'standardwebhooks', '@stablelib', 'fast-sha256', '@types']) {
      symlinkSync(resolve('node_modules', name), join(modules, name));
    }
    writeFileSync(join(project, 'package.json'), '{"type": "module"}');
    writeFileSync(join(project, 'main.ts'), CONSUMER);
    const checks = ['--strict', '--module', 'nodenext', '--target', 'es2024', '--types', 'node'];
    run(resolve('node_modules/.bin/tsc'), [...checks, 'main.ts'], project);
    const printed = run(process.execPath, ['main.js'], project).trim();
    if (printed !== 'function function') throw new Error(`the package gave "${printed}"`);
    process.stdout.write(
      `${packed.filename}: ${packed.files.length} files, ${packed.size} bytes\n`,
    );
  } finally {
    rmSync(project, { recursive: true });
  }
}

function run(command: string, args: readonly string[], cwd: string): string {
  return execFileSync(command, args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}
