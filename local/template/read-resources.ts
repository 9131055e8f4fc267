import type * as z from 'zod/mini';
import type { Resource, StackTemplate } from './assembly.ts';
import type { Identity } from './identity.ts';
import type { Resolver, Scope } from './resolver.ts';
import { TemplateError } from './template-error.ts';

/** One resource of the wanted type, its wanted properties resolved and checked. */
export type Found<Properties> = {
  readonly logicalId: string;
  readonly stack: StackTemplate;
  readonly identity: Identity;
  readonly properties: Properties;
};

/**
 * Finds the resources of some types and resolves only the properties the schema names, so that
 * a reference which cannot be known here matters only where it is needed.
 */
export function readResources<Shape extends z.core.$ZodShape>(
  source: { readonly stacks: readonly StackTemplate[]; readonly resolver: Resolver },
  types: readonly string[],
  schema: z.ZodMiniObject<Shape>,
): Found<z.infer<z.ZodMiniObject<Shape>>>[] {
  return source.stacks.flatMap((stack) =>
    Object.entries(stack.template.Resources ?? {}).flatMap(([logicalId, resource]) => {
      if (!types.includes(resource.Type)) return [];
      const scope = { stackName: stack.stackName, logicalId, stack, depth: 0 };
      const wanted = Object.keys(schema.shape);
      const properties = parseProperties(schema, {
        ...scope,
        property: 'Properties',
        resolved: resolveWanted(wanted, resource, (value, property) =>
          source.resolver.resolve(value, { ...scope, property }),
        ),
      });
      return [
        { logicalId, stack, identity: source.resolver.identity(logicalId, scope), properties },
      ];
    }),
  );
}

function resolveWanted(
  wanted: readonly string[],
  resource: Resource,
  resolve: (value: unknown, property: string) => unknown,
): Record<string, unknown> {
  const entries = wanted.flatMap((name): [string, unknown][] => {
    const value = resource.Properties?.[name];
    const resolved = value === undefined ? undefined : resolve(value, name);
    return resolved === undefined ? [] : [[name, resolved]];
  });
  return Object.fromEntries(entries);
}

function parseProperties<Shape extends z.core.$ZodShape>(
  schema: z.ZodMiniObject<Shape>,
  subject: Scope & { readonly resolved: Record<string, unknown> },
): z.infer<z.ZodMiniObject<Shape>> {
  const parsed = schema.safeParse(subject.resolved);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const property = issue?.path.map(String).join('.') ?? subject.property;
  throw new TemplateError({ ...subject, property }, issue?.message ?? 'is not understood');
}
