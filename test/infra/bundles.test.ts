import { readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { buildSync } from 'esbuild';
import { BUNDLE_OPTIONS } from '../../infra/bundling.ts';
import { FUNCTIONS } from '../../infra/functions.ts';

/** Also those that only some deployments have. */
const HANDLERS = readdirSync(new URL('../../lambdas', import.meta.url))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -'.ts'.length));

/** Of code alone; the largest has about 220,000. A first client of the SDK adds about 300,000. */
const BYTES_MAX = 250_000;

/** Built together, for that starts esbuild once; each function's file holds all it needs. */
const { outputs } = buildSync({
  ...BUNDLE_OPTIONS,
  entryPoints: HANDLERS.map((name) => `lambdas/${name}.ts`),
  outdir: 'bundles',
  sourcemap: false,
  metafile: true,
  write: false,
}).metafile;
const bundles = Object.values(outputs).map(({ bytes, entryPoint = '', inputs }) => ({
  name: entryPoint.replace(/^lambdas\/|\.ts$/g, ''),
  bytes,
  inputs: Object.keys(inputs),
}));

describe('the bundles of all functions', () => {
  it('are looked at here', () => {
    const names = bundles.map(({ name }) => name);

    expect(names.toSorted()).toEqual(HANDLERS.toSorted());
    expect(names).toEqual(expect.arrayContaining(FUNCTIONS.map(({ name }) => name)));
  });
});

describe.each(bundles)('the bundle of $name', ({ bytes, inputs }) => {
  it('holds our client of AWS services at most, and none of the SDK', () => {
    const ofSdk = inputs.filter((path) => /@aws-sdk\/(?!util-dynamodb\/)|@smithy\//.test(path));

    expect(inputs.length).toBeGreaterThan(0);
    expect(ofSdk).toEqual([]);
  });

  it(`stays below ${BYTES_MAX} bytes`, () => {
    expect(bytes).toBeLessThan(BYTES_MAX);
  });
});
