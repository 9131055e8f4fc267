import { describe, expect, it } from '@jest/globals';
import { createRecordingMetrics } from '../../lib/adapters/memory/metrics.ts';
import { createMemoryRateBudget } from '../../lib/adapters/memory/rate-budget.ts';
import { meterBudget } from '../../lib/application/meter-budget.ts';
import { METRICS } from '../../lib/application/metrics.ts';

const NOW = 1_800_000_000_000;
const SETTINGS = { guardMs: 50, guardLeastMs: 25, minGapMs: 25 };

function setUp() {
  const metrics = createRecordingMetrics();
  const budget = meterBudget(createMemoryRateBudget(SETTINGS), metrics);
  const reserve = (count: number) =>
    budget.reserve({
      keyId: 'k1',
      class: 'order',
      weight: 1,
      count,
      limitPerSecond: 10,
      now: NOW,
      reachMs: 1_100,
    });
  return { budget, reserve, full: () => metrics.total(METRICS.budgetFull) };
}

describe('a metered budget', () => {
  it('counts nothing while there are slots', async () => {
    const { reserve, full } = setUp();
    expect((await reserve(10)).kind).toBe('reserved');
    expect(full()).toBe(0);
  });

  it('counts every time that no slot is within reach', async () => {
    const { reserve, full } = setUp();
    while ((await reserve(10)).kind === 'reserved');
    expect(full()).toBe(1);
    await reserve(1);
    expect(full()).toBe(2);
  });

  it('does not take a closed gate for a full budget', async () => {
    const { budget, reserve, full } = setUp();
    const gate = { keyId: 'k1' };
    await budget.closeGate({ gate, until: 'operator', reason: 'bad-key', now: NOW });
    expect((await reserve(1)).kind).toBe('closed');
    expect(full()).toBe(0);
  });
});
