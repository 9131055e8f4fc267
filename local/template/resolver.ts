import type { StackTemplate } from './assembly.ts';
import { type Identity, identify, type Surroundings } from './identity.ts';
import { resolveIntrinsic } from './intrinsics.ts';
import { type Place, TemplateError } from './template-error.ts';

/** A value inside a template: where it stands, for references and for errors. */
export type Scope = Place & { readonly stack: StackTemplate; readonly depth: number };

/** Deeper means a reference that leads back to itself: real templates nest below 10. */
const DEPTH_MAX = 60;

/** Works out the references inside and between the stacks of one assembly. */
export class Resolver {
  readonly #stacks: readonly StackTemplate[];
  readonly #surroundings: Surroundings;

  constructor(stacks: readonly StackTemplate[], surroundings: Surroundings) {
    this.#stacks = stacks;
    this.#surroundings = surroundings;
  }

  /** Gives the value with every intrinsic function worked out; `AWS::NoValue` becomes undefined. */
  resolve(value: unknown, scope: Scope): unknown {
    if (scope.depth > DEPTH_MAX) throw new TemplateError(scope, 'the reference leads to itself');
    if (Array.isArray(value)) {
      const entries = value.map((entry, index) => this.resolve(entry, inside(scope, index)));
      return entries.filter((entry) => entry !== undefined);
    }
    if (!isRecord(value)) return value;
    const [key, ...others] = Object.keys(value);
    if (key !== undefined && others.length === 0 && (key === 'Ref' || key.startsWith('Fn::'))) {
      const deeper = { ...scope, depth: scope.depth + 1 };
      return resolveIntrinsic(key, value[key], { scope: deeper, resolver: this });
    }
    const entries = Object.entries(value).map(([name, entry]): [string, unknown] => [
      name,
      this.resolve(entry, inside(scope, name)),
    ]);
    return Object.fromEntries(entries.filter(([, entry]) => entry !== undefined));
  }

  ref(name: string, scope: Scope): unknown {
    const pseudo = pseudoParameters(this.#surroundings, scope.stack);
    if (name in pseudo) return pseudo[name];
    const isResource = scope.stack.template.Resources?.[name] !== undefined;
    return isResource ? this.identity(name, scope).ref : parameter(name, scope);
  }

  attribute(logicalId: string, attribute: string, scope: Scope): string {
    const value = this.identity(logicalId, scope).attributes[attribute];
    if (value !== undefined) return value;
    const type = scope.stack.template.Resources?.[logicalId]?.Type;
    const problem = `attribute ${attribute} of ${logicalId} (${type}) cannot be known here`;
    throw new TemplateError(scope, problem);
  }

  importValue(exportName: string, scope: Scope): unknown {
    for (const stack of this.#stacks) {
      for (const [outputId, output] of Object.entries(stack.template.Outputs ?? {})) {
        if (output.Export === undefined) continue;
        const there = outputScope(stack, outputId, scope);
        if (this.resolve(output.Export.Name, there) === exportName) {
          return this.resolve(output.Value, there);
        }
      }
    }
    throw new TemplateError(scope, `no stack of this assembly exports ${exportName}`);
  }

  stackOutput(stackName: string, outputName: string, scope: Scope): unknown {
    const stack = this.#stacks.find((candidate) => candidate.stackName === stackName);
    const output = stack?.template.Outputs?.[outputName];
    if (stack !== undefined && output !== undefined) {
      return this.resolve(output.Value, outputScope(stack, outputName, scope));
    }
    throw new TemplateError(scope, `no stack ${stackName} with an output ${outputName}`);
  }

  identity(logicalId: string, scope: Pick<Scope, 'stack' | 'depth'>): Identity {
    const { stack, depth } = scope;
    const { stackName } = stack;
    const resource = stack.template.Resources?.[logicalId];
    if (resource === undefined) {
      const place = { stackName, logicalId, property: 'Ref' };
      throw new TemplateError(place, 'there is no such resource in this stack');
    }
    const property = (name: string) => {
      const place = { stackName, logicalId, property: name };
      return this.resolve(resource.Properties?.[name], { ...place, stack, depth: depth + 1 });
    };
    return identify({
      stackName,
      logicalId,
      resource,
      surroundings: this.#surroundings,
      property,
    });
  }
}

function pseudoParameters(
  { region, accountId, partition }: Surroundings,
  { stackName }: StackTemplate,
): Readonly<Record<string, string | undefined>> {
  return {
    'AWS::Region': region,
    'AWS::AccountId': accountId,
    'AWS::Partition': partition,
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': stackName,
    'AWS::StackId': `arn:${partition}:cloudformation:${region}:${accountId}:stack/${stackName}`,
    'AWS::NoValue': undefined,
  };
}

function parameter(name: string, scope: Scope): unknown {
  const given = scope.stack.parameters[name];
  if (given !== undefined) return given;
  const declared = scope.stack.template.Parameters?.[name];
  if (declared === undefined) {
    throw new TemplateError(scope, `${name} is neither a resource nor a parameter of this stack`);
  }
  // The default of an SSM parameter is the name of a stored value, not the value.
  if (declared.Type.startsWith('AWS::SSM::') || declared.Default === undefined) {
    throw new TemplateError(scope, `parameter ${name} (${declared.Type}) has no value here`);
  }
  return declared.Default;
}

function outputScope(stack: StackTemplate, outputId: string, from: Scope): Scope {
  const place = { stackName: stack.stackName, logicalId: `output ${outputId}`, property: 'Value' };
  return { ...place, stack, depth: from.depth + 1 };
}

function inside(scope: Scope, key: string | number): Scope {
  return { ...scope, property: `${scope.property}.${key}`, depth: scope.depth + 1 };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
