import { createRequire, registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const COLLECTED = new URL('./collected-tests.mjs', import.meta.url).href;

/**
 * Gives tests the collecting `describe` and `it`, and these the project's own `expect`.
 *
 * @returns says that the project's own modules are to be loaded afresh from now on
 */
export function resolveJest(projectFolder) {
  const own = `${pathToFileURL(projectFolder).href}/`;
  let generation = 0;
  const { resolve } = createRequire(join(projectFolder, 'package.json'));
  const expectUrl = pathToFileURL(resolve('expect')).href;
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier === '@jest/globals') return { url: COLLECTED, shortCircuit: true };
      if (specifier === 'expect') return { url: expectUrl, shortCircuit: true };
      const resolved = next(specifier, context);
      // What was loaded cannot be unloaded, but another address is another module.
      return resolved.url.startsWith(own)
        ? { ...resolved, url: `${resolved.url}?generation=${generation}` }
        : resolved;
    },
  });
  return () => {
    generation += 1;
  };
}
