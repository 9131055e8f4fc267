import { describe, expect, it } from '@jest/globals';
import { createOrderDesk, request } from '../support/order-desk.ts';

/** A desk that records what the budget is told; telling it fails if so wanted. */
function listeningDesk({ deaf = false } = {}) {
  const desk = createOrderDesk();
  const told: unknown[] = [];
  desk.fails('budget', (method, args) => {
    if (method !== 'observe') return undefined;
    told.push(args[0]);
    return deaf ? 'refused' : undefined;
  });
  return { desk, told };
}

describe('what the budget is told of a create call', () => {
  it('is when it leaves and when its answer came', async () => {
    const { desk, told } = listeningDesk();
    desk.exchange.answerMs = 300;
    await desk.place('order-1');
    await desk.consume();

    const slot = { keyId: 'key-1', class: 'order', slotAt: expect.any(Number) };
    const sentAt = desk.exchange.arrivals[0]?.at;
    expect(told).toMatchObject([
      { ...slot, fate: { kind: 'leaving', sentAt } },
      { ...slot, fate: { kind: 'answered', sentAt, answeredAt: (sentAt ?? 0) + 300 } },
    ]);
  });

  it.each([
    [{ kind: 'unknown' }, 'unanswered'],
    [{ kind: 'throws' }, 'unanswered'],
    [{ kind: 'not-sent' }, 'not-sent'],
    [{ kind: 'rejected', code: '0401' }, 'answered'],
  ] as const)('after %j is that it is %s', async (end, kind) => {
    const { desk, told } = listeningDesk();
    desk.exchange.submits(end);
    await desk.place('order-1');
    await desk.consume(1);

    expect(told[1]).toMatchObject({ fate: { kind } });
  });

  it('changes nothing when it cannot be told', async () => {
    const { desk, told } = listeningDesk({ deaf: true });
    await desk.place('order-1');
    await desk.consume();

    expect(told).toHaveLength(2);
    expect(desk.statuses()).toEqual(['NEW']);
  });
});

describe('what the budget is told of a question', () => {
  it('is when it was answered, as queries', async () => {
    const { desk, told } = listeningDesk();
    desk.exchange.submits('unknown');
    await desk.receive(request('order-1'));
    await desk.consume();
    told.length = 0;
    await desk.reconcile(3_000);

    expect(told.slice(0, 2)).toMatchObject([
      { class: 'query', fate: { kind: 'leaving' } },
      { class: 'query', fate: { kind: 'answered' } },
    ]);
  });
});
