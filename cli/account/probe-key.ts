import { createHashkeyExchange, createHashkeyParts } from '../../lib/adapters/hashkey/client.ts';
import { HASHKEY_DEFAULTS } from '../../lib/adapters/hashkey/options.ts';
import { baseUrlOf } from '../../lib/adapters/hashkey/sites.ts';
import { readUnsigned } from '../../lib/adapters/hashkey/unsigned-read.ts';
import { serverTimeSchema } from '../../lib/adapters/hashkey/wire.ts';
import type { Account, ApiKey, ExchangeSite } from '../../lib/application/account.ts';
import { CLASS_OF_CALL, type WeighedCall, weightOf } from '../../lib/application/call-weights.ts';
import type { Clock } from '../../lib/application/ports.ts';
import type { RateBudget, Reservation } from '../../lib/application/rate-budget.ts';
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
/** A gate that opens sooner than this is waited for. */
const SLOT_WAIT_MAX_MS = 15 * SECOND_MS;

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
  const inSlot = callInSlot({ clock, budget }, account, key);

  const asked = await inSlot('openOrders', () => exchange.openOrders(context));
  if (asked === undefined) return [...time, closedGate(key)];
  const question = judgeQuestion(asked);
  if (!question.isGood) return [...time, question];
  const canceled = await inSlot('cancel', () => {
    const sendBy = clock.now() + SECOND_MS;
    const call = { ...context, sendBy, exchangeOrderId: NO_ORDER, clientOrderId: 'probe' };
    return exchange.cancel(call);
  });
  return [...time, question, canceled === undefined ? closedGate(key) : judgeCancel(canceled)];
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

/** Makes calls of one key, each in a slot of its budget, and protects the key after each answer. */
function callInSlot({ clock, budget }: ProbeDependencies, account: Account, { keyId }: ApiKey) {
  /** @returns undefined when the gate is closed, or no slot came free */
  return async <Answer extends { readonly kind: string }>(
    name: WeighedCall,
    call: () => Promise<Answer>,
  ): Promise<Answer | undefined> => {
    const { ordersPerSecond, queriesPerSecond } = account.limits;
    const ofClass = CLASS_OF_CALL[name];
    const limitPerSecond = ofClass === 'order' ? ordersPerSecond : queriesPerSecond;
    const weight = weightOf(account, name);
    const giveUpAt = clock.now() + SLOT_WAIT_MAX_MS;
    while (clock.now() < giveUpAt) {
      const now = clock.now();
      const reservation = await budget.reserve({
        ...{ keyId, class: ofClass, weight, count: 1, limitPerSecond, now },
        reachMs: REACH_MS,
      });
      const at = reservation.kind === 'closed' ? reservation.until : slotAt(reservation, now);
      if (at === 'operator' || at > giveUpAt) return undefined;
      await clock.sleep(Math.max(0, at - clock.now()));
      if (reservation.kind !== 'reserved') continue;
      const answer = await call();
      await protect({ clock, budget }, keyId, { kind: answer.kind, probe: reservation.probe });
      return answer;
    }
    return undefined;
  };
}

function slotAt(reservation: Exclude<Reservation, { kind: 'closed' }>, now: number): number {
  return reservation.kind === 'reserved' ? (reservation.slots[0] ?? now) : reservation.at;
}

/** A suspended key is left alone from here on; a gate that has just reopened may open fully. */
async function protect(
  { clock, budget }: ProbeDependencies,
  keyId: string,
  { kind, probe }: { readonly kind: string; readonly probe: boolean },
): Promise<void> {
  const now = clock.now();
  const { suspensionMs } = DEFAULT_SETTINGS.submit;
  if (kind === 'throttled') {
    const closing = {
      gate: { keyId },
      until: now + suspensionMs,
      reason: 'throttled',
      now,
    } as const;
    await budget.closeGate(closing);
  } else if (kind === 'banned') {
    await budget.closeGate({ gate: 'egress', until: 'operator', reason: 'banned', now });
  } else if (probe && (kind === 'page' || kind === 'not-open')) {
    await budget.probeSucceeded(keyId);
  }
}

function closedGate({ keyId }: ApiKey): ProbeFinding {
  return {
    check: 'key',
    isGood: false,
    says: `the gate of key ${keyId} is closed, or its budget is used up: nothing was sent with it`,
    todo: 'See "account show"; open the gate once the cause is gone, or use --no-probe.',
  };
}
