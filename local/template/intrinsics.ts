import * as z from 'zod/mini';
import type { Resolver, Scope } from './resolver.ts';
import { TemplateError } from './template-error.ts';

type Context = { readonly scope: Scope; readonly resolver: Resolver };

type Intrinsic = (argument: unknown, context: Context) => unknown;

const intrinsics: Readonly<Record<string, Intrinsic>> = {
  Ref: (argument, { scope, resolver }) => resolver.ref(text(argument, scope), scope),

  'Fn::GetAtt': (argument, { scope, resolver }) => {
    const [logicalId, ...rest] =
      typeof argument === 'string' ? argument.split('.') : list(argument, scope);
    const attribute = rest.map((part) => resolver.resolve(part, scope)).join('.');
    return resolver.attribute(text(logicalId, scope), attribute, scope);
  },

  'Fn::Join': (argument, { scope, resolver }) => {
    const [separator, parts] = list(argument, scope);
    const resolved = list(resolver.resolve(parts, scope), scope);
    return resolved.map((part) => scalar(part, scope)).join(text(separator, scope));
  },

  'Fn::Split': (argument, { scope, resolver }) => {
    const [separator, source] = list(argument, scope);
    return text(resolver.resolve(source, scope), scope).split(text(separator, scope));
  },

  'Fn::Select': (argument, { scope, resolver }) => {
    const [index, choices] = list(argument, scope);
    const position = Number(resolver.resolve(index, scope));
    const chosen = list(resolver.resolve(choices, scope), scope)[position];
    if (chosen !== undefined) return chosen;
    throw new TemplateError(scope, `Fn::Select finds nothing at position ${position}`);
  },

  'Fn::Sub': (argument, { scope, resolver }) => {
    const [pattern, given] = typeof argument === 'string' ? [argument] : list(argument, scope);
    const variables = z.record(z.string(), z.unknown()).safeParse(given ?? {});
    if (!variables.success) throw new TemplateError(scope, 'Fn::Sub has no map of variables');
    return text(pattern, scope).replace(/\$\{(!?)([^}]+)\}/g, (_whole, mark, name: string) => {
      if (mark === '!') return `\${${name}}`;
      return scalar(substitution(name.trim(), variables.data, { scope, resolver }), scope);
    });
  },

  'Fn::ImportValue': (argument, { scope, resolver }) =>
    resolver.importValue(text(resolver.resolve(argument, scope), scope), scope),

  'Fn::GetStackOutput': (argument, { scope, resolver }) => {
    const parsed = z
      .object({ StackName: z.string(), OutputName: z.string() })
      .safeParse(resolver.resolve(argument, scope));
    if (!parsed.success) throw new TemplateError(scope, 'Fn::GetStackOutput names no output');
    return resolver.stackOutput(parsed.data.StackName, parsed.data.OutputName, scope);
  },
};

/** Works out one intrinsic function; those that would need the cloud are refused by name. */
export function resolveIntrinsic(name: string, argument: unknown, context: Context): unknown {
  const intrinsic = intrinsics[name];
  if (intrinsic !== undefined) return intrinsic(argument, context);
  throw new TemplateError(context.scope, `${name} is not supported here`);
}

function substitution(
  name: string,
  variables: Readonly<Record<string, unknown>>,
  { scope, resolver }: Context,
): unknown {
  if (name in variables) return resolver.resolve(variables[name], scope);
  const dot = name.indexOf('.');
  if (dot < 0) return resolver.ref(name, scope);
  return resolver.attribute(name.slice(0, dot), name.slice(dot + 1), scope);
}

function text(value: unknown, scope: Scope): string {
  if (typeof value === 'string') return value;
  throw new TemplateError(scope, `expected text, found ${JSON.stringify(value)}`);
}

function scalar(value: unknown, scope: Scope): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return text(value, scope);
}

function list(value: unknown, scope: Scope): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new TemplateError(scope, `expected a list, found ${JSON.stringify(value)}`);
}
