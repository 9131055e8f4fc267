import { parseArgs } from 'node:util';
import { serveSqs } from './serve.ts';

const PORT_DEFAULT = '4566';
const PORT_MAX = 65_535;

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: PORT_DEFAULT },
    file: { type: 'string', default: ':memory:' },
  },
});

if (!/^\d{1,5}$/.test(values.port) || Number(values.port) > PORT_MAX) {
  process.stderr.write(`--port must be a number from 0 to 65535, not ${values.port}.\n`);
  process.exit(2);
}

const server = await serveSqs({ port: Number(values.port), file: values.file });
process.stdout.write(`ready ${server.baseUrl}\n`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void server.close());
}
