import type { AlertTemplate } from './alert-template.ts';
import { readLine } from './line-format.ts';

/** Characters of one field that goes into an order or its id. */
const FIELD_CHARACTERS_MAX = 256;

/** Reads one field of an alert; undefined when it is not there or is no text and no number. */
export type AlertFields = (name: string) => string | undefined;

/**
 * Reads an alert as its template says: JSON, or a line.
 *
 * @returns undefined when the text is not so
 */
export function readAlert(
  { line }: Pick<AlertTemplate, 'line'>,
  text: string,
): AlertFields | undefined {
  if (line !== undefined) {
    const fields = readLine(line, text.trim());
    return fields && ((name) => bounded(fields.get(name)));
  }
  const value = parsed(text);
  if (typeof value !== 'object' || value === null) return undefined;
  return (path) => bounded(valueAt(value, path.split('.')));
}

/** Own members only: `constructor` is no field of an alert. */
function valueAt(value: unknown, path: readonly string[]): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return value;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return valueAt(Object.getOwnPropertyDescriptor(value, name)?.value, rest);
}

function bounded(value: unknown): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  return value.length <= FIELD_CHARACTERS_MAX ? value : undefined;
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text, numberAsText);
    return value;
  } catch {
    return undefined;
  }
}

/**
 * A number keeps its own digits and becomes text: orders are never computed with floats. The engine
 * has the third argument, the compiler's library not yet; optional, it fits both.
 */
function numberAsText(_key: string, value: unknown, context?: { readonly source: string }) {
  return typeof value === 'number' ? (context?.source ?? String(value)) : value;
}
