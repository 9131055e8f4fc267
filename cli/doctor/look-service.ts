import { baseUrlOf } from '../../lib/adapters/hashkey/sites.ts';
import { type Account, routeOf } from '../../lib/application/account.ts';
import { ConfigurationError } from '../../lib/application/configuration-error.ts';
import type { Order, OrderStatus } from '../../lib/domain/order.ts';
import { MINUTE_MS, SECOND_MS } from '../../lib/domain/time.ts';
import { exchangeTime } from '../account/probe-key.ts';
import type { Job } from '../command-line/context.ts';
import type { StageState } from '../connection/stage-state.ts';
import { type Finding, wrong } from './finding.ts';
import {
  judgeApi,
  judgeExchange,
  judgeGate,
  judgeHalt,
  judgeHeld,
  judgeOldest,
  judgeOverdue,
  judgeSecret,
} from './judge-service.ts';
import type { Look } from './look.ts';

/** Between two passes of a reconciler that does not stay awake, with a margin. */
const OVERDUE_ALLOWED_MS = 2 * MINUTE_MS;
const PAGE = 100;
/** Orders of one status that are looked through for the oldest one. */
const PAGES_MAX = 10;
const API_TIMEOUT_MS = 10 * SECOND_MS;

/** Looks at the API, secrets, gates, orders and exchanges of a stage. */
export function serviceLooks(job: Job, state: StageState): readonly Look[] {
  return [
    { check: 'API', look: () => lookAtApi(job) },
    { check: 'accounts', look: () => lookAtAccounts(state) },
    { check: 'looks at orders', look: () => lookAtDue(state) },
  ];
}

async function lookAtApi({ clock, connection, signal }: Job): Promise<readonly Finding[]> {
  const url = await connection.apiUrl();
  const startedMs = clock.monotonicMs();
  const timeout = AbortSignal.timeout(API_TIMEOUT_MS);
  try {
    const answer = await fetch(`${url}/health`, { signal: AbortSignal.any([signal, timeout]) });
    await answer.arrayBuffer();
    const tookMs = clock.monotonicMs() - startedMs;
    if (!answer.ok) {
      return [
        wrong(
          'API',
          `${url} answers with ${answer.status}`,
          'See docs/runbook.md, "api-server-errors".',
        ),
      ];
    }
    // The header has whole seconds.
    const date = Date.parse(answer.headers.get('date') ?? '');
    const offsetMs = Number.isNaN(date) ? undefined : clock.now() - (date + SECOND_MS / 2);
    return judgeApi(url, { tookMs, offsetMs });
  } catch {
    const todo = 'Does the stage run (local: npm start)? Is --url right?';
    return [wrong('API', `${url} does not answer`, todo)];
  }
}

async function lookAtAccounts(state: StageState): Promise<readonly Finding[]> {
  const { accountNames, accounts, budget, clock } = state;
  const names = (await accountNames.list()).map(({ accountId }) => accountId);
  if (names.length === 0) {
    return [wrong('accounts', 'there are none', 'Add one: hashkey-orders account add ACCOUNT')];
  }
  const read = await Promise.all(
    names.map(async (name) => {
      try {
        const account = await accounts.get(name);
        return { name, account, fault: account === undefined ? 'cannot be found' : undefined };
      } catch (error) {
        if (!(error instanceof ConfigurationError)) throw error;
        return { name, account: undefined, fault: error.message };
      }
    }),
  );
  const known = read.flatMap(({ account }) => (account === undefined ? [] : [account]));
  const now = clock.now();
  const gates = await Promise.all([
    budget.viewEgress(now).then(({ gate }) => judgeGate('egress', gate, now)),
    ...known
      .flatMap(({ keys }) => keys)
      .map(async ({ keyId }) => judgeGate(keyId, (await budget.view(keyId, now)).gate, now)),
  ]);
  return [
    ...read.map(({ name, fault }) => judgeSecret(name, fault)),
    ...gates,
    ...(await Promise.all(known.map((account) => lookAtAccount(state, account)))).flat(),
    ...(await lookAtExchanges(state, known)),
  ];
}

async function lookAtAccount(
  state: StageState,
  { accountId }: Account,
): Promise<readonly Finding[]> {
  const { clock, halts, stage } = state;
  const now = clock.now();
  const [halt, doubtful, received, held] = await Promise.all([
    halts.get(accountId),
    ordersIn(state, accountId, 'IN_DOUBT'),
    ordersIn(state, accountId, 'RECEIVED'),
    ordersIn(state, accountId, 'HELD'),
  ]);
  const { oldestInDoubtAgeMs, oldestReceivedAgeMs } = stage.alarms;
  return [
    judgeHalt(accountId, halt),
    judgeOldest('IN_DOUBT', oldestOf(doubtful, now), oldestInDoubtAgeMs),
    judgeOldest('RECEIVED', oldestOf(received, now), oldestReceivedAgeMs),
    judgeHeld(
      accountId,
      held.map(({ clientOrderId }) => clientOrderId),
    ),
  ];
}

async function ordersIn(
  { orders }: StageState,
  accountId: string,
  status: OrderStatus,
): Promise<readonly Order[]> {
  const found: Order[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const next = await orders.list({
      accountId,
      status,
      limit: PAGE,
      ...(cursor !== undefined && { cursor }),
    });
    found.push(...next.orders);
    cursor = next.cursor;
    if (cursor === undefined) break;
  }
  return found;
}

/** Since its last attempt began, or since it came in. */
function oldestOf(orders: readonly Order[], now: number) {
  const [oldest] = orders
    .map(({ accountId, clientOrderId, attempts, createdAt, status }) => ({
      name: `${accountId}/${clientOrderId}`,
      ageMs: now - (status === 'IN_DOUBT' ? (attempts.at(-1)?.startedAt ?? createdAt) : createdAt),
    }))
    .toSorted((one, other) => other.ageMs - one.ageMs);
  return oldest;
}

async function lookAtDue({ clock, orders }: StageState): Promise<readonly Finding[]> {
  const now = clock.now();
  const [oldest] = await orders.listDue(now, 1);
  return [judgeOverdue(oldest === undefined ? undefined : now - oldest.dueAt, OVERDUE_ALLOWED_MS)];
}

async function lookAtExchanges(
  { clock }: StageState,
  accounts: readonly Account[],
): Promise<readonly Finding[]> {
  const sites = new Map(accounts.map((account) => [routeOf(account), account]));
  return Promise.all(
    [...sites.values()].map(async (site) =>
      judgeExchange(baseUrlOf(site).host, await exchangeTime(clock, site)),
    ),
  );
}
