import { createRequire, registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const COLLECTED = new URL('./collected-tests.mjs', import.meta.url).href;

/** Gives tests the collecting `describe` and `it`, and these the project's own `expect`. */
export function resolveJest(projectFolder) {
  const { resolve } = createRequire(join(projectFolder, 'package.json'));
  const expectUrl = pathToFileURL(resolve('expect')).href;
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier === '@jest/globals') return { url: COLLECTED, shortCircuit: true };
      if (specifier === 'expect') return { url: expectUrl, shortCircuit: true };
      return next(specifier, context);
    },
  });
}
