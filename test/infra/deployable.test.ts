import { describe, expect, it } from '@jest/globals';
import { assertDeployable, type Plan, UndeployableError } from '../../infra/deployable.ts';
import { FUNCTIONS, type FunctionName } from '../../infra/functions.ts';
import {
  QUEUE_SETTINGS,
  type QueueSettings,
  RECONCILE_EVERY_S,
} from '../../infra/queue-settings.ts';
import { ROUTES } from '../../infra/routes.ts';
import { STAGES, type Stage } from '../../infra/stages.ts';

const PLAN: Plan = {
  stage: STAGES.production,
  functions: FUNCTIONS,
  queue: QUEUE_SETTINGS,
  reconcileEveryS: RECONCILE_EVERY_S,
  answering: ROUTES.map(({ to }) => to),
};

describe('the settings as they are', () => {
  it.each(Object.values(STAGES))('fit each other on stage $name', (stage) => {
    expect(() => assertDeployable({ ...PLAN, stage })).not.toThrow();
  });
});

describe('a synthesis stops', () => {
  it('when the submitter may outlive the visibility of its messages', () => {
    expect(faultOf(withTimeout('submit-order', 30))).toMatch(
      /again after 30 s, but submit-order may run 30 s/,
    );
  });

  it('when a crash would delay orders for much longer than the submitter runs', () => {
    expect(faultOf(withQueue({ visibilityTimeoutS: 36 }))).toMatch(/more than 15 s above/);
  });

  it('when the dead-letter queue is not FIFO', () => {
    expect(faultOf(withQueue({ deadLetterIsFifo: false }))).toMatch(/must be FIFO/);
  });

  it.each([0, 11])('when a batch is to have %i messages', (batchSize) => {
    expect(faultOf(withQueue({ batchSize }))).toMatch(
      `1 to 10 messages at a time, not ${batchSize}`,
    );
  });

  it.each([1, 1001])('when %i submitters are to run at once', (submitConcurrencyMax) => {
    expect(faultOf(withStage({ submitConcurrencyMax }))).toMatch(/2 to 1000 submitters/);
  });

  it('when passes of the reconciler would overlap', () => {
    expect(faultOf(withTimeout('reconcile-orders', 61))).toMatch(/starts every 60 s/);
  });

  it('when the API would give up before its function', () => {
    expect(faultOf(withTimeout('receive-order', 30))).toMatch(/API gives up after 30 s/);
  });

  it('when orders would go before their messages', () => {
    expect(faultOf(withStage({ orderRetentionDays: 28 }))).toMatch(
      /deleted after 28 days.*need 60/,
    );
    expect(faultOf(withStage({ orderRetentionDays: 90, archive: true }))).toBe('deployable');
  });

  it('when an archive is wanted of orders that never go', () => {
    expect(faultOf(withStage({ archive: true }))).toMatch(/choose a retention too/);
  });

  it('when a function is missing', () => {
    expect(faultOf({ functions: [] })).toMatch(/no function submit-order/);
  });

  it('and says everything that is wrong, with the stage, at once', () => {
    const fault = faultOf({
      ...withQueue({ deadLetterIsFifo: false, batchSize: 11 }),
      ...withStage({ submitConcurrencyMax: 1 }),
    });
    expect(fault).toMatch(/^Stage production cannot be deployed: .*FIFO.*, not 11.*, not 1:/);
  });
});

function faultOf(changed: Partial<Plan>): string {
  try {
    assertDeployable({ ...PLAN, ...changed });
  } catch (error) {
    if (error instanceof UndeployableError) return error.message;
    throw error;
  }
  return 'deployable';
}

function withQueue(changed: Partial<QueueSettings>): Partial<Plan> {
  return { queue: { ...QUEUE_SETTINGS, ...changed } };
}

function withStage(changed: Partial<Stage>): Partial<Plan> {
  return { stage: { ...STAGES.production, ...changed } };
}

function withTimeout(wanted: FunctionName, timeoutS: number): Partial<Plan> {
  const functions = FUNCTIONS.map((row) => (row.name === wanted ? { ...row, timeoutS } : row));
  return { functions };
}
