import { describe, expect, it } from '@jest/globals';
import type { Log, Metrics } from '../../lib/application/ports.ts';
import { Secret } from '../../lib/application/secret.ts';

/** What every log does. `written` gives all that was written so far, as text. */
export function describeLog(
  name: string,
  open: () => { readonly log: Log; readonly written: () => string },
): void {
  describe(`${name}: a log`, () => {
    it('writes lines of every level with their fields', () => {
      const { log, written } = open();

      log.info('first line', { orderId: 'desk-1/order-1' });
      log.warn('second line', { count: 3 });
      log.error('third line', { error: new Error('broken pipe') });

      for (const part of ['first line', 'desk-1/order-1', 'second line', '3', 'third line']) {
        expect(written()).toContain(part);
      }
    });

    it('never writes a secret, however deep', () => {
      const { log, written } = open();
      const secret = new Secret('do-not-print');

      log.error('failed', { secret, deep: { list: [{ secret }] } });

      expect(written()).toContain('[redacted]');
      expect(written()).not.toContain('do-not-print');
    });
  });
}

/** What every metrics record does. `written` gives all that was written so far, as text. */
export function describeMetrics(
  name: string,
  open: () => { readonly metrics: Metrics; readonly written: () => string },
): void {
  describe(`${name}: metrics`, () => {
    it('are written with their values and dimensions', () => {
      const { metrics, written } = open();

      metrics.count('orders-sent');
      metrics.count('orders-refused', 7, { account: 'desk-1' });
      metrics.duration('send-time', 41.5);

      const text = written();
      for (const part of ['orders-sent', 'orders-refused', '7', 'desk-1', 'send-time', '41.5']) {
        expect(text).toContain(part);
      }
    });
  });
}
