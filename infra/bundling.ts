import { fileURLToPath } from 'node:url';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { type AssetCode, Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync } from 'esbuild';

const PROJECT_ROOT = fileURLToPath(new URL('../', import.meta.url));
/** Instead of the SDK's search for credentials in places that Lambda does not have. */
const CREDENTIALS = `${PROJECT_ROOT}lambdas/edge/environment-credentials.ts`;

/**
 * Gives the code of a function: its handler in `lambdas/` with everything it imports, in one file.
 *
 * The SDK goes into the bundle: it loads faster than the one Lambda brings, and its version is
 * ours. Source maps without the sources keep the asset small and stack traces readable. esbuild is
 * called here and not through the library's own function construct, which starts npm twice for
 * each function: that took most of the time of a synthesis.
 */
export function bundledCode(name: string): AssetCode {
  const entry = `lambdas/${name}.ts`;
  const tryBundle = (outputDirectory: string): boolean => {
    buildSync({
      entryPoints: [entry],
      outfile: `${outputDirectory}/index.mjs`,
      bundle: true,
      platform: 'node',
      target: 'node24',
      format: 'esm',
      mainFields: ['module', 'main'],
      minify: true,
      sourcemap: true,
      sourcesContent: false,
      alias: { '@aws-sdk/credential-provider-node': CREDENTIALS },
      absWorkingDir: PROJECT_ROOT,
      logLevel: 'warning',
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
