import { BATCH_ENTRIES_MAX } from './limits.ts';
import { SqsError, type SqsErrorCode } from './sqs-error.ts';

export type BatchFailure = { id: string; code: SqsErrorCode; message: string };
export type BatchOutcome<T> = { successful: ({ id: string } & T)[]; failed: BatchFailure[] };

/** Refuses a batch the service would refuse as a whole. */
export function checkBatch(entries: readonly { id: string }[]): void {
  if (entries.length === 0) {
    throw new SqsError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  }
  if (entries.length > BATCH_ENTRIES_MAX) {
    throw new SqsError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are ${BATCH_ENTRIES_MAX}.` +
        ` You have sent ${entries.length}.`,
    );
  }
  const ids = new Set<string>();
  for (const { id } of entries) {
    if (!/^[A-Za-z0-9_-]{1,80}$/.test(id)) {
      throw new SqsError(
        'InvalidBatchEntryId',
        'A batch entry id can only contain alphanumeric characters, hyphens and underscores.' +
          ' It can be at most 80 letters long.',
      );
    }
    if (ids.has(id)) throw new SqsError('BatchEntryIdsNotDistinct', `Id ${id} repeated.`);
    ids.add(id);
  }
}

/** Runs each entry on its own: what the service refuses of one does not touch the others. */
export function runBatch<E extends { id: string }, T>(
  entries: readonly E[],
  work: (entry: E) => T,
): BatchOutcome<T> {
  const outcome: BatchOutcome<T> = { successful: [], failed: [] };
  for (const entry of entries) {
    try {
      outcome.successful.push({ id: entry.id, ...work(entry) });
    } catch (error) {
      if (!(error instanceof SqsError)) throw error;
      outcome.failed.push({ id: entry.id, code: error.code, message: error.message });
    }
  }
  return outcome;
}
