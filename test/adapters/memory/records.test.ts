import { createCountedIds } from '../../../lib/adapters/memory/ids.ts';
import { createRecordingLog } from '../../../lib/adapters/memory/log.ts';
import { createRecordingMetrics } from '../../../lib/adapters/memory/metrics.ts';
import { describeIds } from '../../contracts/ids-contract.ts';
import { describeLog, describeMetrics } from '../../contracts/records-contract.ts';

describeIds('memory', () => createCountedIds());

describeLog('memory', () => {
  const log = createRecordingLog();
  return { log, written: () => JSON.stringify(log.lines) };
});

describeMetrics('memory', () => {
  const metrics = createRecordingMetrics();
  return { metrics, written: () => JSON.stringify(metrics.measurements) };
});
