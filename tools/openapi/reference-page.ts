/** What the page reads of a JSON schema. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly maxLength?: number;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly description?: string;
  readonly schema: Schema;
}

interface Example {
  readonly summary: string;
  readonly value: unknown;
}

type Content = Readonly<
  Record<string, { readonly schema: Schema; readonly examples?: Readonly<Record<string, Example>> }>
>;

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<
    Record<string, { readonly description: string; readonly content: Content }>
  >;
}

/** What the page reads of an OpenAPI document. */
export interface Description {
  readonly info: { readonly title: string; readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

interface Field {
  readonly name: string;
  readonly required: boolean;
  readonly form: string;
  readonly meaning: string;
}

/** Longer patterns are left to the meaning and to openapi.json: nobody reads them in a table. */
const PATTERN_CHARACTERS_MAX = 32;
const REFERENCE = '#/components/schemas/';

/** Writes the reference of the API in Markdown, from its OpenAPI document alone. Pure. */
export function referencePage({ info, paths, components }: Description): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const,
    ),
  );
  const { schemas } = components;
  const answered = new Set(
    operations.flatMap(([, { responses }]) => Object.values(responses).flatMap(schemasOf)),
  );
  return [
    '# API reference',
    '',
    `Written by \`npm run openapi\` from [openapi.json](openapi.json): change the schemas, not this page. Rules that a schema cannot say are in [the API](api.md).`,
    '',
    info.description,
    '',
    ...table(
      ['operation', 'does'],
      operations.map(([route, { operationId, summary }]) => [
        `[\`${route}\`](#${operationId.toLowerCase()})`,
        summary,
      ]),
    ),
    ...operations.flatMap(([route, operation]) => operationSection(route, operation, schemas)),
    '',
    '## Answers',
    '',
    'Answers are open: a newer service may add fields. `fills[].price` is the field `price` of each member of `fills`.',
    ...[...answered].flatMap((name) => {
      return ['', `### ${name}`, '', ...fieldTable(schemas[name] ?? {})];
    }),
    '',
  ].join('\n');
}

function operationSection(
  route: string,
  { operationId, summary, description, parameters = [], requestBody, responses }: Operation,
  schemas: Description['components']['schemas'],
): readonly string[] {
  return [
    '',
    `## ${operationId}`,
    '',
    `\`${route}\``,
    '',
    `${summary} ${description}`,
    ...(parameters.length === 0 ? [] : ['', ...parameterTable(parameters)]),
    ...Object.entries(requestBody?.content ?? {}).flatMap(([type, { schema, examples = {} }]) => [
      ...bodySection(type, schema, schemas),
      ...Object.values(examples).flatMap(exampleLines),
    ]),
    '',
    ...table(
      ['status', 'meaning', 'answer'],
      Object.entries(responses).map(([status, response]) => [
        status,
        response.description,
        schemasOf(response).map(linkTo).join(', '),
      ]),
    ),
  ];
}

function bodySection(
  type: string,
  schema: Schema,
  schemas: Description['components']['schemas'],
): readonly string[] {
  const names = (schema.anyOf ?? [schema]).flatMap(nameOf);
  if (names.length === 0) {
    const form = schema.type === undefined ? 'any JSON' : 'any text';
    return ['', `Body, \`${type}\`: ${form} that the producer expects.`];
  }
  return names.flatMap((name, index) => {
    const named = schemas[name] ?? {};
    const closed = named.additionalProperties === false ? '; other fields are refused' : '';
    const lead = index === 0 ? 'Body' : 'Or';
    return ['', `${lead}, \`${type}\`, ${name}${closed}:`, '', ...fieldTable(named)];
  });
}

function exampleLines({ summary, value }: Example): readonly string[] {
  return ['', `An example that ${summary}:`, '', '```json', JSON.stringify(value), '```'];
}

function parameterTable(parameters: readonly Parameter[]): readonly string[] {
  return table(
    ['parameter', 'in', 'required', 'form', 'meaning'],
    parameters.map((one) => [
      `\`${one.name}\``,
      one.in,
      yesOrNo(one.required),
      formOf(one.schema),
      one.description ?? '',
    ]),
  );
}

function fieldTable(schema: Schema): readonly string[] {
  return table(
    ['field', 'required', 'form', 'meaning'],
    fieldsOf(schema, '').map(({ name, required, form, meaning }) => [
      `\`${name}\``,
      yesOrNo(required),
      form,
      meaning,
    ]),
  );
}

/** Every field, those within others behind the one that holds them. */
function fieldsOf(schema: Schema, prefix: string): readonly Field[] {
  const variants = schema.anyOf ?? [schema];
  const names = new Set(variants.flatMap(({ properties = {} }) => Object.keys(properties)));
  return [...names].flatMap((name) => {
    const having = variants.flatMap(({ properties }) => properties?.[name] ?? []);
    const first = having[0] ?? {};
    const path = `${prefix}${name}`;
    const field = {
      name: path,
      required: variants.every(({ required = [] }) => required.includes(name)),
      form: [...new Set(having.map(formOf))].join(' or '),
      meaning: first.description ?? '',
    };
    const inner = first.items === undefined ? `${path}.` : `${path}[].`;
    return [field, ...fieldsOf(first.items ?? first, inner)];
  });
}

function formOf(schema: Schema): string {
  const [name] = nameOf(schema);
  if (name !== undefined) return linkTo(name);
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(formOf))].join(' or ');
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (schema.enum !== undefined) return schema.enum.map((one) => `\`${one}\``).join(', ');
  if (schema.items !== undefined) return `list of ${formOf(schema.items)}`;
  const { type = 'anything', pattern = '', maxLength } = schema;
  if (type !== 'string') return type;
  if (maxLength !== undefined) return `text, at most ${maxLength} characters`;
  const isShown = pattern !== '' && pattern.length <= PATTERN_CHARACTERS_MAX;
  return isShown ? `text, \`${pattern}\`` : 'text';
}

function schemasOf({ content }: { readonly content: Content }): readonly string[] {
  return Object.values(content).flatMap(({ schema }) => nameOf(schema));
}

function nameOf({ $ref }: Schema): readonly string[] {
  return $ref?.startsWith(REFERENCE) ? [$ref.slice(REFERENCE.length)] : [];
}

function linkTo(name: string): string {
  return `[${name}](#${name.toLowerCase()})`;
}

function yesOrNo(is: boolean): string {
  return is ? 'yes' : 'no';
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)];
}
