import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, buildSync } from 'esbuild';
import { BUNDLE_OPTIONS } from '../../infra/bundling.ts';

/** One bundle to import. */
export interface Variant {
  readonly name: string;
  readonly file: string;
  readonly environment: Readonly<Record<string, string>>;
}

const HANDLER = 'lambdas/submit-order.ts';

/** All that a client is made with. */
const OUR_SITE =
  "region: 'us-east-1', service: { name: 'sqs', targetPrefix: 'AmazonSQS', jsonVersion: '1.0' }, credentials: { accessKeyId: '', secretAccessKey: { reveal: () => '' } }";

/** What the submitter would have without `lib/adapters/aws`. */
const SDK_CLIENTS = `
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
globalThis.clients = [new DynamoDBClient({}), new SQSClient({}), new SecretsManagerClient({})];
`;

/**
 * Builds an empty handler, the submitter in other ways, and its parts alone, each into a file.
 *
 * @param directory - with the project's `node_modules` in it, for what is not bundled
 */
export function buildVariants(
  directory: string,
  root: string,
): readonly Omit<Variant, 'environment'>[] {
  const build = (name: string, entry: string, options: BuildOptions = {}) => {
    const file = join(directory, `${name.replaceAll(/\W+/g, '-')}.mjs`);
    const stdin = {
      contents: entry,
      resolveDir: root,
      sourcefile: 'entry.ts',
      loader: 'ts' as const,
    };
    buildSync({ ...BUNDLE_OPTIONS, stdin, outfile: file, ...options });
    return { name, file };
  };
  const handler = `export { handler } from './${HANDLER}';`;
  const part = (source: string) => `${source}; export const handler = async () => Made;`;
  const tracer = join(root, 'bench', 'peers', 'node_modules', '@aws-lambda-powertools', 'tracer');

  return [
    build('empty handler', 'export const handler = async () => {};'),
    build('submit-order, and three clients of the SDK', `${SDK_CLIENTS} ${handler}`),
    build('submit-order, and these not bundled', `${SDK_CLIENTS} ${handler}`, {
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
      'our client alone',
      part(
        `import { createAwsClient } from './lib/adapters/aws/aws-client.ts'; const Made = createAwsClient({ ${OUR_SITE} })`,
      ),
    ),
    build('middy alone', part("import middy from '@middy/core'; const Made = middy")),
    build(
      'logger alone',
      part("import { Logger } from '@aws-lambda-powertools/logger'; const Made = new Logger()"),
    ),
    build(
      'metrics alone',
      part("import { Metrics } from '@aws-lambda-powertools/metrics'; const Made = new Metrics()"),
    ),
  ];
}

/** The tracer's parts are CommonJS and ask for modules of Node by `require`. */
const REQUIRE =
  "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url); const __filename = import.meta.filename; const __dirname = import.meta.dirname;";
