import { Secret } from '../../application/secret.ts';

/** Characters of one printed text. */
const CHARACTERS_MAX = 1_000;
/** Entries of one printed list or object. */
const ENTRIES_MAX = 50;
/** How deep printed values nest. */
const DEPTH_MAX = 5;

/**
 * Gives what may be printed of a value: bounded plain JSON in which every secret, however deep,
 * stands as `[redacted]`.
 */
export function printable(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return value.slice(0, CHARACTERS_MAX);
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'function' || typeof value === 'symbol') return `[${typeof value}]`;
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Secret) return String(value);
  if (depth === DEPTH_MAX) return '[deeper]';
  if (value instanceof Error) return printableError(value, depth);

  const within = (part: unknown) => printable(part, depth + 1);
  if (Array.isArray(value)) return value.slice(0, ENTRIES_MAX).map(within);
  if (value instanceof Date) return value.toJSON();
  const entries = Object.entries(value).slice(0, ENTRIES_MAX);
  return Object.fromEntries(entries.map(([name, part]) => [name, within(part)]));
}

/** An error's own words; fields that libraries hang on errors (requests, headers) stay out. */
function printableError({ name, message, stack, cause }: Error, depth: number): unknown {
  return {
    name,
    message: message.slice(0, CHARACTERS_MAX),
    stack: stack?.slice(0, CHARACTERS_MAX),
    ...(cause !== undefined && { cause: printable(cause, depth + 1) }),
  };
}
