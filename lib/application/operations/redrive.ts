import { isCancelPending } from '../../domain/cancel.ts';
import { evolve } from '../../domain/evolve.ts';
import type { OrderKey } from '../../domain/order.ts';
import { type ReviewRules, reviewAt } from '../../domain/review-schedule.ts';
import { SECOND_MS, type UnixMs } from '../../domain/time.ts';
import { cancelMessage, parseCancelLetter } from '../cancel/cancel-message.ts';
import { orderMessage } from '../message.ts';
import { deadlineErrors, parseOrderRequest, requestHash } from '../order-request.ts';
import type { Accounts, Clock, OrderQueue, OrderStore } from '../ports.ts';
import { receivedEvent } from '../receive-order.ts';

/** A message that was put aside. */
export interface DeadLetter {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  /** Why it lies here, in the words of whoever put it aside; absent when SQS itself did. */
  readonly reason?: string;
  /** When it came here, by the queue's clock: never before it was first sent. */
  readonly sentAt: UnixMs;
}

/** The dead-letter queue, as a person works it. */
export interface DeadLetters {
  /** Takes some messages into hand, hidden from others for a minute; none when none is left. */
  receive(): Promise<readonly DeadLetter[]>;
  remove(letter: DeadLetter): Promise<void>;
  /** Lays a letter back into sight at once, so that who has only looked can act. */
  release(letter: DeadLetter): Promise<void>;
}

/** What working the dead-letter queue needs. */
export interface RedriveDependencies {
  readonly deadLetters: DeadLetters;
  readonly orders: OrderStore;
  readonly queue: OrderQueue;
  /** The queue of cancels, whose dead letters lie with those of orders. */
  readonly cancels: OrderQueue;
  readonly accounts: Accounts;
  readonly clock: Clock;
  readonly rules: ReviewRules;
}

/** What is to become of one dead letter. */
export type Fate =
  /** Its order was handled already, or is taken care of: the message is waste. */
  | { readonly kind: 'done'; readonly why: string }
  /** Nothing was ever sent for it and it is still valid: it goes back. */
  | { readonly kind: 'back'; readonly why: string }
  /** Too late: it is recorded, expires, and is never sent. */
  | { readonly kind: 'expired'; readonly why: string }
  /** No order can be made of it: a person has to look. It stays. */
  | { readonly kind: 'stays'; readonly why: string };

/** One dead letter and what became of it. */
export interface Redriven {
  readonly letter: DeadLetter;
  readonly fate: Fate;
}

/** Letters of one run; the rest waits for the next one. */
const LETTERS_MAX = 10_000;

/**
 * Goes through the dead-letter queue and gives back what may go back. Safe at any time, also months
 * later and into live traffic: every letter meets its stored order first, and one without an order
 * keeps the deadline that counts from when it came here, which SQS's own redrive would start anew.
 *
 * @param apply - false only says what would be done, and lays the letters back
 */
export async function redrive(
  dependencies: RedriveDependencies,
  { apply }: { readonly apply: boolean },
): Promise<readonly Redriven[]> {
  const all: Redriven[] = [];
  while (all.length < LETTERS_MAX) {
    const letters = await dependencies.deadLetters.receive();
    if (letters.length === 0) break;
    for (const letter of letters) {
      all.push({ letter, fate: await redriveOne(dependencies, letter, apply) });
    }
  }
  // Not before the end: letters that are in sight again would be received without end.
  if (!apply) for (const { letter } of all) await dependencies.deadLetters.release(letter);
  return all;
}

async function redriveOne(
  dependencies: RedriveDependencies,
  letter: DeadLetter,
  apply: boolean,
): Promise<Fate> {
  const { accounts, clock, deadLetters, orders, queue, rules } = dependencies;
  const canceled = parseCancelLetter(letter.body);
  if (canceled !== undefined) return redriveCancel(dependencies, { letter, canceled }, apply);
  const parsed = parseOrderRequest(jsonOf(letter.body));
  if (parsed.kind === 'invalid') {
    const fields = parsed.errors.map(({ field, message }) => `${field} ${message}`);
    return { kind: 'stays', why: `no order: ${fields.join('; ').slice(0, 200)}` };
  }
  const { request } = parsed;
  const account = await accounts.get(request.accountId);
  if (account === undefined) {
    return { kind: 'stays', why: `account ${request.accountId} is not configured` };
  }
  const known = await orders.get(request);
  if (known !== undefined && known.requestHash !== requestHash(request)) {
    return { kind: 'stays', why: `${request.clientOrderId} is the id of another order` };
  }
  if (known !== undefined && known.status !== 'RECEIVED') {
    if (apply) await deadLetters.remove(letter);
    return { kind: 'done', why: `its order is ${known.status}` };
  }
  const tooFar = deadlineErrors(request, letter.sentAt).find(
    () => (request.validUntil ?? 0) > letter.sentAt,
  );
  if (known === undefined && tooFar !== undefined) {
    return { kind: 'stays', why: `${tooFar.field} ${tooFar.message}` };
  }

  const now = clock.now();
  const event = receivedEvent(request, account, 'queue', letter.sentAt);
  const order = known ?? evolve(undefined, event);
  const isLate = now >= order.terms.validUntil;
  const fate: Fate = isLate
    ? { kind: 'expired', why: `was valid until ${order.terms.validUntil}` }
    : { kind: 'back', why: `is valid until ${order.terms.validUntil}` };
  if (!apply) return fate;
  // Stored first: whatever happens next, the sweep brings it to its end.
  if (known === undefined) await orders.create(event, reviewAt(order, now, rules));
  if (!isLate) await queue.enqueue(orderMessage(order, account, Math.floor(now / SECOND_MS)));
  await deadLetters.remove(letter);
  return fate;
}

/** A cancel may go back at any time: it names no call, only the order whose wish is stored. */
async function redriveCancel(
  { cancels, clock, deadLetters, orders }: RedriveDependencies,
  { letter, canceled }: { readonly letter: DeadLetter; readonly canceled: OrderKey },
  apply: boolean,
): Promise<Fate> {
  const order = await orders.get(canceled);
  if (order === undefined) {
    return { kind: 'stays', why: `a cancel of ${canceled.clientOrderId}, which there is not` };
  }
  const isPending = isCancelPending(order);
  if (apply && isPending) await cancels.enqueue(cancelMessage(order, clock.now()));
  if (apply) await deadLetters.remove(letter);
  return isPending
    ? { kind: 'back', why: 'its order is still wanted canceled' }
    : { kind: 'done', why: `a cancel; its order is ${order.status}` };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Told by the parser of requests, which names the body.
    return undefined;
  }
}
