import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { appendInput, postponeInput } from '../../../lib/adapters/dynamodb/order-writes.ts';
import { evolve } from '../../../lib/domain/evolve.ts';
import { isFinal, ORDER_STATUSES, type Order } from '../../../lib/domain/order.ts';
import { DAY_MS } from '../../../lib/domain/time.ts';
import { received } from '../../support/order-events.ts';

const RETENTION_MS = 90 * DAY_MS;
const TABLE = { tableName: 'orders', dueShards: 1 };
const KEEPING = { ...TABLE, retentionMs: RETENTION_MS };
const NOW = 1_800_000_000_000;

const order = (status: Order['status']): Order => ({
  ...evolve(undefined, received()),
  status,
  updatedAt: NOW,
});
const status = fc.constantFrom(...ORDER_STATUSES);
const dueAt = fc.option(fc.integer({ min: NOW, max: NOW + DAY_MS }), { nil: undefined });

describe('an order whose table deletes final ones', () => {
  it('F56 never gets a time to go while anything is open about it', () => {
    fc.assert(
      fc.property(status, status, dueAt, (before, after, due) => {
        const change = { before: order(before), after: order(after), dueAt: due };
        for (const input of [
          appendInput(KEEPING, change),
          postponeInput(KEEPING, change.after, due),
        ]) {
          const expiresAt = input.ExpressionAttributeValues?.[':expiresAt'];
          if (isFinal(after) && due === undefined) {
            expect(expiresAt).toBe((NOW + RETENTION_MS) / 1_000);
          } else {
            // Also taken away again: late evidence opens an order that was final.
            expect(expiresAt).toBeUndefined();
            expect(input.UpdateExpression).toMatch(/REMOVE .*#expiresAt/);
          }
        }
      }),
    );
  });

  it('stays when a person has to decide about it', () => {
    const input = postponeInput(KEEPING, order('HELD'), undefined);
    expect(input.ExpressionAttributeValues).not.toHaveProperty([':expiresAt']);
  });
});

describe('an order whose table keeps everything', () => {
  it('has no such attribute at all', () => {
    fc.assert(
      fc.property(status, dueAt, (after, due) => {
        const input = postponeInput(TABLE, order(after), due);
        expect(JSON.stringify(input)).not.toContain('expiresAt');
      }),
    );
  });
});
