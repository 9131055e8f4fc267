import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describeApi } from '../../lib/application/api/describe-api.ts';
import { referencePage } from './reference-page.ts';

/** Writes the description of the API to `docs/openapi.json`, and the page made from it. */
const file = new URL('../../docs/openapi.json', import.meta.url);
const page = new URL('../../docs/api-reference.md', import.meta.url);
writeFileSync(file, `${JSON.stringify(describeApi(), null, 2)}\n`);
writeFileSync(page, referencePage(JSON.parse(readFileSync(file, 'utf8'))));
process.stdout.write(`${fileURLToPath(file)}\n${fileURLToPath(page)}\n`);
