import { describe, expect, it } from '@jest/globals';
import type { InvokeOutcome } from '../../../local/lambda/invoke-outcome.ts';
import { runSqsMapping } from '../../../local/mappings/run-sqs-mapping.ts';
import type { SqsEvent } from '../../../local/mappings/sqs-event.ts';
import type { SqsMappingDescription } from '../../../local/template/description.ts';
import { manualTimers, settle } from '../schedule/manual-timers.ts';
import { memoryQueue, message } from './memory-queue.ts';

const mapping: SqsMappingDescription = {
  logicalId: 'Mapping',
  queueName: 'orders.fifo',
  queueArn: 'arn:aws:sqs:eu-west-1:000000000000:orders.fifo',
  visibilityTimeoutMs: 30_000,
  functionName: 'submit-order',
  functionTimeoutMs: 20_000,
  batchSize: 3,
  reportBatchItemFailures: true,
  maximumConcurrency: 2,
  enabled: true,
};

type Call = { readonly ids: string[]; readonly answer: (outcome: InvokeOutcome) => void };

function start(changes: Partial<SqsMappingDescription> = {}) {
  const queue = memoryQueue();
  const timers = manualTimers();
  const calls: Call[] = [];
  const lines: string[] = [];
  const running = runSqsMapping({
    mapping: { ...mapping, ...changes },
    queue,
    invoker: {
      invoke: (_name, event) =>
        new Promise((answer) => calls.push({ ids: messageIds(event), answer })),
    },
    region: 'eu-west-1',
    accountId: '000000000000',
    log: (line) => lines.push(line),
    timers,
  });
  const answerAll = async (outcome: InvokeOutcome) => {
    await settle();
    for (const call of calls) call.answer(outcome);
    await settle();
  };
  return { queue, timers, calls, lines, running, answerAll };
}

function messageIds(event: unknown): string[] {
  const isEvent = (value: unknown): value is SqsEvent =>
    typeof value === 'object' && value !== null && 'Records' in value;
  return isEvent(event) ? event.Records.map(({ messageId }) => messageId) : [];
}

const succeeded = (payload: unknown): InvokeOutcome => ({ kind: 'succeeded', payload });
const failed: InvokeOutcome = {
  kind: 'failed',
  functionError: { errorType: 'Error', errorMessage: 'no' },
};
const throttled: InvokeOutcome = { kind: 'throttled', reason: 'no instance' };

describe('messages on a queue', () => {
  it('go to the function in batches of at most the batch size', async () => {
    const { queue, calls } = start();
    queue.add(message('m1'), message('m2'), message('m3'), message('m4'));
    await settle();
    expect(calls.map(({ ids }) => ids)).toEqual([['m1', 'm2', 'm3'], ['m4']]);
    expect(queue.asked[0]).toBe(3);
  });

  it('are taken only as fast as the maximum concurrency allows', async () => {
    const { queue, calls } = start({ batchSize: 1 });
    queue.add(message('m1'), message('m2'), message('m3'));
    await settle();
    expect(calls).toHaveLength(2);

    calls[0]?.answer(succeeded(null));
    await settle();
    expect(calls.map(({ ids }) => ids)).toEqual([['m1'], ['m2'], ['m3']]);
  });

  it('are taken again after a receive that failed', async () => {
    const { queue, timers, calls, lines, answerAll } = start();
    await settle();
    queue.failNextReceive(new Error('disk full'));
    queue.add(message('m1'));
    await answerAll(succeeded(null));
    expect(lines).toHaveLength(1);
    queue.add(message('m2'));
    await timers.advance(2_000);
    expect(calls.at(-1)?.ids).toEqual(['m2']);
  });
});

describe('a batch', () => {
  it('is deleted when the function succeeds', async () => {
    const { queue, answerAll } = start();
    queue.add(message('m1'), message('m2'));
    await answerAll(succeeded({ batchItemFailures: [] }));
    expect(queue.deleted).toEqual(['handle-m1', 'handle-m2']);
  });

  it('is deleted but for the messages reported as failed', async () => {
    const { queue, answerAll } = start();
    queue.add(message('m1'), message('m2'), message('m3'));
    await answerAll(succeeded({ batchItemFailures: [{ itemIdentifier: 'm2' }] }));
    expect(queue.deleted).toEqual(['handle-m1', 'handle-m3']);
  });

  it('is deleted whatever the answer, where item failures are not reported', async () => {
    const { queue, answerAll } = start({ reportBatchItemFailures: false });
    queue.add(message('m1'));
    await answerAll(succeeded({ batchItemFailures: [{ itemIdentifier: 'm1' }] }));
    expect(queue.deleted).toEqual(['handle-m1']);
  });

  it.each([
    ['the function fails', failed],
    [
      'the answer names a foreign message',
      succeeded({ batchItemFailures: [{ itemIdentifier: 'x' }] }),
    ],
    ['the answer cannot be read', succeeded('ok')],
  ])('stays on the queue when %s', async (_name, outcome) => {
    const { queue, calls, answerAll, lines } = start();
    queue.add(message('m1'), message('m2'));
    await answerAll(outcome);
    expect(queue.deleted).toEqual([]);
    expect(calls).toHaveLength(1);
    expect(lines).toHaveLength(1);
  });
});

describe('a throttled batch', () => {
  it('is tried again with growing waits until it goes through', async () => {
    const { queue, timers, calls, answerAll } = start();
    queue.add(message('m1'));
    await answerAll(throttled);
    await timers.advance(50);
    await answerAll(throttled);
    await timers.advance(99);
    expect(calls).toHaveLength(2);
    await timers.advance(1);
    await answerAll(succeeded(null));
    expect(calls.map(({ ids }) => ids)).toEqual([['m1'], ['m1'], ['m1']]);
    expect(queue.deleted).toEqual(['handle-m1']);
  });

  it('is left to its visibility timeout when a run could no longer end before it', async () => {
    const { queue, timers, calls, lines } = start();
    queue.add(message('m1'));
    await settle();
    for (let second = 0; second < 60; second += 1) {
      for (const call of calls) call.answer(throttled);
      await timers.advance(1_000);
    }
    const triesIn10Seconds = 10;
    expect(calls.length).toBeLessThanOrEqual(triesIn10Seconds);
    expect(calls.length).toBeGreaterThan(3);
    expect(queue.deleted).toEqual([]);
    expect(lines).toHaveLength(1);
  });
});

describe('stopping', () => {
  it('takes nothing more and waits for the batch under way', async () => {
    const { queue, calls, running } = start();
    queue.add(message('m1'));
    await settle();
    let isStopped = false;
    const stopping = running.stop().then(() => (isStopped = true));
    await settle();
    queue.add(message('m2'));
    await settle();
    expect({ calls: calls.length, isStopped }).toEqual({ calls: 1, isStopped: false });

    calls[0]?.answer(succeeded(null));
    await stopping;
    expect(queue.deleted).toEqual(['handle-m1']);
  });

  it('still works on what a receive brings in that moment', async () => {
    const { queue, calls, running } = start();
    await settle();
    const stopping = running.stop();
    queue.add(message('m1'));
    await settle();
    calls[0]?.answer(succeeded(null));
    await stopping;
    expect(queue.deleted).toEqual(['handle-m1']);
  });
});
