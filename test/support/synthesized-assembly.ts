import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../../local/stack/synthesize.ts';

/** Makes the templates and bundles once for a test file. */
export async function synthesizedAssembly(): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'order-service-assembly-'));
  await synthesize(directory);
  return directory;
}
