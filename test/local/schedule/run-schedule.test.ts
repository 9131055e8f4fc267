import { describe, expect, it } from '@jest/globals';
import type { InvokeOutcome, Invoker } from '../../../local/lambda/invoke-outcome.ts';
import { runSchedule } from '../../../local/schedule/run-schedule.ts';
import { manualTimers } from './manual-timers.ts';

const schedule = {
  logicalId: 'Every',
  arn: 'arn:aws:events:eu-west-1:000000000000:rule/Every',
  source: 'aws.events',
  expression: 'rate(1 minute)',
  functionName: 'reconcile-orders',
} as const;

function start(
  options: { input?: unknown; expression?: string; answer?: () => Promise<InvokeOutcome> } = {},
) {
  const timers = manualTimers(Date.parse('2026-01-01T00:00:30Z'));
  const events: unknown[] = [];
  const lines: string[] = [];
  const succeed = async (): Promise<InvokeOutcome> => ({ kind: 'succeeded', payload: null });
  const invoker: Invoker = {
    invoke(_name, event) {
      events.push(event);
      return (options.answer ?? succeed)();
    },
  };
  const { answer: _answer, ...rest } = options;
  const running = runSchedule({
    schedule: { ...schedule, ...rest },
    invoker,
    accountId: '000000000000',
    region: 'eu-west-1',
    log: (line) => lines.push(line),
    timers,
  });
  return { timers, events, lines, running };
}

describe('a schedule with a rate', () => {
  it('invokes at the start and then at every beat', async () => {
    const { timers, events } = start({ input: { shard: 0 } });
    expect(events).toEqual([{ shard: 0 }]);

    await timers.advance(59_999);
    expect(events).toHaveLength(1);
    await timers.advance(1);
    expect(events).toHaveLength(2);
    await timers.advance(180_000);
    expect(events).toHaveLength(5);
  });

  it('sends the standard scheduled event where none is given', () => {
    const { events } = start();
    expect(events[0]).toMatchObject({
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: '000000000000',
      time: '2026-01-01T00:00:30Z',
      resources: [schedule.arn],
      detail: {},
    });
  });

  it('does not wait for a run that takes longer than its beat', async () => {
    const { timers, events } = start({ answer: () => new Promise(() => {}) });
    await timers.advance(60_000);
    expect(events).toHaveLength(2);
  });

  it('leaves out a beat while the function is throttled, and says so', async () => {
    const { timers, events, lines } = start({
      answer: async () => ({ kind: 'throttled', reason: 'reserved concurrency in use' }),
    });
    await timers.advance(60_000);
    expect(events).toHaveLength(2);
    expect(lines).toHaveLength(2);
  });

  it('goes on after an invocation that could not even be made', async () => {
    const { timers, events, lines } = start({ answer: () => Promise.reject(new Error('gone')) });
    await timers.advance(60_000);
    expect(events).toHaveLength(2);
    expect(lines).toHaveLength(2);
  });

  it('starts nothing more once stopped, and waits for the run under way', async () => {
    let finish = (_outcome: InvokeOutcome) => {};
    const { timers, events, running } = start({
      answer: () => new Promise((resolve) => (finish = resolve)),
    });
    let isStopped = false;
    const stopping = running.stop().then(() => (isStopped = true));
    await timers.advance(600_000);
    expect({ events: events.length, isStopped }).toEqual({ events: 1, isStopped: false });

    finish({ kind: 'succeeded', payload: null });
    await stopping;
    expect(isStopped).toBe(true);
  });
});

describe('a schedule with a calendar pattern', () => {
  it('invokes at its times only', async () => {
    const { timers, events } = start({ expression: 'cron(1,3 * * * ? *)' });
    expect(events).toHaveLength(0);
    await timers.advance(30_000);
    expect(events).toHaveLength(1);
    await timers.advance(120_000);
    expect(events).toHaveLength(2);
    await timers.advance(58 * 60_000);
    expect(events).toHaveLength(3);
  });
});
