import * as z from 'zod/mini';

const FAILURE = z.object({ message: z.string(), code: z.optional(z.string()) });

/** Reads the message and code of whatever was thrown, also by another realm or a native module. */
export function readError(error: unknown): { readonly message: string; readonly code: string } {
  const parsed = z.safeParse(FAILURE, error);
  if (!parsed.success) return { message: String(error), code: '' };
  return { message: parsed.data.message, code: parsed.data.code ?? '' };
}
