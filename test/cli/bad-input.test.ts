import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { idleContext } from '../../cli/idle-context.ts';
import { buildProgram } from '../../cli/program.ts';
import { runCommandLine } from '../../cli/run-command-line.ts';
import { systemClock } from '../../lib/adapters/system/clock.ts';

/** Everything that a command could reach: whoever calls it has done something by halves. */
let reached = 0;
let server: Server;
let url = '';
const FOLDER = mkdtempSync(join(tmpdir(), 'bad-input-'));
const at = (name: string) => join(FOLDER, name);

beforeAll(async () => {
  server = createServer((_request, response) => {
    reached += 1;
    response.writeHead(500).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  writeFileSync(at('wrong.csv'), 'symbol,side,type,quantity\nBTCUSD,BUY,MARKET,-1\n');
  writeFileSync(at('good.csv'), 'symbol,side,type,quantity\nBTCUSD,BUY,MARKET,1\n');
  writeFileSync(at('there.csv'), '');
});

afterAll(() => {
  server.close();
});

async function run(words: readonly string[], stdin = '') {
  const texts = { stdout: '', stderr: '' };
  const sink = (name: 'stdout' | 'stderr') => ({
    write(text: string) {
      texts[name] += text;
    },
  });
  const code = await runCommandLine(words, {
    stdin: Readable.from([stdin]),
    stdout: sink('stdout'),
    stderr: sink('stderr'),
    environment: {},
    clock: systemClock,
    signal: new AbortController().signal,
  });
  return { code, ...texts };
}

const LIMIT = '--symbol BTCUSD --side BUY --type LIMIT --quantity 1 --price 1'.split(' ');

/** What was typed, and what the one line has to name. */
const WRONG: readonly (readonly [string, readonly string[]])[] = [
  ['unknown command "sumbit"', ['sumbit']],
  ['unknown option "--prise"', ['submit', 'desk-1', ...LIMIT, '--prise', '1']],
  ['"desk_1"', ['submit', 'desk_1', ...LIMIT]],
  ['"--symbol <name>" not specified', ['submit', 'desk-1']],
  ['"--side <side>" argument "HOLD"', ['submit', 'desk-1', ...LIMIT, '--side', 'HOLD']],
  ['"1e3"', ['submit', 'desk-1', ...LIMIT, '--quantity', '1e3']],
  ['"-1"', ['submit', 'desk-1', ...LIMIT, '--price=-1']],
  ['--amount is allowed on MARKET', ['submit', 'desk-1', ...LIMIT, '--amount', '1']],
  [
    'cannot be used with',
    ['submit', 'desk-1', ...LIMIT, '--valid-for', '1m', '--valid-until', '1800000000000'],
  ],
  ['"2d"', ['submit', 'desk-1', ...LIMIT, '--valid-for', '2d']],
  ['--valid-until has passed', ['submit', 'desk-1', ...LIMIT, '--valid-until', '1500000000000']],
  ['too many arguments', ['submit', 'desk-1', 'BTCUSD', ...LIMIT]],
  ['"id"', ['get', 'desk-1']],
  ['"a b"', ['get', 'desk-1', 'a b']],
  ['"OPEN"', ['list', 'desk-1', '--status', 'OPEN']],
  ['"0"', ['list', 'desk-1', '--limit', '0']],
  ['"1ms"', ['watch', 'desk-1', '--every', '1ms']],
  ['"x!"', ['watch', 'desk-1', 'x!']],
  ['"id"', ['why', 'desk-1']],
  ['"id"', ['cancel', 'desk-1']],
  ['"soon"', ['cancel', 'desk-1', 'a', '--wait', 'soon']],
  ['"btcusd"', ['cancel-all', 'desk-1', '--symbol', 'btcusd']],
  ['"--reason <text>" not specified', ['halt', 'desk-1']],
  ['--reason takes 1 to 500', ['halt', 'desk-1', '--reason', ' ']],
  ['"account"', ['resume']],
  ['too many arguments', ['stop', 'desk-1']],
  ['too many arguments', ['start', 'desk-1']],
  ['"egres"', ['open-gate', 'egres']],
  ['not whole', ['account']],
  ['unknown command "ad"', ['account', 'ad']],
  ['"--site <site>" not specified', ['account', 'add', 'desk-1']],
  [
    'does not belong there',
    ['account', 'add', 'desk-1', '--site', 'HK', '--environment', 'production'],
  ],
  ['"zz"', ['account', 'rotate', 'desk-1', '--drop', 'zz']],
  ['"account"', ['account', 'keys']],
  ['"account"', ['account', 'remove']],
  ['unknown option "--aply"', ['redrive', '--aply']],
  ['--from N --to N', ['redeliver', 'desk-1', 'a']],
  ['name ACCOUNT and ID too', ['redeliver', '--from', '1']],
  ['"0"', ['redeliver', 'desk-1', 'a', '--from', '0', '--to', '2']],
  ['"x" is no name of a table', ['restore', 'mark', 'x', '--stopped-at', '1800000000000']],
  ['"yesterday"', ['restore', 'mark', 'orders-restored', '--stopped-at', 'yesterday']],
  ['is not in the past', ['restore', 'mark', 'orders-restored', '--stopped-at', '9999999999999']],
  ['"table"', ['restore', 'copy']],
  ['"--out <file>" not specified', ['export', 'desk-1']],
  ['"xml"', ['export', 'desk-1', '--out', '-', '--format', 'xml']],
  ['rows are wrong; nothing was sent', ['import', at('wrong.csv'), '--account', 'desk-1']],
  ['accountId is missing', ['import', at('good.csv')]],
  [
    '"row" (--id-column) is missing',
    ['import', at('good.csv'), '--account', 'desk-1', '--id-column', 'row'],
  ],
  ['"33"', ['import', at('good.csv'), '--concurrency', '33']],
  ['too many arguments', ['doctor', 'desk-1']],
  ['"70000"', ['console', '--port', '70000']],
  ['"tcsh"', ['completion', 'tcsh']],
  ['"prod"', ['doctor', '--stage', 'prod']],
  ['"localhost"', ['list', 'desk-1', '--url', 'localhost']],
];

describe('bad input', () => {
  it.each(WRONG)('%s: one line, code 2, nothing done: %j', async (named, words) => {
    const files = readdirSync(FOLDER);
    const end = await run([
      ...words,
      ...(words.includes('--url') ? [] : ['--url', url]),
      '--aws-endpoint',
      url,
    ]);
    expect(end).toMatchObject({ code: 2, stdout: '' });
    const lines = end.stderr.trimEnd().split('\n');
    expect(lines.at(-1)).toMatch(/^hashkey-orders: .{10,}\.$/);
    expect(lines.at(-1)).toContain(named);
    if (words[0] !== 'import') expect(lines).toHaveLength(1);
    expect(reached).toBe(0);
    expect(readdirSync(FOLDER)).toEqual(files);
  });

  it('of a missing file is code 3', async () => {
    const end = await run(['import', at('nowhere.csv'), '--account', 'desk-1', '--url', url]);
    expect(end).toMatchObject({ code: 3, stdout: '' });
    expect(end.stderr).toContain('nowhere.csv: there is no such file');
  });

  it('is tried for every command', () => {
    const tried = new Set(WRONG.flatMap(([, words]) => [words[0], words.slice(0, 2).join(' ')]));
    const known = namesOf(buildProgram(idleContext())).filter(
      (name) => !/^(?:help|complete)$/.test(name),
    );
    expect(known.length).toBeGreaterThan(20);
    const reachedBy = (name: string) => tried.has(name) || /^account (?:show|list)$/.test(name);
    expect(known.filter((name) => !reachedBy(name))).toEqual([]);
  });
});

function namesOf(command: ReturnType<typeof buildProgram>, path = ''): readonly string[] {
  return command.commands.flatMap((below) => {
    const name = `${path}${below.name()}`;
    return [name, ...namesOf(below, `${name} `)];
  });
}
