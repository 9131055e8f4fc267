import { optional } from 'zod/mini';
import { systemRandom } from '../../lib/adapters/system/ids.ts';
import { createResultReceiver } from '../../lib/adapters/webhook/result-receiver.ts';
import { DELIVERY_RULES } from '../../lib/domain/delivery-schedule.ts';
import { DAY_MS } from '../../lib/domain/time.ts';
import { readEnvironment, wholeWithin, yesOrNo } from './environment.ts';

/** The receivers of results and how long they are tried. */
export function composeReceiver() {
  const settings = readEnvironment({
    RESULTS_TO_LOOPBACK: yesOrNo,
    RESULT_WAIT_MAX_MS: optional(wholeWithin(1, DAY_MS)),
  });
  const { giveUpAfterMs, waitsMs } = DELIVERY_RULES;
  const waitMaxMs = settings.RESULT_WAIT_MAX_MS ?? giveUpAfterMs;
  return {
    receiver: createResultReceiver({ allowsLoopback: settings.RESULTS_TO_LOOPBACK }),
    random: systemRandom,
    rules: { giveUpAfterMs, waitsMs: waitsMs.map((waitMs) => Math.min(waitMs, waitMaxMs)) },
  };
}
