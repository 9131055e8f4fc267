import { expect } from '@jest/globals';
import fc from 'fast-check';
import type { ReceivedMessage } from '../../../local/sqs/receive.ts';
import { type Bench, bodies, DEAD, openBench, QUEUE, redriveAfter } from './engine-under-test.ts';
import { type ModelSettings, QueueModel } from './queue-model.ts';

export type Step =
  | { kind: 'send'; group: string; id: string }
  | { kind: 'receive'; messagesMax: number; timeoutMs: number }
  | { kind: 'delete'; handle: number }
  | { kind: 'hide'; handle: number; timeoutMs: number }
  | { kind: 'advance'; byMs: number }
  | { kind: 'crash' };

const timeoutMs = fc.constantFrom(0, 1000, 30_000, 600_000);
const handle = fc.nat(30);
const send = fc.record({
  kind: fc.constant('send' as const),
  group: fc.constantFrom('A', 'B', 'C'),
  id: fc.nat(60).map(String),
});
const rest = [
  fc.record({
    kind: fc.constant('receive' as const),
    messagesMax: fc.integer({ min: 1, max: 10 }),
    timeoutMs,
  }),
  fc.record({ kind: fc.constant('delete' as const), handle }),
  fc.record({ kind: fc.constant('hide' as const), handle, timeoutMs }),
  fc.record({
    kind: fc.constant('advance' as const),
    byMs: fc.constantFrom(1, 999, 1000, 30_000, 299_999, 600_000),
  }),
];

export const settings: fc.Arbitrary<ModelSettings> = fc.record({
  maxReceiveCount: fc.constantFrom(1, 3, 1000),
  delayMs: fc.constantFrom(0, 0, 1000),
  retentionMs: fc.constantFrom(60_000, 345_600_000),
});

/** Steps on one queue; sends are as likely as receives with what follows them. */
export function steps(withCrashes: boolean): fc.Arbitrary<Step[]> {
  const crash = withCrashes ? [fc.constant({ kind: 'crash' as const })] : [];
  return fc.array(fc.oneof(send, send, ...rest, ...crash), { minLength: 20, maxLength: 80 });
}

type Run = {
  bench: Bench;
  model: QueueModel;
  /** Every receive there was, so that old handles are tried too. */
  received: ReceivedMessage[];
  /** The message id each accepted body got. */
  ids: Map<string, string>;
};

/** Does the steps on an engine and on the model, and compares what both answer at each. */
export async function runSteps(
  all: readonly Step[],
  config: ModelSettings,
  storage: { file?: string; crash?: (bench: Bench) => Bench },
): Promise<void> {
  const file = storage.file ?? ':memory:';
  const bench = openBench(attributesOf(config), { file });
  const run: Run = { bench, model: new QueueModel(config), received: [], ids: new Map() };
  for (const [index, step] of all.entries()) {
    if (step.kind === 'crash') run.bench = storage.crash?.(run.bench) ?? run.bench;
    else await runStep(run, step, `m${index}`);
    const now = run.bench.time.clock.now();
    expect(run.bench.engine.countMessages(QUEUE)).toEqual(run.model.counts(now));
  }
  expect(bodies(deadLetters(run.bench))).toEqual(run.model.deadLetters);
  run.bench.engine.close();
}

export function attributesOf(config: ModelSettings): Record<string, string> {
  return {
    ...redriveAfter(config.maxReceiveCount),
    DelaySeconds: String(config.delayMs / 1000),
    MessageRetentionPeriod: String(config.retentionMs / 1000),
  };
}

async function runStep(run: Run, step: Exclude<Step, { kind: 'crash' }>, body: string) {
  const { bench, model, received } = run;
  const now = bench.time.clock.now();
  switch (step.kind) {
    case 'advance':
      return bench.time.advance(step.byMs);
    case 'send':
      return sendBoth(run, { body, group: step.group, id: step.id }, now);
    case 'receive': {
      const { messagesMax } = step;
      const messages = bench.take(messagesMax, step.timeoutMs);
      expect(bodies(messages)).toEqual(model.receive(step, now));
      received.push(...messages);
      return;
    }
    case 'delete':
    case 'hide': {
      const message = received[step.handle];
      if (message === undefined) return;
      const timeout = step.kind === 'hide' ? step.timeoutMs : undefined;
      const [outcome] =
        timeout === undefined ? bench.remove(message) : [bench.hide(message, timeout)];
      expect(outcome).toBe(model.settle(message, timeout, now));
      return;
    }
  }
}

function sendBoth(run: Run, message: { body: string; group: string; id: string }, now: number) {
  const { body, group: groupId, id: deduplicationId } = message;
  const sent = run.bench.engine.send(QUEUE, { body, groupId, deduplicationId });
  const standsFor = run.model.send(message, now);
  if (standsFor === body) run.ids.set(body, sent.messageId);
  expect(sent.messageId).toBe(run.ids.get(standsFor));
}

/** All dead letters in their order of arrival, whatever their group. */
function deadLetters({ engine }: Bench): ReceivedMessage[] {
  const all: ReceivedMessage[] = [];
  for (;;) {
    const some = engine.receiveNow(DEAD, { messagesMax: 10 });
    if (some.length === 0) break;
    for (const { receiptHandle } of some) engine.deleteMessage(DEAD, receiptHandle);
    all.push(...some);
  }
  return all.sort((a, b) => (a.sequenceNumber < b.sequenceNumber ? -1 : 1));
}
