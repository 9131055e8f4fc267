import { describe, expect, it } from '@jest/globals';
import type { InvokeOutcome } from '../../../local/lambda/invoke-outcome.ts';
import { runStreamMapping } from '../../../local/mappings/run-stream-mapping.ts';
import type { StreamRecord } from '../../../local/mappings/stream-source.ts';
import type { StreamMappingDescription } from '../../../local/template/description.ts';
import { manualTimers, settle } from '../schedule/manual-timers.ts';
import { memoryStream, record } from './memory-stream.ts';

const mapping: StreamMappingDescription = {
  logicalId: 'Mapping',
  tableName: 'orders',
  streamArn: 'arn:stream',
  functionName: 'publish-events',
  batchSize: 2,
  startingPosition: 'TRIM_HORIZON',
  reportBatchItemFailures: true,
  bisectOnError: false,
  parallelizationFactor: 1,
  enabled: true,
};

const failed: InvokeOutcome = {
  kind: 'failed',
  functionError: { errorType: 'Error', errorMessage: 'no' },
};

function isRecords(event: unknown): event is { Records: readonly StreamRecord[] } {
  return typeof event === 'object' && event !== null && 'Records' in event;
}

type Options = {
  readonly changes?: Partial<StreamMappingDescription>;
  readonly source?: ReturnType<typeof memoryStream>;
  readonly answer?: (ids: string) => InvokeOutcome | Error;
};

function start({ changes = {}, source = memoryStream(), answer }: Options = {}) {
  const timers = manualTimers();
  const batches: string[] = [];
  const discarded: string[] = [];
  const running = runStreamMapping({
    mapping: { ...mapping, ...changes },
    source,
    invoker: {
      async invoke(_name, event) {
        const ids = isRecords(event) ? event.Records.map(({ eventID }) => eventID).join(' ') : '';
        batches.push(ids);
        const outcome = answer?.(ids) ?? { kind: 'succeeded', payload: null };
        if (outcome instanceof Error) throw outcome;
        return outcome;
      },
    },
    log: () => {},
    onDiscarded: (records) => discarded.push(...records.map(({ eventID }) => eventID)),
    timers,
  });
  return { source, timers, batches, discarded, running };
}

const sequence = (number: number) => record(number).dynamodb.SequenceNumber;

describe('records of a stream', () => {
  it('go to the function in order, in batches, and each batch is checkpointed', async () => {
    const { source, batches } = start();
    source.add(record(1), record(2), record(3));
    await settle();
    expect(batches).toEqual(['e1 e2', 'e3']);
    expect(source.saved).toEqual(['0', sequence(2), sequence(3)]);

    source.add(record(4));
    await settle();
    expect(batches.at(-1)).toBe('e4');
  });

  it('go on from the checkpoint of the run before', async () => {
    const source = memoryStream(sequence(1));
    source.add(record(1), record(2));
    const { batches } = start({ source });
    await settle();
    expect(batches).toEqual(['e2']);
  });

  it('from before the mapping existed are passed over at LATEST', async () => {
    const source = memoryStream();
    source.add(record(1));
    const { batches } = start({ source, changes: { startingPosition: 'LATEST' } });
    source.add(record(2));
    await settle();
    expect(batches).toEqual(['e2']);
  });
});

describe('a batch that fails', () => {
  it('is retried with growing waits, and nothing passes it', async () => {
    let isBroken = true;
    const answer = () => (isBroken ? failed : { kind: 'succeeded' as const, payload: null });
    const { source, timers, batches } = start({ answer });
    source.add(record(1), record(2), record(3));
    await settle();
    expect(timers.delays).toEqual([200]);
    await timers.advance(200);
    expect(timers.delays).toEqual([400]);
    await timers.advance(400);
    expect(timers.delays).toEqual([800]);
    expect(source.saved).toEqual(['0']);

    isBroken = false;
    await timers.advance(800);
    expect(batches).toEqual(['e1 e2', 'e1 e2', 'e1 e2', 'e1 e2', 'e3']);
  });

  it('is checkpointed before its lowest failed record and goes on from that one', async () => {
    const answer = (ids: string): InvokeOutcome => ({
      kind: 'succeeded',
      payload: {
        batchItemFailures: ids === 'e1 e2' ? [{ itemIdentifier: sequence(2) }] : [],
      },
    });
    const { source, timers, batches } = start({ answer });
    source.add(record(1), record(2));
    await settle();
    expect(source.saved.at(-1)).toBe(sequence(1));
    await timers.advance(200);
    expect(batches).toEqual(['e1 e2', 'e2']);
    expect(source.saved.at(-1)).toBe(sequence(2));
  });

  it('gives up only the record that breaks it, where it is split and retries end', async () => {
    const answer = (ids: string): InvokeOutcome =>
      ids.includes('e2') ? failed : { kind: 'succeeded', payload: null };
    const changes = { batchSize: 4, bisectOnError: true, maximumRetryAttempts: 1 };
    const { source, timers, batches, discarded } = start({ answer, changes });
    source.add(record(1), record(2), record(3), record(4));
    await timers.advance(60_000);
    expect(batches).toEqual(['e1 e2 e3 e4', 'e1 e2', 'e1', 'e2', 'e2', 'e3 e4']);
    expect(discarded).toEqual(['e2']);
    expect(source.saved.at(-1)).toBe(sequence(4));
  });

  it('is given up when it grows too old', async () => {
    const { source, timers, batches, discarded } = start({
      answer: () => failed,
      changes: { maximumRecordAgeMs: 60_000 },
    });
    source.add(record(1));
    await timers.advance(200_000);
    expect(discarded).toEqual(['e1']);
    expect(batches.length).toBeGreaterThan(3);
  });

  it('is retried when the invocation could not even be made', async () => {
    const answers = [new Error('gone')];
    const { source, timers, batches } = start({
      answer: () => answers.pop() ?? { kind: 'succeeded', payload: null },
    });
    source.add(record(1));
    await settle();
    await timers.advance(200);
    expect(batches).toEqual(['e1', 'e1']);
  });
});

describe('a fault in the middle of a batch', () => {
  it('does not repeat what was checkpointed before it', async () => {
    const partly: InvokeOutcome = {
      kind: 'succeeded',
      payload: { batchItemFailures: [{ itemIdentifier: sequence(2) }] },
    };
    const answers = [partly, new Error('gone')];
    const { source, timers, batches } = start({
      answer: () => answers.shift() ?? { kind: 'succeeded', payload: null },
    });
    source.add(record(1), record(2));
    await settle();
    await timers.advance(1_000);
    expect(batches).toEqual(['e1 e2', 'e2', 'e2']);
  });
});

describe('stopping', () => {
  it('ends the wait for records', async () => {
    const { running } = start();
    await settle();
    await expect(running.stop()).resolves.toBeUndefined();
  });

  it('ends the retries of a failing batch without giving it up', async () => {
    const { source, running, discarded } = start({ answer: () => failed });
    source.add(record(1));
    await settle();
    await running.stop();
    expect({ saved: source.saved, discarded }).toEqual({ saved: ['0'], discarded: [] });
  });
});
