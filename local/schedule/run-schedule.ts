import type { Invoker } from '../lambda/invoke-outcome.ts';
import type { ScheduleDescription } from '../template/description.ts';
import { nextCronTime, parseScheduleExpression, type Recurrence } from './schedule-expression.ts';
import { systemTimers, type Timers } from './timers.ts';

export type ScheduleOptions = {
  readonly schedule: Pick<
    ScheduleDescription,
    'arn' | 'expression' | 'functionName' | 'input' | 'source' | 'logicalId'
  >;
  readonly invoker: Invoker;
  readonly accountId: string;
  readonly region: string;
  readonly log: (line: string) => void;
  readonly timers?: Timers;
};

export type RunningSchedule = {
  /** Starts nothing more and waits for the runs under way. */
  stop(): Promise<void>;
};

/** Node's timers overflow above this delay and would fire at once. */
const DELAY_MAX_MS = 2 ** 31 - 1;

/**
 * Invokes a function by the clock: a rate at once and then at its beat, a calendar pattern at its
 * times.
 *
 * A run does not wait for the one before; only the function's reserved concurrency holds it back,
 * and then that beat is left out. Beats missed while the machine slept are left out as well.
 */
export function runSchedule(options: ScheduleOptions): RunningSchedule {
  const { schedule, timers = systemTimers } = options;
  let isStopping = false;
  // What is still at work when the stack stops is killed: nothing that anybody has to hear of.
  const log = (line: string) => {
    if (!isStopping) options.log(line);
  };
  const recurrence = parseScheduleExpression(schedule.expression);
  const startedAt = timers.now();
  const running = new Set<Promise<void>>();
  let cancel = () => {};

  const start = () => {
    const run = runOnce({ ...options, log }, timers.now()).catch((error: unknown) => {
      log(`schedule ${schedule.logicalId}: ${String(error)}`);
    });
    running.add(run);
    void run.finally(() => running.delete(run));
  };

  const sleepUntilNext = (after: number) => {
    const dueAt = nextDue(recurrence, startedAt, after);
    if (dueAt === undefined) {
      log(`schedule ${schedule.logicalId}: ${schedule.expression} is never due again`);
      return;
    }
    const delayMs = Math.max(0, dueAt - timers.now());
    cancel = timers.after(Math.min(delayMs, DELAY_MAX_MS), () => {
      // A timer may fire a moment early by the wall clock: the beat it was set for still counts.
      if (delayMs <= DELAY_MAX_MS) start();
      sleepUntilNext(delayMs <= DELAY_MAX_MS ? Math.max(dueAt, timers.now()) : timers.now());
    });
  };

  if (recurrence.kind === 'rate') start();
  sleepUntilNext(startedAt);
  return {
    async stop() {
      isStopping = true;
      cancel();
      await Promise.all(running);
    },
  };
}

function nextDue(recurrence: Recurrence, startedAt: number, after: number): number | undefined {
  if (recurrence.kind === 'cron') return nextCronTime(recurrence.fields, after);
  const { everyMs } = recurrence;
  return startedAt + (Math.floor((after - startedAt) / everyMs) + 1) * everyMs;
}

async function runOnce(options: ScheduleOptions, now: number): Promise<void> {
  const { schedule, invoker, log } = options;
  const event = schedule.input ?? scheduledEvent(options, now);
  const outcome = await invoker.invoke(schedule.functionName, event);
  switch (outcome.kind) {
    case 'succeeded':
      return;
    case 'failed': {
      const { errorType, errorMessage } = outcome.functionError;
      log(`schedule ${schedule.logicalId}: ${errorType}: ${errorMessage}`);
      return;
    }
    case 'throttled':
      log(`schedule ${schedule.logicalId}: beat left out: ${outcome.reason}`);
  }
}

function scheduledEvent({ schedule, accountId, region }: ScheduleOptions, now: number): unknown {
  return {
    version: '0',
    id: crypto.randomUUID(),
    'detail-type': 'Scheduled Event',
    source: schedule.source,
    account: accountId,
    time: `${new Date(now).toISOString().slice(0, 19)}Z`,
    region,
    resources: [schedule.arn],
    // The Scheduler writes its detail as text, EventBridge as an object.
    detail: schedule.source === 'aws.scheduler' ? '{}' : {},
  };
}
