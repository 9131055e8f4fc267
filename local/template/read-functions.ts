import * as z from 'zod/mini';
import type { FunctionDescription } from './description.ts';
import { type Found, readResources } from './read-resources.ts';
import { TemplateError } from './template-error.ts';

const functionSchema = z.object({
  Handler: z.string(),
  Code: z.object({ S3Key: z.optional(z.string()) }),
  Timeout: z.optional(z.coerce.number()),
  MemorySize: z.optional(z.coerce.number()),
  Environment: z.optional(
    z.object({
      Variables: z.optional(z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))),
    }),
  ),
  LoggingConfig: z.optional(z.object({ LogGroup: z.optional(z.string()) })),
  ReservedConcurrentExecutions: z.optional(z.coerce.number()),
});

type FoundFunction = Found<z.infer<typeof functionSchema>>;

/** Lambda's own defaults. */
const TIMEOUT_DEFAULT_SECONDS = 3;
const MEMORY_DEFAULT_MB = 128;

/** Answers which functions there are, their code found in the assembly. */
export function readFunctions(source: Parameters<typeof readResources>[0]): FunctionDescription[] {
  const found = readResources(source, ['AWS::Lambda::Function'], functionSchema);
  // Code written inside the template is the CDK's own helper: nothing here calls it.
  return found.filter((one) => one.properties.Code.S3Key !== undefined).map(describe);
}

function describe(found: FoundFunction): FunctionDescription {
  const { logicalId, identity, properties } = found;
  const reserved = properties.ReservedConcurrentExecutions;
  return {
    logicalId,
    name: identity.ref,
    arn: String(identity.attributes.Arn),
    handler: properties.Handler,
    codeDirectory: codeDirectory(found),
    timeoutMs: (properties.Timeout ?? TIMEOUT_DEFAULT_SECONDS) * 1000,
    memoryMb: properties.MemorySize ?? MEMORY_DEFAULT_MB,
    environment: environment(found),
    logGroupName: properties.LoggingConfig?.LogGroup ?? `/aws/lambda/${identity.ref}`,
    ...(reserved !== undefined && { reservedConcurrency: reserved }),
  };
}

function codeDirectory({ stack, logicalId, properties }: FoundFunction): string {
  const key = properties.Code.S3Key ?? '';
  const directory = stack.assetPaths.get(key);
  if (directory !== undefined) return directory;
  const place = { stackName: stack.stackName, logicalId, property: 'Code.S3Key' };
  throw new TemplateError(place, `the assembly holds no asset ${key}`);
}

function environment({ stack, logicalId, properties }: FoundFunction): Record<string, string> {
  const variables = Object.entries(properties.Environment?.Variables ?? {});
  return Object.fromEntries(
    variables.map(([name, value]) => {
      const text = String(value);
      if (!text.includes('{{resolve:')) return [name, text];
      const property = `Environment.Variables.${name}`;
      const place = { stackName: stack.stackName, logicalId, property };
      throw new TemplateError(place, 'dynamic references are not supported here');
    }),
  );
}
