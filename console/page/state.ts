import { computed, signal } from '@preact/signals';
import type { ConsoleEvent } from '../model/events.ts';
import type { GaugeHistory } from '../model/gauge.ts';
import type { AccountResource } from '../model/resources.ts';
import type { OrderRow } from '../model/rows.ts';
import { groupByUrgency } from '../model/urgency.ts';
import type { Problem } from './call-api.ts';

/** Something that is asked for again and again: what was last heard, and whether that is old. */
export interface Heard<Value> {
  readonly value: Value | undefined;
  /** Of the last question; undefined when it was answered. */
  readonly problem: Problem | undefined;
}

/** Where the console is, as its server tells. */
export interface About {
  readonly apiUrl: string;
  readonly stage: string;
  readonly region?: string;
  readonly horizonMs: number;
  readonly accounts: readonly string[];
  readonly isListPartial?: boolean;
}

/** What may need a look, over all accounts. */
export interface Attention {
  readonly orders: readonly OrderRow[];
  readonly isPartial: boolean;
  readonly faults: readonly { readonly accountId: string; readonly detail: string }[];
}

/** How full one queue is. */
export interface QueueState {
  readonly name: string;
  readonly waiting: number;
  readonly inFlight: number;
  readonly oldestAgeS?: number;
}

/** One account with what its keys did while the page was open. */
export interface AccountState extends Heard<AccountResource> {
  readonly gauges: readonly GaugeHistory[];
}

/** What the page shows: a list, or one order. */
export type Route =
  | { readonly kind: 'overview' }
  | { readonly kind: 'order'; readonly accountId: string; readonly clientOrderId: string };

const TYPED_KEY = 'console-accounts';
const NOTHING = { value: undefined, problem: undefined };

export const now = signal(Date.now());
export const route = signal<Route>(readRoute());
export const about = signal<Heard<About>>(NOTHING);
export const typedAccounts = signal<readonly string[]>(readTyped());
export const attention = signal<Heard<Attention>>(NOTHING);
export const accounts = signal<ReadonlyMap<string, AccountState>>(new Map());
export const queues = signal<Heard<readonly QueueState[]>>(NOTHING);
export const events = signal<readonly ConsoleEvent[]>([]);
/** Whether events come in; undefined before anybody knows. */
export const feed = signal<'live' | 'away' | undefined>(undefined);
/** What was last done, for everybody including screen readers. */
export const said = signal('');

/** All accounts that are shown, those of the stage first. */
export const accountIds = computed(() => [
  ...new Set([...(about.value.value?.accounts ?? []), ...typedAccounts.value]),
]);

/** What needs a look now; grows by itself as orders grow old. */
export const urgent = computed(() =>
  groupByUrgency(attention.value.value?.orders ?? [], now.value),
);

/** Remembers or forgets an account that the stage does not list. */
export function typeAccount(accountId: string, isShown: boolean): void {
  const others = typedAccounts.value.filter((one) => one !== accountId);
  typedAccounts.value = isShown ? [...others, accountId] : others;
  localStorage.setItem(TYPED_KEY, JSON.stringify(typedAccounts.value));
}

/** The address of one order in this page. */
export function orderHref({
  accountId,
  clientOrderId,
}: Pick<OrderRow, 'accountId' | 'clientOrderId'>): string {
  return `#/orders/${accountId}/${clientOrderId}`;
}

/** Reads from the address what to show. */
export function readRoute(): Route {
  const [, accountId, clientOrderId] =
    /^#\/orders\/([a-z0-9-]{1,32})\/([\w-]{1,36})$/.exec(location.hash) ?? [];
  if (accountId === undefined || clientOrderId === undefined) return { kind: 'overview' };
  return { kind: 'order', accountId, clientOrderId };
}

function readTyped(): readonly string[] {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(TYPED_KEY) ?? '[]');
    return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
  } catch {
    // Somebody else's text under our name: as good as none.
    return [];
  }
}
