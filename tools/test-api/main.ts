import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { demoConfiguration } from '../../local/stack/configuration.ts';
import { startStack } from '../../local/stack/start-stack.ts';
import { installTester, TESTER } from './install-tester.ts';

const HELP = `Tests the running API against its own description: made-up requests, good and bad, to a local
stack of its own. Needs Python 3.10 or newer, and once a registry of Python packages.

  npm run test:api -- [--examples N] [--seed N]

  --examples N   requests per operation and kind (30)
  --seed N       the same requests again (1)

Ends with 0 when every answer is one that the description has, 1 when not.
`;

/**
 * An answer must be described (status, content type, shape), never be a failure of ours, and
 * what the description forbids must be refused. Left out is what asks for signatures: on loopback
 * the routes of IAM are open on purpose.
 */
const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_schema_conformance',
  'negative_data_rejection',
];

const KNOWN_IDS = `[parameters]
"path.accountId" = "desk-1"
"query.accountId" = "desk-1"
`;

const NUMBER = /^[1-9]\d{0,8}$/;

process.exitCode = await main();

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      help: { type: 'boolean', default: false },
      examples: { type: 'string', default: '30' },
      seed: { type: 'string', default: '1' },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (!NUMBER.test(values.examples) || !NUMBER.test(values.seed)) {
    process.stderr.write('--examples and --seed take whole numbers from 1 up.\n');
    return 2;
  }
  const program = installTester();
  const dataDirectory = mkdtempSync(join(tmpdir(), 'order-service-api-'));
  const { configuration } = demoConfiguration(dataDirectory);
  const stack = await startStack({
    ...{ port: 0, awsPort: 0, exchangePort: 0, dataDirectory, configuration },
    log: (line) => process.stderr.write(`${line}\n`),
  });
  try {
    process.stdout.write(`${TESTER} against ${stack.apiUrl}\n`);
    const { examples, seed } = values;
    const options = ['--max-examples', examples, '--seed', seed, '--workers', '1'];
    const phases = ['--phases', 'examples,coverage,fuzzing,stateful', '--checks', CHECKS.join(',')];
    // On loopback nobody asks for it; a request without it would count as bad, and is answered.
    const caller = ['--header', 'Authorization: none is asked for here'];
    const address = `${stack.apiUrl}/v1/openapi.json`;
    // Ids that the service has: otherwise nearly all that is asked for is not there.
    writeFileSync(join(dataDirectory, 'schemathesis.toml'), KNOWN_IDS);
    // In its own folder: it keeps what it has found beside itself.
    const child = spawn(program, ['run', address, ...options, ...phases, ...caller], {
      cwd: dataDirectory,
      stdio: 'inherit',
    });
    const [code] = await once(child, 'exit');
    return code === 0 ? 0 : 1;
  } finally {
    await stack.stop();
    rmSync(dataDirectory, { recursive: true, force: true });
  }
}
