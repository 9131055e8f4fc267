import { signal } from '@preact/signals';
import type { OrderRow } from '../model/rows.ts';
import { callApi, type Problem } from './call-api.ts';

/** What of an account's orders is listed. */
export interface ListFilter {
  readonly accountId: string;
  /** Empty for all. */
  readonly status: string;
}

interface Page {
  readonly orders: readonly OrderRow[];
  readonly cursor?: string;
}

/** The API's largest page. */
const PAGE_ORDERS = 100;
/** Lines held at most; a page reads on only this far, and a filter finds the rest. */
export const ROWS_MAX = 100_000;

/** The rows themselves: changed in place, because they are many. `revision` says when. */
let rows: OrderRow[] = [];
let places = new Map<string, number>();
let cursor: string | undefined;
let generation = 0;
let loading: Promise<void> | undefined;

export const revision = signal(0);
export const filter = signal<ListFilter | undefined>(undefined);
export const listState = signal<'loading' | 'ready'>('loading');
export const listProblem = signal<Problem | undefined>(undefined);
/** Whether there are older orders than those that are loaded. */
export const hasMore = signal(false);

/** The rows that are loaded, newest first. Read again after each `revision`. */
export function loadedRows(): readonly OrderRow[] {
  return rows;
}

/** Begins a list anew. */
export function openList(next: ListFilter): void {
  generation += 1;
  filter.value = next;
  rows = [];
  places = new Map();
  cursor = undefined;
  loading = undefined;
  listState.value = 'loading';
  listProblem.value = undefined;
  hasMore.value = false;
  revision.value += 1;
  void loadMore();
}

/** Loads the next page; several calls at once load one. */
export function loadMore(): Promise<void> {
  if (loading !== undefined) return loading;
  const mine = load(generation).finally(() => {
    // Another list may have begun meanwhile, with a load of its own.
    if (loading === mine) loading = undefined;
  });
  loading = mine;
  return mine;
}

async function load(mine: number): Promise<void> {
  const wanted = filter.value;
  if (wanted === undefined || rows.length >= ROWS_MAX) return;
  const called = await callApi<Page>(`/orders?${queryOf(wanted, cursor)}`);
  if (mine !== generation) return;
  listState.value = 'ready';
  listProblem.value = called.kind === 'problem' ? called.problem : undefined;
  if (called.kind === 'problem') return;
  append(called.value.orders);
  cursor = called.value.cursor;
  hasMore.value = cursor !== undefined && rows.length < ROWS_MAX;
  revision.value += 1;
}

/** Fetches the newest page again and takes in what is new or has changed. */
export async function refreshList(): Promise<void> {
  const wanted = filter.value;
  const mine = generation;
  if (wanted === undefined || listState.value === 'loading') return;
  const called = await callApi<Page>(`/orders?${queryOf(wanted, undefined)}`);
  if (mine !== generation) return;
  listProblem.value = called.kind === 'problem' ? called.problem : undefined;
  if (called.kind === 'problem') return;
  const { orders } = called.value;
  if (wanted.status !== '' && rows.length <= PAGE_ORDERS) {
    // Orders leave a status, so a short list of one is shown as it now is.
    rows = [...orders];
    cursor = called.value.cursor;
    hasMore.value = cursor !== undefined;
    renumber();
  } else {
    const fresh = orders.filter((order) => !places.has(order.clientOrderId));
    for (const order of orders) replace(order);
    if (fresh.length > 0) {
      rows = [...fresh, ...rows];
      renumber();
    }
  }
  revision.value += 1;
}

function append(orders: readonly OrderRow[]): void {
  for (const order of orders) {
    if (places.has(order.clientOrderId)) continue;
    places.set(order.clientOrderId, rows.length);
    rows.push(order);
  }
}

function replace(order: OrderRow): void {
  const place = places.get(order.clientOrderId);
  if (place !== undefined) rows[place] = order;
}

function renumber(): void {
  places = new Map(rows.map(({ clientOrderId }, place) => [clientOrderId, place]));
}

function queryOf({ accountId, status }: ListFilter, from: string | undefined): string {
  return String(
    new URLSearchParams({
      accountId,
      limit: String(PAGE_ORDERS),
      ...(status === '' ? {} : { status }),
      ...(from === undefined ? {} : { cursor: from }),
    }),
  );
}
