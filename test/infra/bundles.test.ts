import { describe, expect, it } from '@jest/globals';
import { buildSync } from 'esbuild';
import { BUNDLE_OPTIONS } from '../../infra/bundling.ts';
import { FUNCTIONS } from '../../infra/functions.ts';

/** Of code alone; the largest has about 220,000. A first client of the SDK adds about 300,000. */
const BYTES_MAX = 250_000;

/** Built together, for that starts esbuild once; each function's file holds all it needs. */
const { outputs } = buildSync({
  ...BUNDLE_OPTIONS,
  entryPoints: FUNCTIONS.map(({ name }) => `lambdas/${name}.ts`),
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
    expect(bundles.map(({ name }) => name).toSorted()).toEqual(
      FUNCTIONS.map(({ name }) => name).toSorted(),
    );
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
