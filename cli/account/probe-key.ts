import { createHashkeyExchange, createHashkeyParts } from '../../lib/adapters/hashkey/client.ts';
import { HASHKEY_DEFAULTS } from '../../lib/adapters/hashkey/options.ts';
import { baseUrlOf } from '../../lib/adapters/hashkey/sites.ts';
import { readUnsigned } from '../../lib/adapters/hashkey/unsigned-read.ts';
import { serverTimeSchema } from '../../lib/adapters/hashkey/wire.ts';
import type { Account, ApiKey, ExchangeSite } from '../../lib/application/account.ts';
import type { Clock } from '../../lib/application/ports.ts';
import type { BudgetClass, RateBudget } from '../../lib/application/rate-budget.ts';
import { DEFAULT_SETTINGS } from '../../lib/application/settings.ts';
import { SECOND_MS } from '../../lib/domain/time.ts';
import { judgeCancel, judgeQuestion, judgeTime, type ProbeFinding } from './judge-probe.ts';

/** What a probe needs. */
export interface ProbeDependencies {
  readonly clock: Clock;
  readonly budget: RateBudget;
}

/** No order of the exchange has an id so short: its own have 19 digits. */
const NO_ORDER = '1';
const REACH_MS = 4 * SECOND_MS;

/**
 * Tries a key out at the exchange: its time, one signed question, and the cancel of an order that
 * does not exist. Takes slots of the key's own budget, so it is safe beside a running service.
 */
export async function probeKey(
  { clock, budget }: ProbeDependencies,
  account: Account,
  key: ApiKey,
): Promise<readonly ProbeFinding[]> {
  const time = judgeTime(baseUrlOf(account).host, await exchangeTime(clock, account));
  if (time.some(({ check, isGood }) => check === 'reachable' && !isGood)) return time;

  const exchange = createHashkeyExchange({ clock });
  const { recvWindowMs, timeoutMs } = DEFAULT_SETTINGS.submit;
  const context = { site: account, key, recvWindowMs, timeoutMs };
  const { ordersPerSecond, queriesPerSecond } = account.limits;
  const slot = (name: BudgetClass, limitPerSecond: number) =>
    slotOf({ clock, budget }, key, name, limitPerSecond);

  if (!(await slot('query', queriesPerSecond))) return [...time, closedGate(key)];
  const question = judgeQuestion(await exchange.openOrders(context));
  if (!question.isGood || !(await slot('order', ordersPerSecond))) return [...time, question];
  const sendBy = clock.now() + SECOND_MS;
  const call = { ...context, sendBy, exchangeOrderId: NO_ORDER, clientOrderId: 'probe' };
  return [...time, question, judgeCancel(await exchange.cancel(call))];
}

/** Asks an exchange for its time, without a key. */
export async function exchangeTime(clock: Clock, site: ExchangeSite) {
  const { connection } = createHashkeyParts({ clock });
  const { publicTimeoutMs } = HASHKEY_DEFAULTS;
  const read = await readUnsigned({ connection, publicTimeoutMs }, baseUrlOf(site), '/api/v1/time');
  if (read.kind !== 'read') return { kind: read.kind };
  const told = serverTimeSchema.safeParse(read.body);
  if (!told.success) return { kind: 'unreadable' };
  const offsetMs = Number(told.data.serverTime) - read.timing.answeredAt + read.roundTripMs / 2;
  return { kind: 'read', offsetMs } as const;
}

/** Waits for a slot; false when the key's gate is closed. */
async function slotOf(
  { clock, budget }: ProbeDependencies,
  { keyId }: ApiKey,
  name: BudgetClass,
  limitPerSecond: number,
): Promise<boolean> {
  for (let tries = 0; tries < 5; tries += 1) {
    const now = clock.now();
    const reservation = await budget.reserve({
      ...{ keyId, class: name, weight: 1, count: 1, limitPerSecond, now },
      reachMs: REACH_MS,
    });
    if (reservation.kind === 'closed') return false;
    const at = reservation.kind === 'reserved' ? (reservation.slots[0] ?? now) : reservation.at;
    await clock.sleep(Math.max(0, at - clock.now()));
    if (reservation.kind === 'reserved') return true;
  }
  return false;
}

function closedGate({ keyId }: ApiKey): ProbeFinding {
  return {
    check: 'key',
    isGood: false,
    says: `the gate of key ${keyId} is closed, or its budget is used up: nothing was sent with it`,
    todo: 'See "account show"; open the gate once the cause is gone, or use --no-probe.',
  };
}
