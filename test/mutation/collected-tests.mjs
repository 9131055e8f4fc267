import { expect } from 'expect';

/**
 * Stands in for `@jest/globals` where tests are run many times over without being loaded again:
 * `describe` and `it` collect, and the caller runs what was collected. `expect` is jest's own.
 */
export { expect };

/** Every test, in the order of the files. */
export const collected = [];

let suites = [];

/** Forgets every test. */
export function forgetTests() {
  collected.length = 0;
}

/** Begins another file: what it does before and after each test is for its own tests alone. */
export function beginFile(name) {
  suites = [{ name, before: [], after: [] }];
}

/** Runs its body at once; what it collects carries its name. */
export function describe(name, body) {
  suites.push({ name, before: [], after: [] });
  body();
  suites.pop();
}

/** Collects one test. */
export function it(name, body) {
  const path = [...suites];
  const id = [...path.map((suite) => suite.name), name, `(${collected.length + 1})`].join(' ');
  collected.push({ id, body, path });
}

it.each = (rows) => (name, body) => {
  for (const row of rows) it(name, () => (Array.isArray(row) ? body(...row) : body(row)));
};

export function beforeEach(body) {
  suites.at(-1).before.push(body);
}

export function afterEach(body) {
  suites.at(-1).after.push(body);
}

/**
 * Runs one test with what its suites do before and after it.
 *
 * @returns what it threw; undefined when it passed
 */
export async function fault({ body, path }) {
  try {
    for (const { before } of path) for (const one of before) await one();
    await body();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  } finally {
    for (const { after } of path.toReversed()) for (const one of after) await one();
  }
}
