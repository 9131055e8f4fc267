import * as z from 'zod/mini';

/** What a function's answer says about its batch. */
export type BatchVerdict =
  | { readonly kind: 'all-succeeded' }
  | { readonly kind: 'all-failed'; readonly reason: string }
  | { readonly kind: 'some-failed'; readonly failed: ReadonlySet<string> };

const responseSchema = z.nullable(
  z.object({ batchItemFailures: z.optional(z.nullable(z.array(z.unknown()))) }),
);

const failureSchema = z.object({ itemIdentifier: z.string().check(z.minLength(1)) });

/**
 * Reads a partial batch response as Lambda does.
 *
 * No answer, no list or an empty list mean success of all. An answer that cannot be read, or that
 * names what was not in the batch, means failure of all: better twice than lost.
 */
export function readBatchResponse(payload: unknown, identifiers: readonly string[]): BatchVerdict {
  const response = responseSchema.safeParse(payload === '' ? null : (payload ?? null));
  if (!response.success) {
    return { kind: 'all-failed', reason: 'the batch response has no readable batchItemFailures' };
  }

  const failed = new Set<string>();
  for (const entry of response.data?.batchItemFailures ?? []) {
    const failure = failureSchema.safeParse(entry);
    if (!failure.success) {
      const shown = JSON.stringify(entry);
      const reason = `the batch response has a failure without itemIdentifier: ${shown}`;
      return { kind: 'all-failed', reason };
    }
    const { itemIdentifier } = failure.data;
    if (!identifiers.includes(itemIdentifier)) {
      const reason = `the batch response names ${itemIdentifier}, which is not in the batch`;
      return { kind: 'all-failed', reason };
    }
    failed.add(itemIdentifier);
  }
  return failed.size === 0 ? { kind: 'all-succeeded' } : { kind: 'some-failed', failed };
}
