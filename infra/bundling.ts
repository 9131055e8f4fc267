import { fileURLToPath } from 'node:url';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { type AssetCode, Code } from 'aws-cdk-lib/aws-lambda';
import { type BuildOptions, buildSync } from 'esbuild';

const PROJECT_ROOT = fileURLToPath(new URL('../', import.meta.url));

/**
 * How every function is bundled.
 *
 * All it imports is in it, so that its version is ours. Source maps without the sources keep the
 * asset small and stack traces readable.
 */
export const BUNDLE_OPTIONS = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  mainFields: ['module', 'main'],
  minify: true,
  sourcemap: true,
  sourcesContent: false,
  absWorkingDir: PROJECT_ROOT,
  logLevel: 'warning',
} as const satisfies BuildOptions;

/**
 * Gives the code of a function: its handler in `lambdas/` with everything it imports, in one file.
 *
 * esbuild is called here and not through the library's own function construct, which starts npm
 * twice for each function: that took most of the time of a synthesis.
 */
export function bundledCode(name: string): AssetCode {
  const entry = `lambdas/${name}.ts`;
  const tryBundle = (outputDirectory: string): boolean => {
    buildSync({
      ...BUNDLE_OPTIONS,
      entryPoints: [entry],
      outfile: `${outputDirectory}/index.mjs`,
    });
    return true;
  };

  return Code.fromAsset(PROJECT_ROOT, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      local: { tryBundle },
      // Never run: what `tryBundle` cannot build throws. But assets count as the same, and are
      // built once, unless something besides functions tells them apart.
      image: DockerImage.fromRegistry('never-run'),
      command: [entry],
    },
  });
}
