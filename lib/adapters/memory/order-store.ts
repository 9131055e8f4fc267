import { isDeepStrictEqual } from 'node:util';
import { EVERY_ACCOUNT, isInShare } from '../../application/account-share.ts';
import type { DueAt, DueOrder, OrderFilter, OrderStore } from '../../application/ports.ts';
import { evolve } from '../../domain/evolve.ts';
import { invariant } from '../../domain/invariant.ts';
import type { Order, OrderKey } from '../../domain/order.ts';
import type { UnixMs } from '../../domain/time.ts';

interface StoredOrder {
  readonly order: Order;
  readonly dueAt: DueAt;
}

/** An order store in memory. */
export interface MemoryOrderStore extends OrderStore {
  /** Every order, for a test to read. */
  all(): readonly Order[];
}

/** Makes an order store without orders. */
export function createMemoryOrderStore(): MemoryOrderStore {
  const stored = new Map<string, StoredOrder>();
  const find = (key: OrderKey) => stored.get(nameOf(key));
  const put = (order: Order, dueAt: DueAt) =>
    stored.set(nameOf(order), { order: plain(order), dueAt });
  const dueBy = (now: UnixMs): readonly DueOrder[] =>
    [...stored.values()]
      .flatMap(({ order: { accountId, clientOrderId }, dueAt }) =>
        dueAt !== undefined && dueAt <= now ? [{ accountId, clientOrderId, dueAt }] : [],
      )
      .sort((one, other) => one.dueAt - other.dueAt);

  return {
    all: () => [...stored.values()].map(({ order }) => order),

    async get(key) {
      return find(key)?.order;
    },

    async create(received, dueAt) {
      const order = evolve(undefined, received);
      const taken = find(order);
      if (taken !== undefined) return { kind: 'conflict', order: taken.order };
      put(order, dueAt);
      return { kind: 'stored', order };
    },

    async append(order, events, dueAt) {
      invariant(events.length > 0, 'an append has at least one event');
      const after = events.reduce(evolve, order);
      const current = find(order)?.order;
      invariant(current !== undefined, `the order ${nameOf(order)} is stored before it changes`);
      if (current.version === order.version) {
        put(after, dueAt);
        return { kind: 'stored', order: after };
      }
      const own = isDeepStrictEqual(current, plain(after));
      return { kind: own ? 'stored' : 'conflict', order: current };
    },

    async postpone(order, dueAt) {
      const current = find(order)?.order;
      if (current?.version === order.version) put(current, dueAt);
    },

    async listDue(now, limit, { share = EVERY_ACCOUNT } = {}) {
      return dueBy(now)
        .filter(({ accountId }) => isInShare(accountId, share))
        .slice(0, limit);
    },

    async listDueOf(accountId, now, limit) {
      return dueBy(now)
        .filter((one) => one.accountId === accountId)
        .slice(0, limit);
    },

    async list(filter) {
      return pageOf(
        [...stored.values()].map(({ order }) => order),
        filter,
      );
    },
  };
}

function pageOf(orders: readonly Order[], { accountId, status, limit, cursor }: OrderFilter) {
  const listed = orders
    .filter((order) => order.accountId === accountId)
    .sort((one, other) => (sortKey(one) < sortKey(other) ? 1 : -1));
  const start = cursor === undefined ? 0 : startAfter(listed, cursor);
  const matching = listed.slice(start).filter((order) => (status ?? order.status) === order.status);
  const page = matching.slice(0, limit);
  const last = page.at(-1);
  if (matching.length === page.length || last === undefined) return { orders: page };
  return { orders: page, cursor: last.clientOrderId };
}

function startAfter(listed: readonly Order[], cursor: string): number {
  const index = listed.findIndex(({ clientOrderId }) => clientOrderId === cursor);
  if (index >= 0) return index + 1;
  throw new RangeError('cursor is not one that this list gave for this account');
}

function sortKey({ createdAt, clientOrderId }: Order): string {
  return `${String(createdAt).padStart(14, '0')}#${clientOrderId}`;
}

function nameOf({ accountId, clientOrderId }: OrderKey): string {
  return `${accountId}/${clientOrderId}`;
}

/** As a store gives it back: a copy, without fields of `undefined`. */
function plain(order: Order): Order {
  return JSON.parse(JSON.stringify(order));
}
