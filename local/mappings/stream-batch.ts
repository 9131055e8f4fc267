import type { InvokeOutcome } from '../lambda/invoke-outcome.ts';
import type { StreamMappingDescription } from '../template/description.ts';
import { readBatchResponse } from './batch-response.ts';
import type { StreamRecord } from './stream-source.ts';

/** Records that go to the function together. */
export type StreamBatch = {
  readonly records: readonly StreamRecord[];
  /** How often exactly these records, in one batch, have failed. */
  readonly failures: number;
};

export type StreamRules = Pick<
  StreamMappingDescription,
  'bisectOnError' | 'maximumRecordAgeMs' | 'maximumRetryAttempts' | 'reportBatchItemFailures'
>;

/** What follows from one invocation. */
export type StreamStep = {
  /** Leading records that are done with, one way or the other. */
  readonly done: readonly StreamRecord[];
  /** Of those, the ones given up by the rules. */
  readonly discarded: readonly StreamRecord[];
  /** What to invoke next, in this order. */
  readonly next: readonly StreamBatch[];
  /** Why not all succeeded. */
  readonly problem?: string;
};

/**
 * Decides what becomes of a batch after an invocation.
 *
 * Order is never broken and nothing is passed over, except what has used up its retries.
 * Splitting a batch is not a retry; being throttled is none either.
 */
export function afterInvocation(
  batch: StreamBatch,
  outcome: InvokeOutcome,
  rules: StreamRules,
): StreamStep {
  const { records } = batch;
  switch (outcome.kind) {
    case 'throttled':
      return { done: [], discarded: [], next: [batch], problem: outcome.reason };
    case 'failed': {
      const { errorType, errorMessage } = outcome.functionError;
      return afterFailure(batch, rules, `${errorType}: ${errorMessage}`);
    }
    case 'succeeded':
      break;
  }
  if (!rules.reportBatchItemFailures) return { done: records, discarded: [], next: [] };

  const sequences = records.map(({ dynamodb }) => dynamodb.SequenceNumber);
  const verdict = readBatchResponse(outcome.payload, sequences);
  switch (verdict.kind) {
    case 'all-succeeded':
      return { done: records, discarded: [], next: [] };
    case 'all-failed':
      return afterFailure(batch, rules, verdict.reason);
    case 'some-failed': {
      const first = sequences.findIndex((sequence) => verdict.failed.has(sequence));
      const problem = `the function could not process ${sequences[first]}`;
      if (first === 0) return afterFailure(batch, rules, problem);
      const rest = { records: records.slice(first), failures: 0 };
      // Where batches are split on errors, this is the split, and splitting is no retry.
      const step = rules.bisectOnError
        ? { done: [], discarded: [], next: [rest], problem }
        : afterFailure(rest, rules, problem);
      return { ...step, done: [...records.slice(0, first), ...step.done] };
    }
  }
}

/** Takes away the leading records that are too old; they are given up. */
export function withoutTooOld(
  batch: StreamBatch,
  rules: StreamRules,
  now: number,
): { readonly tooOld: readonly StreamRecord[]; readonly batch: StreamBatch } {
  const ageMaxMs = rules.maximumRecordAgeMs ?? Number.POSITIVE_INFINITY;
  const isYoung = ({ dynamodb }: StreamRecord) =>
    now - dynamodb.ApproximateCreationDateTime * 1000 <= ageMaxMs;
  const firstYoung = batch.records.findIndex(isYoung);
  const cut = firstYoung < 0 ? batch.records.length : firstYoung;
  if (cut === 0) return { tooOld: [], batch };
  return {
    tooOld: batch.records.slice(0, cut),
    batch: { records: batch.records.slice(cut), failures: 0 },
  };
}

function afterFailure(batch: StreamBatch, rules: StreamRules, problem: string): StreamStep {
  const { records } = batch;
  if (rules.bisectOnError && records.length > 1) {
    const middle = Math.ceil(records.length / 2);
    const halves = [records.slice(0, middle), records.slice(middle)];
    const next = halves.map((half) => ({ records: half, failures: 0 }));
    return { done: [], discarded: [], next, problem };
  }
  const failures = batch.failures + 1;
  if (failures <= (rules.maximumRetryAttempts ?? Number.POSITIVE_INFINITY)) {
    return { done: [], discarded: [], next: [{ records, failures }], problem };
  }
  return { done: records, discarded: records, next: [], problem };
}
