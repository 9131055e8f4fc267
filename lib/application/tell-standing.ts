import type { AbsenceRules } from '../domain/absence.ts';
import { unreachable } from '../domain/invariant.ts';
import type { OrderStatus } from '../domain/order.ts';
import { SECOND_MS, type UnixMs } from '../domain/time.ts';
import type { ToldChange } from './tell-change.ts';

/** What is read of an order resource to say where the order stands. */
export interface ToldOrder {
  readonly status: OrderStatus;
  readonly reason?: string | undefined;
  readonly quantity?: string | undefined;
  readonly executedQuantity: string;
  readonly fillsComplete: boolean;
  readonly validUntil: UnixMs;
  readonly onNeverPlaced: string;
  readonly rejection?: { readonly code: string; readonly message: string } | undefined;
  readonly cancel?: { readonly status: string } | undefined;
  readonly attempts: readonly { readonly fenceAt: UnixMs }[];
  readonly history: readonly ToldChange[];
}

/** What has to be known besides the order. */
export interface Standpoint {
  readonly now: UnixMs;
  /** Of the stage; the service's own defaults unless it was set otherwise. */
  readonly rules: AbsenceRules;
}

/** Why an order stands where it stands, and what happens next. Each is one or two sentences. */
export interface Standing {
  readonly why: string;
  readonly next: string;
}

const HELD: ReadonlyMap<string, string> = new Map([
  ['ID_COLLISION', 'the exchange has an order of this id with other terms'],
  ['SECOND_ORDER', 'the exchange has two orders of this id'],
  ['EXECUTED_MORE_THAN_ORDERED', 'more was executed than was ordered'],
  ['EXECUTED_LESS_THAN_KNOWN', 'the exchange states less executed than it did before'],
  ['REJECTED_AFTER_EXECUTION', 'the exchange states a rejection after it had executed some'],
  ['DUPLICATE_BUT_ABSENT', 'the exchange said that it has this id, and then that it has not'],
  ['ANSWERED_WITH_OTHER_ID', 'the exchange answered it with an order of another id'],
  ['MISSING_AT_EXCHANGE', 'the exchange had it open and has it nowhere any more'],
  ['ATTEMPTS_EXHAUSTED', 'every attempt to send it came back'],
  ['CANNOT_BE_HANDLED', 'handling it fails on our side again and again'],
]);

const UNDER_WAY = 'A cancel is under way; only the exchange’s own word ends the order.';

const CANCELS: ReadonlyMap<string | undefined, string> = new Map([
  ['REQUESTED', 'A cancel is asked for and goes out as soon as it can.'],
  ['SENDING', UNDER_WAY],
  ['IN_DOUBT', UNDER_WAY],
  ['ACKNOWLEDGED', UNDER_WAY],
  ['REFUSED', 'A cancel was refused: this order cannot be canceled.'],
  ['TOO_LATE', 'A cancel came too late.'],
]);

/** Says why an order has its status and what happens next, in plain sentences without absolute times. */
export function tellStanding(order: ToldOrder, standpoint: Standpoint): Standing {
  const standing = standingOf(order, standpoint);
  const cancel = CANCELS.get(order.cancel?.status);
  return cancel === undefined ? standing : { ...standing, next: `${standing.next} ${cancel}` };
}

function standingOf(order: ToldOrder, standpoint: Standpoint): Standing {
  const { status, reason = '', rejection, executedQuantity } = order;
  const code = [rejection?.code, rejection?.message].filter(Boolean).join(', ');
  switch (status) {
    case 'RECEIVED':
      return received(order, standpoint);
    case 'SENDING':
      return {
        why: 'The intent to send is stored; a request may be on the wire.',
        next: 'Its answer is awaited. Without one it becomes in doubt; it is not sent again.',
      };
    case 'IN_DOUBT':
      return inDoubt(order, standpoint);
    case 'NEW':
      return { why: 'The exchange has it open.', next: 'It is followed until it ends.' };
    case 'PARTIALLY_FILLED':
      return {
        why: `The exchange has it open; ${executedQuantity} is executed.`,
        next: 'It is followed until it ends.',
      };
    case 'FILLED':
      return { why: 'The exchange states that it is filled.', next: fillsOf(order) };
    case 'CANCELED':
    case 'PARTIALLY_CANCELED':
      return { why: `It ended as canceled${reason && `: ${reason}`}.`, next: fillsOf(order) };
    case 'REJECTED':
      return { why: `The exchange refused it: ${code}.`, next: 'Nothing: it is over.' };
    case 'DENIED':
      return { why: `It was denied before sending: ${code}.`, next: 'Nothing: it was never sent.' };
    case 'EXPIRED':
      return {
        why: 'Its validUntil passed before it could be sent.',
        next: 'Nothing: it was never sent.',
      };
    case 'NEVER_PLACED':
      return {
        why: 'It is proven that the exchange never got it.',
        next: 'It is looked for again after 5 minutes, 30 minutes and a day, to be sure.',
      };
    case 'HELD':
      return {
        why: `It needs a person: ${HELD.get(reason) ?? reason}.`,
        next: 'Nothing by itself. See “order-held” in the runbook.',
      };
    default:
      return unreachable(status);
  }
}

function received({ validUntil, attempts }: ToldOrder, { now }: Standpoint): Standing {
  const before = attempts.length === 0 ? 'It is stored and not sent.' : 'No attempt placed it.';
  const left = Math.ceil((validUntil - now) / SECOND_MS);
  return {
    why: `${before} It waits for a slot of its key, or for a gate to open.`,
    next:
      left > 0
        ? `It is sent when a slot is free, within ${left} s or never.`
        : 'Its time is over: it ends as expired when its turn comes.',
  };
}

function inDoubt(
  { attempts, history, onNeverPlaced }: ToldOrder,
  standpoint: Standpoint,
): Standing {
  const { now, rules } = standpoint;
  const fenceAt = attempts.at(-1)?.fenceAt ?? now;
  const why = 'What became of the request is unknown: the exchange may have the order or not.';
  const after =
    onNeverPlaced === 'resubmit' ? 'it may be sent again' : 'it is declared never placed';
  if (now <= fenceAt) {
    const next = `In ${secondsTo(fenceAt, now)} its fence is reached; not-founds count from then on. If it is found, the doubt ends at once.`;
    return { why, next };
  }
  const horizonAt = fenceAt + rules.horizonMs;
  const past = sourcesPast(history, horizonAt);
  const wanted =
    now < horizonAt
      ? `In ${secondsTo(horizonAt, now)} the horizon is reached; both have to say so once more after it`
      : `Past the horizon both have to say so once more: ${past} of 2 did`;
  return {
    why,
    next: `${notFounds(history, fenceAt)} ${wanted}, then ${after}. If it is found, the doubt ends at once.`,
  };
}

function sourcesPast(history: readonly ToldChange[], horizonAt: UnixMs): number {
  const past = history.filter(({ type, at }) => type === 'AbsenceObserved' && at >= horizonAt);
  return new Set(past.map(({ source }) => source)).size;
}

/** Only those after the fence count. */
function notFounds(history: readonly ToldChange[], fenceAt: UnixMs): string {
  const counted = history.filter(({ type, at }) => type === 'AbsenceObserved' && at > fenceAt);
  const byId = counted.filter(({ source }) => source === 'query').length;
  return `Not-founds so far: ${byId} by id, ${counted.length - byId} in lists.`;
}

function fillsOf({ fillsComplete }: ToldOrder): string {
  if (fillsComplete) return 'Nothing: it is over.';
  return 'It is over; trades that are still missing are asked for.';
}

function secondsTo(at: UnixMs, now: UnixMs): string {
  return `${Math.max(0, Math.ceil((at - now) / SECOND_MS))} s`;
}
