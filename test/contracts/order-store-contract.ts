import { beforeEach, describe, expect, it } from '@jest/globals';
import type { OrderStore } from '../../lib/application/ports.ts';
import type { OrderDoubted } from '../../lib/domain/events.ts';
import { evolve } from '../../lib/domain/evolve.ts';
import type { Order } from '../../lib/domain/order.ts';
import { attemptStarted, denied, NOON, received } from '../support/order-events.ts';

/** Gives a store without orders of the account it names. */
type Open = () => Promise<{ readonly store: OrderStore; readonly accountId: string }>;

/** What every order store does. */
export function describeOrderStore(name: string, open: Open): void {
  describeChanges(name, open);
  describeDue(name, open);
  describePages(name, open);
}

function describeChanges(name: string, open: Open): void {
  describe(`${name}: orders`, () => {
    let store: OrderStore;
    let accountId: string;

    beforeEach(async () => {
      ({ store, accountId } = await open());
    });

    const orderOf = (clientOrderId: string, at = NOON) =>
      received({ accountId, clientOrderId, at, request: { accountId, deep: [{ n: 12.5 }] } });
    const create = async (clientOrderId: string, at = NOON): Promise<Order> =>
      (await store.create(orderOf(clientOrderId, at), undefined)).order;

    it('gives back what was created', async () => {
      const created = await store.create(orderOf('order-1'), NOON);

      expect(created).toEqual({ kind: 'stored', order: evolve(undefined, orderOf('order-1')) });
      expect(await store.get({ accountId, clientOrderId: 'order-1' })).toEqual(created.order);
    });

    it('knows nothing of an order that was never created', async () => {
      expect(await store.get({ accountId, clientOrderId: 'order-9' })).toBeUndefined();
    });

    it('refuses a second order of one key and gives the first', async () => {
      const first = await create('order-1');

      const second = await store.create({ ...orderOf('order-1'), requestHash: 'b' }, NOON);

      expect(second).toEqual({ kind: 'conflict', order: first });
    });

    it('lets one of ten creators of one key win', async () => {
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          store.create({ ...orderOf('order-1'), requestHash: String(index) }, undefined),
        ),
      );

      expect(answers.filter(({ kind }) => kind === 'stored')).toHaveLength(1);
      expect(new Set(answers.map(({ order }) => order.requestHash)).size).toBe(1);
    });

    it('stores changes and gives them back', async () => {
      const order = await create('order-1');

      const appended = await store.append(order, [attemptStarted()], NOON + 9_000);

      expect(appended).toEqual({ kind: 'stored', order: evolve(order, attemptStarted()) });
      expect(await store.get(order)).toEqual(appended.order);
    });

    it('stores several changes as one', async () => {
      const order = await create('order-1');
      const doubt: OrderDoubted = {
        type: 'OrderDoubted',
        at: NOON + 3_000,
        attemptId: 'attempt-1',
        outcome: 'unknown',
        evidence: { source: 'submit', at: NOON + 3_000, httpStatus: 504 },
      };

      const { order: after } = await store.append(order, [attemptStarted(), doubt], undefined);

      expect(after).toMatchObject({ version: 3, status: 'IN_DOUBT' });
      expect(await store.get(order)).toEqual(after);
    });

    it('refuses changes of an order that has changed since, and gives the newer one', async () => {
      const order = await create('order-1');
      const { order: newer } = await store.append(order, [denied()], undefined);

      expect(await store.append(order, [attemptStarted()], undefined)).toEqual({
        kind: 'conflict',
        order: newer,
      });
      expect(await store.get(order)).toEqual(newer);
    });

    it('lets one of ten attempts win, and every loser learns which', async () => {
      const order = await create('order-1');

      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          store.append(order, [attemptStarted({ attemptId: `attempt-${index}` })], undefined),
        ),
      );

      expect(answers.filter(({ kind }) => kind === 'stored')).toHaveLength(1);
      expect(new Set(answers.map((one) => one.order.attempts[0]?.attemptId)).size).toBe(1);
    });

    it('F52 finds that changes which look refused are its own', async () => {
      const order = await create('order-1');
      const first = await store.append(order, [attemptStarted()], undefined);

      expect(await store.append(order, [attemptStarted()], undefined)).toEqual(first);
    });

    it('breaks a rule when changes are given for an order that was never created', async () => {
      const order = evolve(undefined, orderOf('order-1'));

      await expect(store.append(order, [denied()], undefined)).rejects.toThrow(
        `${accountId}/order-1`,
      );
    });
  });
}

function describeDue(name: string, open: Open): void {
  describe(`${name}: orders that are due`, () => {
    let store: OrderStore;
    let accountId: string;

    beforeEach(async () => {
      ({ store, accountId } = await open());
    });

    const add = async (clientOrderId: string, dueAt?: number): Promise<Order> =>
      (await store.create(received({ accountId, clientOrderId }), dueAt)).order;
    const due = async (now: number, limit = 100) =>
      (await store.listDue(now, limit))
        .filter((one) => one.accountId === accountId)
        .map(({ clientOrderId, dueAt }) => [clientOrderId, dueAt - NOON]);

    it('are listed oldest first, up to now and no further', async () => {
      await add('late', NOON + 30);
      await add('early', NOON + 10);
      await add('never');
      await add('next', NOON + 20);

      expect(await due(NOON + 20)).toEqual([
        ['early', 10],
        ['next', 20],
      ]);
    });

    it('are not listed any more once a change says that nothing is due', async () => {
      const order = await add('order-1', NOON);

      await store.append(order, [denied()], undefined);

      expect(await due(NOON + 1_000)).toEqual([]);
    });

    it('move when they are postponed, which is no change of the order', async () => {
      const order = await add('order-1', NOON);

      await store.postpone(order, NOON + 500);

      expect(await due(NOON + 499)).toEqual([]);
      expect(await due(NOON + 500)).toEqual([['order-1', 500]]);
      expect(await store.get(order)).toEqual(order);
    });

    it('are not looked at any more when that is ended', async () => {
      const order = await add('order-1', NOON);

      await store.postpone(order, undefined);

      expect(await due(NOON + 1_000)).toEqual([]);
      expect(await store.get(order)).toEqual(order);
    });

    it('stay where they are when a postponement comes too late', async () => {
      const order = await add('order-1', NOON);
      await store.append(order, [attemptStarted()], NOON + 100);

      await store.postpone(order, NOON + 9_999);

      expect(await due(NOON + 100)).toEqual([['order-1', 100]]);
    });
  });
}

function describePages(name: string, open: Open): void {
  describe(`${name}: pages of orders`, () => {
    let store: OrderStore;
    let accountId: string;

    beforeEach(async () => {
      ({ store, accountId } = await open());
    });

    const addSeven = async () => {
      const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
      const orders: Order[] = [];
      for (const [index, clientOrderId] of ids.entries()) {
        const event = received({ accountId, clientOrderId, at: NOON + Math.floor(index / 2) });
        orders.push((await store.create(event, undefined)).order);
      }
      return orders;
    };
    const readAll = async (filter: { status?: 'RECEIVED' | 'DENIED'; limit: number }) => {
      const pages: string[][] = [];
      let cursor: string | undefined;
      do {
        const page = await store.list({ accountId, ...filter, ...(cursor && { cursor }) });
        pages.push(page.orders.map(({ clientOrderId }) => clientOrderId));
        cursor = page.cursor;
      } while (cursor !== undefined && pages.length < 20);
      return pages;
    };

    it('go from the newest to the oldest without gap or repeat', async () => {
      await addSeven();

      expect(await readAll({ limit: 3 })).toEqual([['g', 'f', 'e'], ['d', 'c', 'b'], ['a']]);
    });

    it('end without a cursor when the last one is full', async () => {
      await addSeven();

      expect(await readAll({ limit: 7 })).toEqual([['g', 'f', 'e', 'd', 'c', 'b', 'a']]);
    });

    it('hold one status when asked to', async () => {
      const [, b, , , e] = await addSeven();
      for (const order of [b, e]) if (order) await store.append(order, [denied()], undefined);

      expect((await readAll({ status: 'DENIED', limit: 1 })).flat()).toEqual(['e', 'b']);
      expect((await readAll({ status: 'RECEIVED', limit: 4 })).flat()).toEqual([
        'g',
        'f',
        'd',
        'c',
        'a',
      ]);
    });

    it('are empty for an account without orders', async () => {
      expect(await store.list({ accountId, limit: 10 })).toEqual({ orders: [] });
    });

    it('refuse a cursor that they never gave', async () => {
      await addSeven();

      for (const cursor of ['x', 'bm9uc2Vuc2U', '!', '']) {
        await expect(store.list({ accountId, limit: 3, cursor })).rejects.toThrow(RangeError);
      }
    });
  });
}
