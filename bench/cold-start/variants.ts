import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, buildSync } from 'esbuild';

/** One bundle to import. */
export interface Variant {
  readonly name: string;
  readonly file: string;
  readonly environment: Readonly<Record<string, string>>;
}

const HANDLER = 'lambdas/submit-order.ts';

/** As `infra/bundling.ts` has it. */
const AS_DEPLOYED: BuildOptions = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  mainFields: ['module', 'main'],
  minify: true,
  sourcemap: true,
  sourcesContent: false,
  logLevel: 'error',
};

/**
 * Builds an empty handler, the submitter in other ways, and its parts alone, each into a file.
 *
 * @param directory - with the project's `node_modules` in it, for what is not bundled
 */
export function buildVariants(
  directory: string,
  root: string,
): readonly Omit<Variant, 'environment'>[] {
  const credentials = join(root, 'lambdas', 'edge', 'environment-credentials.ts');
  const alias = { '@aws-sdk/credential-provider-node': credentials };
  const build = (name: string, entry: string, options: BuildOptions = {}) => {
    const file = join(directory, `${name.replaceAll(/\W+/g, '-')}.mjs`);
    const stdin = {
      contents: entry,
      resolveDir: root,
      sourcefile: 'entry.ts',
      loader: 'ts' as const,
    };
    buildSync({ ...AS_DEPLOYED, alias, absWorkingDir: root, stdin, outfile: file, ...options });
    return { name, file };
  };
  const handler = `export { handler } from './${HANDLER}';`;
  const part = (source: string) => `${source}; export const handler = async () => Made;`;
  const tracer = join(root, 'bench', 'peers', 'node_modules', '@aws-lambda-powertools', 'tracer');

  return [
    build('empty handler', 'export const handler = async () => {};'),
    build('submit-order, the SDK not bundled', handler, {
      external: ['@aws-sdk/*', '@smithy/*'],
    }),
    build(
      'submit-order, with all of zod',
      `import * as z from 'zod'; globalThis.z = z; ${handler}`,
    ),
    ...(existsSync(tracer)
      ? [
          build(
            'submit-order, with the tracer',
            `import { Tracer } from '${tracer}'; globalThis.tracer = new Tracer(); ${handler}`,
            { banner: { js: REQUIRE } },
          ),
        ]
      : []),
    build('submit-order, the SDK searching credentials', handler, { alias: {} }),
    build(
      'DynamoDB client alone',
      part(
        "import { DynamoDBClient } from '@aws-sdk/client-dynamodb'; const Made = new DynamoDBClient({})",
      ),
    ),
    build(
      'SQS client alone',
      part("import { SQSClient } from '@aws-sdk/client-sqs'; const Made = new SQSClient({})"),
    ),
    build(
      'Secrets Manager client alone',
      part(
        "import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'; const Made = new SecretsManagerClient({})",
      ),
    ),
    build(
      'middy, logger and metrics alone',
      part(
        "import middy from '@middy/core'; import { Logger } from '@aws-lambda-powertools/logger'; import { Metrics } from '@aws-lambda-powertools/metrics'; const Made = [middy, new Logger(), new Metrics()]",
      ),
    ),
  ];
}

/** The tracer's parts are CommonJS and ask for modules of Node by `require`. */
const REQUIRE =
  "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url); const __filename = import.meta.filename; const __dirname = import.meta.dirname;";
