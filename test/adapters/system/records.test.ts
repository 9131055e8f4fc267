import { Logger } from '@aws-lambda-powertools/logger';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createLog } from '../../../lib/adapters/system/log.ts';
import { createMetrics } from '../../../lib/adapters/system/metrics.ts';
import { describeLog, describeMetrics } from '../../contracts/records-contract.ts';

// Powertools writes to the streams of the process, so the streams are what is watched.
let text: string;

beforeEach(() => {
  text = '';
  for (const stream of [process.stdout, process.stderr]) {
    jest.spyOn(stream, 'write').mockImplementation((chunk) => {
      text += String(chunk);
      return true;
    });
  }
});
afterEach(() => {
  jest.restoreAllMocks();
});

const lines = () =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

describeLog('Powertools', () => ({
  log: createLog(new Logger({ serviceName: 'test' })),
  written: () => text,
}));

describeMetrics('Powertools', () => {
  const metrics = createMetrics({ namespace: 'Test', serviceName: 'test' });
  return {
    metrics,
    written() {
      metrics.flush();
      return text;
    },
  };
});

describe('a log line', () => {
  it('is one JSON object with its fields beside the message', () => {
    createLog(new Logger({ serviceName: 'test' })).warn('slow', { orderId: 'a/b' });

    expect(lines()).toEqual([
      expect.objectContaining({ level: 'WARN', message: 'slow', orderId: 'a/b', service: 'test' }),
    ]);
  });
});

describe('metrics that are held', () => {
  it('are written as one line for each set of dimensions, once', () => {
    const metrics = createMetrics({ namespace: 'Test', serviceName: 'test' });
    for (let times = 0; times < 5; times += 1) {
      metrics.count('sent', 1, { site: 'HK', account: 'desk-1' });
      metrics.count('sent', 1, { account: 'desk-1', site: 'HK' });
      metrics.count('passes');
    }

    metrics.flush();
    metrics.flush();

    expect(lines()).toHaveLength(2);
    expect(lines()[0]).toMatchObject({ sent: Array(10).fill(1), account: 'desk-1', site: 'HK' });
  });

  it('keep their dimensions when one is counted more often than a line holds', () => {
    const metrics = createMetrics({ namespace: 'Test', serviceName: 'test' });
    for (let times = 0; times < 150; times += 1) metrics.count('sent', 1, { account: 'desk-1' });

    metrics.flush();

    expect(lines().map(({ account, sent }) => [account, sent.length])).toEqual([
      ['desk-1', 100],
      ['desk-1', 50],
    ]);
  });

  it('are written early when there are too many sets', () => {
    const metrics = createMetrics({ namespace: 'Test', serviceName: 'test' });

    for (let index = 0; index < 51; index += 1) metrics.count('sent', 1, { order: String(index) });

    expect(lines()).toHaveLength(50);
  });
});
