/** One part of a line: text that stands there as it is, or a field of this name. */
export type LinePart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'field'; readonly name: string };

/** How an alert in plain text is written. Fields are parted by text, so that reading is unambiguous. */
export interface LineFormat {
  readonly parts: readonly LinePart[];
}

/** Characters of a format; an alert is a line or two. */
const FORMAT_CHARACTERS_MAX = 1_000;
const PARTS_MAX = 40;

/** `{name}`, or anything up to the next brace. */
const PART = /\{([a-zA-Z][a-zA-Z0-9_]{0,31})\}|[^{}]+|[{}]/g;

/**
 * Reads a format such as `{action} {quantity} {ticker} at {time}`.
 *
 * Not a regular expression: what a person configures must neither run nor be slow.
 *
 * @returns what is wrong with it, as words that follow its name, when it cannot be read
 */
export function parseLineFormat(text: string): LineFormat | string {
  if (text.length > FORMAT_CHARACTERS_MAX) {
    return `must have at most ${FORMAT_CHARACTERS_MAX} characters`;
  }
  const parts = [...text.matchAll(PART)].map(
    ([whole, name]): LinePart =>
      name === undefined ? { kind: 'text', text: whole } : { kind: 'field', name },
  );
  const names = fieldNames({ parts });
  if (parts.some((part) => part.kind === 'text' && /[{}]/.test(part.text))) {
    return 'has a brace that belongs to no {name}; names are letters, digits and "_"';
  }
  if (names.length === 0) return 'must have at least one {name}';
  if (parts.length > PARTS_MAX) return `must have at most ${PARTS_MAX} parts`;
  if (new Set(names).size < names.length) return 'must not have the same {name} twice';
  const touch = parts.some((part, index) => part.kind === 'field' && isField(parts[index + 1]));
  return touch ? 'must have text between one {name} and the next' : { parts };
}

/** Gives the names of a format's fields, in their order. */
export function fieldNames({ parts }: LineFormat): readonly string[] {
  return parts.flatMap((part) => (part.kind === 'field' ? [part.name] : []));
}

/**
 * Reads a line by its format: a field goes up to the first place where the text after it stands,
 * the last one to the end. Takes a time proportional to the line's length.
 *
 * @returns undefined when the line is written otherwise, or a field would be empty
 */
export function readLine(
  { parts }: LineFormat,
  line: string,
): ReadonlyMap<string, string> | undefined {
  const fields = new Map<string, string>();
  let at = 0;
  for (const [index, part] of parts.entries()) {
    if (part.kind === 'text') {
      if (!line.startsWith(part.text, at)) return undefined;
      at += part.text.length;
      continue;
    }
    const next = parts[index + 1];
    const end = next?.kind === 'text' ? line.indexOf(next.text, at) : line.length;
    if (end <= at) return undefined;
    fields.set(part.name, line.slice(at, end));
    at = end;
  }
  return at === line.length ? fields : undefined;
}

function isField(part: LinePart | undefined): boolean {
  return part?.kind === 'field';
}
