import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as z from 'zod/mini';

const manifestSchema = z.object({
  artifacts: z.optional(
    z.record(
      z.string(),
      z.object({
        type: z.string(),
        properties: z.optional(z.record(z.string(), z.unknown())),
        displayName: z.optional(z.string()),
      }),
    ),
  ),
});

const stackPropertiesSchema = z.object({
  templateFile: z.string(),
  stackName: z.optional(z.string()),
  parameters: z.optional(z.record(z.string(), z.string())),
});

const nestedPropertiesSchema = z.object({
  directoryName: z.string(),
  displayName: z.optional(z.string()),
});

const resourceSchema = z.object({
  Type: z.string(),
  Properties: z.optional(z.record(z.string(), z.unknown())),
});

const templateSchema = z.object({
  Resources: z.optional(z.record(z.string(), resourceSchema)),
  Outputs: z.optional(
    z.record(
      z.string(),
      z.object({ Value: z.unknown(), Export: z.optional(z.object({ Name: z.unknown() })) }),
    ),
  ),
  Parameters: z.optional(
    z.record(z.string(), z.object({ Type: z.string(), Default: z.unknown() })),
  ),
});

const assetsSchema = z.object({
  files: z.optional(
    z.record(
      z.string(),
      z.object({
        source: z.object({ path: z.optional(z.string()) }),
        destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
      }),
    ),
  ),
});

export type Resource = z.infer<typeof resourceSchema>;
export type Template = z.infer<typeof templateSchema>;

export type StackTemplate = {
  readonly stackName: string;
  readonly template: Template;
  /** Object key in the assets bucket (`<hash>.zip`) to the absolute path of its source. */
  readonly assetPaths: ReadonlyMap<string, string>;
  readonly parameters: Readonly<Record<string, string>>;
};

/**
 * Reads every stack of a cloud assembly directory.
 *
 * An assembly made with CDK stages holds its stacks one directory deeper: the one stage is taken,
 * or, of several, the one named by `stage`.
 */
export function readAssembly(directory: string, stage?: string): readonly StackTemplate[] {
  const root = resolve(directory);
  const artifacts = Object.entries(
    readJson(join(root, 'manifest.json'), manifestSchema).artifacts ?? {},
  );
  const assetPaths = new Map(
    artifacts.flatMap(([, artifact]) =>
      artifact.type === 'cdk:asset-manifest' ? readAssetPaths(root, artifact.properties) : [],
    ),
  );

  const stacks = artifacts.flatMap(([artifactId, artifact]) => {
    if (artifact.type !== 'aws:cloudformation:stack') return [];
    const properties = stackPropertiesSchema.parse(artifact.properties);
    const template = readJson(join(root, properties.templateFile), templateSchema);
    const stackName = properties.stackName ?? artifactId;
    return [{ stackName, template, assetPaths, parameters: properties.parameters ?? {} }];
  });
  if (stacks.length > 0 && stage === undefined) return stacks;

  const nested = artifacts.flatMap(([artifactId, artifact]) => {
    if (artifact.type !== 'cdk:cloud-assembly') return [];
    const properties = nestedPropertiesSchema.parse(artifact.properties);
    const names = [artifactId, properties.displayName, properties.directoryName];
    return [{ names, path: join(root, properties.directoryName) }];
  });
  return readAssembly(chooseStage(root, nested, stage));
}

type NestedAssembly = { readonly names: readonly (string | undefined)[]; readonly path: string };

function chooseStage(root: string, nested: readonly NestedAssembly[], stage?: string): string {
  const candidates =
    stage === undefined ? nested : nested.filter((assembly) => assembly.names.includes(stage));
  const [only, ...others] = candidates;
  if (only !== undefined && others.length === 0) return only.path;
  const known = nested.map((assembly) => assembly.names[1] ?? assembly.names[0]).join(', ');
  throw new Error(
    `${root} has no stack of its own and ${candidates.length} matching stages ` +
      `(stages: ${known === '' ? 'none' : known}). Synthesize it first, or name one stage.`,
  );
}

function readAssetPaths(root: string, properties: unknown): [string, string][] {
  const { file } = z.object({ file: z.string() }).parse(properties);
  const files = Object.values(readJson(join(root, file), assetsSchema).files ?? {});
  return files.flatMap(({ source, destinations }) => {
    const path = source.path;
    if (path === undefined) return [];
    return Object.values(destinations).map(({ objectKey }): [string, string] => [
      objectKey,
      resolve(root, path),
    ]);
  });
}

function readJson<Schema extends z.ZodMiniType>(path: string, schema: Schema): z.infer<Schema> {
  const parsed = schema.safeParse(JSON.parse(readText(path)));
  if (parsed.success) return parsed.data;
  throw new Error(`${path} is not a cloud assembly file: ${z.prettifyError(parsed.error)}`);
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`Cannot read ${path}. Is this a cloud assembly? Run the synthesis first.`, {
      cause: error,
    });
  }
}
