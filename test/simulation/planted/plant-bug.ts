import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { PlantedBug, Replacement } from './planted-bug.ts';

const ROOT = new URL('../../../', import.meta.url);

/**
 * Gives the source of a file with a bug in it.
 *
 * @throws when the text to replace is not there exactly once: the rule has changed, and so must
 *   the bug
 */
export function sourceWithBug(name: string, { file, find, replace }: Replacement): string {
  const source = readFileSync(new URL(file, ROOT), 'utf8');
  const [before, after, ...more] = source.split(find);
  if (before === undefined || after === undefined || more.length > 0) {
    throw new Error(`Planted bug "${name}": its text is not there exactly once in ${file}.`);
  }
  return `${before}${replace}${after}`;
}

/**
 * Plants a bug: from now on the modules of its files are loaded with the bug in them. Nothing on the
 * disk changes, and production code knows nothing of it.
 *
 * @returns says whether all of the modules were loaded
 */
export function plantBug(bug: PlantedBug): () => boolean {
  const sources = new Map(
    [bug, ...(bug.also ?? [])].map((one) => [
      fileURLToPath(new URL(one.file, ROOT)),
      sourceWithBug(bug.name, one),
    ]),
  );
  const loadedPaths = new Set<string>();
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      const path = url.startsWith('file:') ? fileURLToPath(url) : '';
      const source = sources.get(path);
      if (source === undefined) return loaded;
      loadedPaths.add(path);
      return { ...loaded, source };
    },
  });
  return () => loadedPaths.size === sources.size;
}
