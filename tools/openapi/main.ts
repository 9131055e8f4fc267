import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describeApi } from '../../lib/application/api/describe-api.ts';

/** Writes the description of the API to `docs/openapi.json`. */
const file = new URL('../../docs/openapi.json', import.meta.url);
writeFileSync(file, `${JSON.stringify(describeApi(), null, 2)}\n`);
process.stdout.write(`${fileURLToPath(file)}\n`);
