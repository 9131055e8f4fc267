/** One promise that a changed schema breaks, in words. */
export type Broken = string;

interface Schema {
  readonly type?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly items?: unknown;
}

/**
 * Compares a JSON Schema with what was promised: no field may go, become optional, change its type
 * or lose a word. What is added breaks nothing.
 */
export function brokenPromises(promised: unknown, now: unknown, at = ''): readonly Broken[] {
  const before = schemaIn(promised);
  const after = schemaIn(now);
  const name = at === '' ? 'the whole' : at;
  const lost = (before.enum ?? []).filter((word) => after.enum?.includes(word) !== true);
  const fields = Object.entries(before.properties ?? {});
  return [
    ...(before.type === after.type && before.const === after.const
      ? []
      : [`${name} has another type`]),
    ...(before.enum !== undefined && lost.length > 0
      ? [`${name} lost the words ${lost.join(', ')}`]
      : []),
    ...(before.required ?? [])
      .filter((field) => after.required?.includes(field) !== true)
      .map((field) => `${inside(at, field)} may be missing`),
    ...fields.flatMap(([field, schema]) => {
      const path = inside(at, field);
      const found = after.properties?.[field];
      return found === undefined ? [`${path} is gone`] : brokenPromises(schema, found, path);
    }),
    ...(before.items === undefined ? [] : brokenPromises(before.items, after.items, `${at}[]`)),
  ];
}

function inside(at: string, field: string): string {
  return at === '' ? field : `${at}.${field}`;
}

function schemaIn(value: unknown): Schema {
  return typeof value === 'object' && value !== null ? value : {};
}
