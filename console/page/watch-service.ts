import { batch, effect } from '@preact/signals';
import { type ConsoleEvent, withEvents } from '../model/events.ts';
import { withSample } from '../model/gauge.ts';
import type { AccountResource } from '../model/resources.ts';
import { takeMessages } from '../model/server-sent.ts';
import { type Called, callApi, fetchApi } from './call-api.ts';
import { type Asking, keepAsking } from './keep-asking.ts';
import {
  type About,
  type Attention,
  about,
  accountIds,
  accounts,
  attention,
  events,
  feed,
  type Heard,
  now,
  type QueueState,
  queues,
  readRoute,
  route,
} from './state.ts';

/** An API on this machine may be asked often; one in the cloud shares its limit with others. */
const PACES = {
  local: { attention: 4_000, accounts: 2_000, queues: 4_000 },
  remote: { attention: 10_000, accounts: 5_000, queues: 30_000 },
} as const;
const ABOUT_PACE_MS = 30_000;
const EVENTS_MAX = 300;
const RECONNECT_MS = 3_000;

let attentionAsking: Asking | undefined;

/** Starts everything that keeps the page up to date. */
export function watchService(): void {
  window.addEventListener('hashchange', () => {
    route.value = readRoute();
  });
  setInterval(() => {
    if (!document.hidden) now.value = Date.now();
  }, 1_000);
  keepAsking(async () => {
    about.value = heard(about.value, await callApi<About>('/about'));
  }, ABOUT_PACE_MS);
  const stop = effect(() => {
    const known = about.value.value;
    if (known === undefined) return;
    // Once is enough: what follows goes by the accounts as they then are.
    queueMicrotask(() => stop());
    watchStage(known.region === undefined ? PACES.local : PACES.remote);
  });
  void followEvents();
}

/** Asks at once what needs a look: something was done or happened. */
export function lookSoon(): void {
  attentionAsking?.soon();
}

/** Asks for one account now, and gives how that ended. */
export async function lookAtAccount(accountId: string): Promise<void> {
  keepAccount(accountId, await callApi<AccountResource>(`/accounts/${accountId}`));
}

/** Takes in what was heard of an account. */
export function keepAccount(accountId: string, called: Called<AccountResource>): void {
  const before = accounts.value.get(accountId) ?? {
    value: undefined,
    problem: undefined,
    gauges: [],
  };
  const next = heard(before, called);
  const gauges =
    called.kind === 'ok' ? withSample(before.gauges, called.value, Date.now()) : before.gauges;
  accounts.value = new Map(accounts.value).set(accountId, { ...next, gauges });
}

function watchStage(pace: (typeof PACES)[keyof typeof PACES]): void {
  attentionAsking = keepAsking(async () => {
    const query = accountIds.value.map((id) => `accountId=${id}`).join('&');
    attention.value = heard(attention.value, await callApi<Attention>(`/attention?${query}`));
  }, pace.attention);
  const accountsAsking = keepAsking(async () => {
    for (const accountId of accountIds.value) await lookAtAccount(accountId);
  }, pace.accounts);
  keepAsking(async () => {
    queues.value = heard(queues.value, await callApi<readonly QueueState[]>('/queues'));
  }, pace.queues);
  // An account that was just named is asked about at once.
  effect(() => {
    if (accountIds.value.length === 0) return;
    attentionAsking?.soon();
    accountsAsking.soon();
  });
}

/** Reads the stream of events for ever; it comes back when it breaks. */
async function followEvents(): Promise<never> {
  for (;;) {
    try {
      await readStream();
    } catch {
      // The same as an end: it is said, and tried again.
    }
    feed.value = 'away';
    await new Promise((resolve) => {
      setTimeout(resolve, RECONNECT_MS);
    });
  }
}

async function readStream(): Promise<void> {
  const { ok, body } = await fetchApi('/events');
  if (!ok || body === null) return;
  let text = '';
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    const { messages, rest } = takeMessages(text + chunk);
    text = rest;
    batch(() => {
      for (const { event, data } of messages) take(event, data);
    });
  }
}

function take(kind: string, data: string): void {
  if (kind === 'away') {
    feed.value = 'away';
    return;
  }
  const message: { readonly events: readonly ConsoleEvent[] } = JSON.parse(data);
  feed.value = 'live';
  if (message.events.length === 0) return;
  events.value = withEvents(events.value, message.events, EVENTS_MAX);
  lookSoon();
}

/** What was known stays when a question fails; the page says that it is old. */
function heard<Value>(before: Heard<Value>, called: Called<Value>): Heard<Value> {
  return called.kind === 'ok'
    ? { value: called.value, problem: undefined }
    : { value: before.value, problem: called.problem };
}
