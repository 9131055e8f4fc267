import { describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../lib/adapters/system/clock.ts';
import { systemIds, systemRandom } from '../../../lib/adapters/system/ids.ts';
import { describeClock } from '../../contracts/clock-contract.ts';
import { describeIds } from '../../contracts/ids-contract.ts';

describeClock('system', () => ({ clock: systemClock, run: (work) => work }));
describeIds('system', () => systemIds);

describe('chance', () => {
  it('lies from 0 up to 1', () => {
    const drawn = systemRandom();

    expect(drawn).toBeGreaterThanOrEqual(0);
    expect(drawn).toBeLessThan(1);
  });
});
