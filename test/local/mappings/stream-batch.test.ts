import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { InvokeOutcome } from '../../../local/lambda/invoke-outcome.ts';
import {
  afterInvocation,
  type StreamBatch,
  type StreamRules,
  type StreamStep,
  withoutTooOld,
} from '../../../local/mappings/stream-batch.ts';
import { record } from './memory-stream.ts';

const records = [record(1), record(2), record(3), record(4), record(5)];
const batch: StreamBatch = { records, failures: 0 };
const reporting: StreamRules = { reportBatchItemFailures: true, bisectOnError: false };
const bisecting: StreamRules = { reportBatchItemFailures: true, bisectOnError: true };
const failed: InvokeOutcome = {
  kind: 'failed',
  functionError: { errorType: 'Error', errorMessage: 'no' },
};

function failing(...numbers: number[]): InvokeOutcome {
  const batchItemFailures = numbers.map((number) => ({
    itemIdentifier: record(number).dynamodb.SequenceNumber,
  }));
  return { kind: 'succeeded', payload: { batchItemFailures } };
}

function summary({ done, discarded, next }: StreamStep) {
  const ids = (list: StreamStep['done']) => list.map(({ eventID }) => eventID).join(' ');
  return {
    done: ids(done),
    discarded: ids(discarded),
    next: next.map((part) => `${ids(part.records)} after ${part.failures}`),
  };
}

describe('a batch whose function succeeds', () => {
  it('is done', () => {
    const step = afterInvocation(batch, { kind: 'succeeded', payload: null }, reporting);
    expect(summary(step)).toEqual({ done: 'e1 e2 e3 e4 e5', discarded: '', next: [] });
  });
});

describe('a batch with failed items', () => {
  it('is done up to the lowest failed one and goes on from it', () => {
    const step = afterInvocation(batch, failing(5, 3), reporting);
    expect(summary(step)).toEqual({ done: 'e1 e2', discarded: '', next: ['e3 e4 e5 after 1'] });
  });

  it('is split at the failed one, without counting a retry, where batches are split', () => {
    const step = afterInvocation(batch, failing(3), bisecting);
    expect(summary(step)).toEqual({ done: 'e1 e2', discarded: '', next: ['e3 e4 e5 after 0'] });
  });

  it('is invoked again as it is when the first one failed', () => {
    const step = afterInvocation(batch, failing(1), reporting);
    expect(summary(step)).toEqual({ done: '', discarded: '', next: ['e1 e2 e3 e4 e5 after 1'] });
  });

  it('is done as a whole where item failures are not reported', () => {
    const step = afterInvocation(batch, failing(1), {
      ...reporting,
      reportBatchItemFailures: false,
    });
    expect(summary(step).done).toBe('e1 e2 e3 e4 e5');
  });
});

describe('a batch whose function fails', () => {
  it('is split into halves, in order, where batches are split', () => {
    const step = afterInvocation(batch, failed, bisecting);
    expect(summary(step).next).toEqual(['e1 e2 e3 after 0', 'e4 e5 after 0']);
  });

  it('is retried without end when no rule limits it', () => {
    const step = afterInvocation({ records, failures: 9_999 }, failed, reporting);
    expect(summary(step)).toMatchObject({ discarded: '', next: ['e1 e2 e3 e4 e5 after 10000'] });
  });

  it('is given up once its retries are used up', () => {
    const rules = { ...reporting, maximumRetryAttempts: 2 };
    expect(summary(afterInvocation({ records, failures: 1 }, failed, rules)).discarded).toBe('');
    const step = afterInvocation({ records, failures: 2 }, failed, rules);
    expect(summary(step)).toMatchObject({ done: 'e1 e2 e3 e4 e5', discarded: 'e1 e2 e3 e4 e5' });
  });

  it('counts being throttled as no failure', () => {
    const rules = { ...reporting, maximumRetryAttempts: 0 };
    const step = afterInvocation(batch, { kind: 'throttled', reason: 'busy' }, rules);
    expect(step.next).toEqual([batch]);
  });
});

describe('records above the maximum age', () => {
  it('are cut off the front, and only there', () => {
    const aged = [record(1, 0), record(2, 1_000), record(3, 60_000)];
    const rules = { ...reporting, maximumRecordAgeMs: 60_000 };
    const cut = withoutTooOld({ records: aged, failures: 4 }, rules, 61_001);
    expect(cut.tooOld.map(({ eventID }) => eventID)).toEqual(['e1', 'e2']);
    expect(cut.batch).toEqual({ records: [record(3, 60_000)], failures: 0 });
  });

  it('do not exist where no age is set', () => {
    expect(withoutTooOld(batch, reporting, Number.MAX_SAFE_INTEGER).batch).toBe(batch);
  });
});

describe('any sequence of outcomes', () => {
  it('never changes the order of records and never loses one', () => {
    const outcome = fc.oneof(
      fc.constant(failed),
      fc.constant<InvokeOutcome>({ kind: 'throttled', reason: 'busy' }),
      fc.array(fc.nat(4), { maxLength: 3 }).map((picks) => ({ kind: 'picks' as const, picks })),
    );
    const property = fc.property(fc.array(outcome), fc.boolean(), (outcomes, bisectOnError) => {
      const rules = { reportBatchItemFailures: true, bisectOnError };
      const finished: string[] = [];
      let waiting: readonly StreamBatch[] = [batch];
      for (const one of outcomes) {
        const [first, ...rest] = waiting;
        if (first === undefined) break;
        const step = afterInvocation(first, concrete(one, first), rules);
        finished.push(...step.done.map(({ eventID }) => eventID));
        waiting = [...step.next, ...rest];
      }
      const left = waiting.flatMap((part) => part.records.map(({ eventID }) => eventID));
      expect([...finished, ...left]).toEqual(['e1', 'e2', 'e3', 'e4', 'e5']);
    });
    fc.assert(property);
  });
});

type Abstract = InvokeOutcome | { readonly kind: 'picks'; readonly picks: readonly number[] };

/** Failed items are picked by position, so that they always belong to the batch. */
function concrete(outcome: Abstract, { records: current }: StreamBatch): InvokeOutcome {
  if (outcome.kind !== 'picks') return outcome;
  const batchItemFailures = outcome.picks.flatMap((pick) => {
    const picked = current[pick];
    return picked === undefined ? [] : [{ itemIdentifier: picked.dynamodb.SequenceNumber }];
  });
  return { kind: 'succeeded', payload: { batchItemFailures } };
}
