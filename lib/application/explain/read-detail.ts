/** Reads details of an order's history, of which a newer service may have more than is known here. */

/** A value of JSON that is an object. */
export type Fields = Readonly<Record<string, unknown>>;

/** Gives a member as an object; empty when it is none. */
export function fieldsAt(fields: Fields, name: string): Fields {
  const value = fields[name];
  return isFields(value) ? value : {};
}

/** Gives the objects of a list; none when it is no list. */
export function listAt(fields: Fields, name: string): readonly Fields[] {
  const value = fields[name];
  return Array.isArray(value) ? value.filter(isFields) : [];
}

/** Gives a member as text; undefined when it is none. */
export function textAt(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Gives a member as a number; undefined when it is none. */
export function numberAt(fields: Fields, name: string): number | undefined {
  const value = fields[name];
  return typeof value === 'number' ? value : undefined;
}

/** Looks a word up in a table; undefined when it is not there. */
export function lookUp(
  words: Readonly<Record<string, string | undefined>>,
  word: string | undefined,
): string | undefined {
  return word !== undefined && Object.hasOwn(words, word) ? words[word] : undefined;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
