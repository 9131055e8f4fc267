import { describe, expect, it } from '@jest/globals';
import type { Account } from '../../lib/application/account.ts';
import type { QueryAnswer, QueryFailure } from '../../lib/application/exchange.ts';
import type { GateReason } from '../../lib/application/rate-budget.ts';
import { ask } from '../../lib/application/reconcile/ask.ts';
import { createMarketDesk } from '../support/market-desk.ts';

type Desk = ReturnType<typeof createMarketDesk>;

const KEY = { keyId: 'key-1' };

async function accountOf({ dependencies }: Desk): Promise<Account> {
  const account = await dependencies.accounts.get('desk-1');
  if (account === undefined) throw new Error('no account');
  return account;
}

/** Asks once about an order, as the reconciler does. */
async function question(desk: Desk, answers?: () => Promise<QueryAnswer | QueryFailure>) {
  const { clock, dependencies, market } = desk;
  return ask<QueryAnswer>(dependencies, await accountOf(desk), {
    weight: 1,
    deadline: clock.now() + 10_000,
    read: answers ?? ((context) => market.queryOrder(context, 'order-1')),
  });
}

function close({ clock, dependencies }: Desk, reason: GateReason) {
  const now = clock.now();
  return dependencies.budget.closeGate({ gate: KEY, until: now + 30_000, reason, now });
}

describe('a question', () => {
  it('I5 does not leave once another of the process heard a refusal, stored or not', async () => {
    const desk = createMarketDesk();
    const { clock, dependencies, market } = desk;
    // The gate is closed slowly, as a table under load closes it.
    const budget = {
      ...dependencies.budget,
      closeGate: async (closing: Parameters<typeof dependencies.budget.closeGate>[0]) => {
        await clock.sleep(3_000);
        return dependencies.budget.closeGate(closing);
      },
    };
    const slow = { ...desk, dependencies: { ...dependencies, budget } };
    const evidence = { source: 'query', at: 0, httpStatus: 429 } as const;
    const refused = question(slow, async () => ({ kind: 'throttled', evidence }));
    const beside = question(slow);
    const [, second] = await clock.runUntil(Promise.all([refused, beside]));
    expect(second.kind).toBe('not-asked');
    expect(await clock.runUntil(question(slow))).toMatchObject({ kind: 'not-asked' });
    expect(market.asked).toEqual([]);
  });

  it('I5 does not leave when the gate closes while it waits for its slot', async () => {
    const desk = createMarketDesk();
    const { clock, market } = desk;
    desk.market.place('order-1');
    await clock.runUntil(Promise.all([question(desk), question(desk)]));
    const asked = market.asked.length;
    const waits = question(desk);
    const closes = clock.sleep(300).then(() => close(desk, 'throttled'));
    const [answer] = await clock.runUntil(Promise.all([waits, closes]));
    expect(answer.kind).toBe('not-asked');
    expect(market.asked).toHaveLength(asked);
  });

  it('leaves while only silence keeps orders back: it puts nothing in doubt', async () => {
    const desk = createMarketDesk();
    const { clock, dependencies } = desk;
    desk.market.place('order-1');
    await close(desk, 'unavailable');
    expect((await clock.runUntil(question(desk))).kind).toBe('found');
    // It is no probe either: orders wait for one of their own.
    expect((await dependencies.budget.gate('key-1', clock.now())).kind).toBe('closed');
  });

  it('I5 stays back where silence came upon a suspension', async () => {
    const desk = createMarketDesk();
    const { clock, dependencies } = desk;
    await close(desk, 'throttled');
    await clock.runUntil(clock.sleep(10_000));
    await close(desk, 'unavailable');
    expect((await clock.runUntil(question(desk))).kind).toBe('not-asked');
    const gate = await dependencies.budget.gate('key-1', clock.now());
    expect(gate).toMatchObject({ kind: 'closed', reason: 'throttled' });
  });

  it('waits for its turn rather than giving up, and keeps the limit with slow answers', async () => {
    const desk = createMarketDesk();
    const { clock, market } = desk;
    market.place('order-1');
    market.answerMs = 700;
    const questions = Array.from({ length: 8 }, () => question(desk));
    const answers = await clock.runUntil(Promise.all(questions));
    expect(answers.map(({ kind }) => kind)).toEqual(
      Array(6).fill('found').concat(['not-asked', 'not-asked']),
    );
    expect(market.asked.every(({ isWithinLimit }) => isWithinLimit)).toBe(true);
  });
});
