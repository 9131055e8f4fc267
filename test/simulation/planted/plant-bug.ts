import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { PlantedBug } from './planted-bug.ts';

const ROOT = new URL('../../../', import.meta.url);

/**
 * Gives the source of a file with a bug in it.
 *
 * @throws when the text to replace is not there exactly once: the rule has changed, and so must
 *   the bug
 */
export function sourceWithBug({ file, find, name, replace }: PlantedBug): string {
  const source = readFileSync(new URL(file, ROOT), 'utf8');
  const [before, after, ...more] = source.split(find);
  if (before === undefined || after === undefined || more.length > 0) {
    throw new Error(`Planted bug "${name}": its text is not there exactly once in ${file}.`);
  }
  return `${before}${replace}${after}`;
}

/**
 * Plants a bug: from now on the module of its file is loaded with the bug in it. Nothing on the
 * disk changes, and production code knows nothing of it.
 *
 * @returns says whether the module was loaded
 */
export function plantBug(bug: PlantedBug): () => boolean {
  const source = sourceWithBug(bug);
  const path = fileURLToPath(new URL(bug.file, ROOT));
  let isLoaded = false;
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      if (!url.startsWith('file:') || fileURLToPath(url) !== path) return loaded;
      isLoaded = true;
      return { ...loaded, source };
    },
  });
  return () => isLoaded;
}
