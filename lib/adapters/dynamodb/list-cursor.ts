import * as z from 'zod/mini';

/** Longer than any cursor we give: account, time and client order id as base64. */
const CURSOR_CHARACTERS_MAX = 300;

const cursorSchema = z.tuple([
  z.literal(1),
  z.string(),
  z.string().check(z.regex(/^\d{14}#[A-Za-z0-9_-]{1,36}$/)),
]);

/** Gives the opaque text by which a caller asks for what follows one order in an account's list. */
export function cursorAfter(accountId: string, listKey: string): string {
  return Buffer.from(JSON.stringify([1, accountId, listKey])).toString('base64url');
}

/**
 * Gives the sort key that a cursor stands for.
 *
 * @throws RangeError when it is not a cursor of this account's list
 */
export function listKeyFrom(accountId: string, cursor: string): string {
  const parsed = cursorSchema.safeParse(decoded(cursor));
  if (parsed.success && parsed.data[1] === accountId) return parsed.data[2];
  throw new RangeError(
    'cursor is not one that this list gave for this account; start again without it',
  );
}

function decoded(cursor: string): unknown {
  if (cursor.length > CURSOR_CHARACTERS_MAX || !/^[A-Za-z0-9_-]+$/.test(cursor)) return undefined;
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    // Whatever is not JSON is refused by the schema, in words for the caller.
    return undefined;
  }
}
