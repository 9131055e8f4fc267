import { describe, expect, it } from '@jest/globals';
import { createRecordingLog } from '../../lib/adapters/memory/log.ts';
import { createPatience } from '../../lib/application/reconcile/patience.ts';

const key = (clientOrderId: string) => ({ accountId: 'desk-1', clientOrderId });
const works = async () => {};
const fails = (error: unknown) => () => Promise.reject(error);
const fault = new TypeError('no such field');

function setUp() {
  const log = createRecordingLog();
  const passed: string[] = [];
  const patience = createPatience({ log }, ({ clientOrderId }) => passed.push(clientOrderId));
  return { log, passed, patience };
}

describe('looks at the orders of one account', () => {
  it('fail one by one: the order is passed over, and the log says which and why', async () => {
    const { log, passed, patience } = setUp();
    await patience.look(key('order-1'), works);
    await patience.look(key('order-2'), fails(fault));
    await patience.look(key('order-3'), fails('a text'));

    expect(passed).toEqual(['order-2', 'order-3']);
    expect(patience.faults()).toBe(2);
    expect(log.lines.map(({ fields, level }) => ({ fields, level }))).toEqual([
      { level: 'error', fields: { ...key('order-2'), cause: 'TypeError: no such field' } },
      { level: 'error', fields: { ...key('order-3'), cause: 'unknown' } },
    ]);
  });

  it('log no more than the beginning of what a fault says', async () => {
    const { log, patience } = setUp();
    await patience.look(key('order-1'), fails(new Error('x'.repeat(5_000))));

    expect(log.lines[0]?.fields.cause).toBe(`Error: ${'x'.repeat(193)}`);
  });

  it('are given up at the third fault in a row, which is thrown and not logged', async () => {
    const { log, passed, patience } = setUp();
    await patience.look(key('order-1'), fails(new Error('one')));
    await patience.look(key('order-2'), fails(new Error('two')));

    await expect(patience.look(key('order-3'), fails(fault))).rejects.toBe(fault);
    expect(passed).toEqual(['order-1', 'order-2', 'order-3']);
    expect(patience.faults()).toBe(3);
    expect(log.lines).toHaveLength(2);
  });

  it('go on for ever while one of three succeeds', async () => {
    const { patience } = setUp();
    for (let turn = 0; turn < 5; turn += 1) {
      await patience.look(key('order-1'), fails(fault));
      await patience.look(key('order-2'), fails(fault));
      await patience.look(key('order-3'), works);
    }

    expect(patience.faults()).toBe(10);
  });
});
