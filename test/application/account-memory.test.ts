import { describe, expect, it } from '@jest/globals';
import {
  isRepeated,
  memoryOf,
  type PassMemory,
  sayingOf,
} from '../../lib/application/reconcile/account-memory.ts';
import { nameOf } from '../../lib/application/reconcile/round.ts';
import { evidence, report } from '../support/order-stories.ts';

describe('the memory of a pass', () => {
  it('is one for each account, empty at first', () => {
    const memories: PassMemory = new Map();
    const memory = memoryOf(memories, 'desk-1');

    expect(memory).toEqual({ seen: new Map() });
    expect(memoryOf(memories, 'desk-1')).toBe(memory);
    expect(memoryOf(memories, 'desk-2')).not.toBe(memory);
    expect([...memories.keys()]).toEqual(['desk-1', 'desk-2']);
  });

  it('knows an order by its account and its id', () => {
    expect(nameOf({ accountId: 'desk-1', clientOrderId: 'order-1' })).toBe('desk-1/order-1');
  });

  it('knows a statement again while it says the same of the same order', () => {
    const memory = memoryOf(new Map(), 'desk-1');
    const says = (change: Parameters<typeof report>[0]) =>
      isRepeated(memory, sayingOf({ report: report(change), evidence: evidence() }));

    expect([says({}), says({})]).toEqual([false, true]);
    expect(says({ exchangeOrderId: '92' })).toBe(false);
    expect(says({ executedQuantity: '0.1' })).toBe(false);
    expect(says({ executedQuantity: '0.1' })).toBe(true);
    expect(says({ executedQuantity: '0.1', statusText: 'PARTIALLY_FILLED' })).toBe(false);
    expect(says({})).toBe(false);
    expect(says({ exchangeOrderId: '92' })).toBe(true);
  });

  it('forgets the oldest statement beyond twenty thousand, and only then', () => {
    const memory = memoryOf(new Map(), 'desk-1');
    const saying = (about: number) => ({ about: `order ${about}`, says: 'NEW 0' });
    for (let about = 1; about <= 20_000; about += 1) isRepeated(memory, saying(about));

    expect(memory.seen.size).toBe(20_000);
    expect(isRepeated(memory, saying(1))).toBe(true);
    expect(isRepeated(memory, saying(20_001))).toBe(false);
    expect(memory.seen.size).toBe(20_000);
    expect(isRepeated(memory, saying(2))).toBe(true);
    expect(isRepeated(memory, saying(1))).toBe(false);
  });
});
