import type { DenialCode } from '../../domain/check-instrument.ts';
import type { EvidenceSource } from '../../domain/execution-report.ts';
import type {
  AttemptOutcome,
  CancelOutcome,
  CancelStatus,
  ReturnedOutcome,
} from '../../domain/order.ts';
import type { GateReason } from '../rate-budget.ts';

/** Says what a code of the exchange means; undefined for one that is not known. */
export type CodeMeaning = (code: string) => string | undefined;

/** What decides how things are called: the person's place, and the exchange's codes. */
export interface Wording {
  /** An IANA name such as `Asia/Hong_Kong`; the machine's own without it. */
  readonly zone?: string | undefined;
  readonly codeMeaning: CodeMeaning;
}

/** Why an order was refused here, before it was sent. */
export const DENIAL_MEANINGS: Readonly<
  Record<DenialCode, string> & Record<string, string | undefined>
> = {
  SYMBOL_UNKNOWN: 'the exchange does not list this instrument',
  SYMBOL_NOT_TRADING: 'the exchange does not take orders for this instrument now',
  PRICE_OFF_TICK: 'the price is no multiple of the instrument’s price step',
  QUANTITY_OFF_LOT: 'the quantity is no multiple of the instrument’s quantity step',
  QUANTITY_TOO_SMALL: 'the quantity is below the instrument’s smallest',
  QUANTITY_TOO_LARGE: 'the quantity is above the instrument’s largest',
  NOTIONAL_TOO_SMALL: 'quantity times price is below the instrument’s smallest',
  NOTIONAL_TOO_LARGE: 'quantity times price is above the instrument’s largest',
  AMOUNT_OFF_STEP: 'the amount has more digits than the instrument allows',
  AMOUNT_TOO_SMALL: 'the amount is below the instrument’s smallest',
  AMOUNT_TOO_LARGE: 'the amount is above the instrument’s largest',
  ACCOUNT_HALTED: 'a person has halted the account, so it takes no new orders',
  ALREADY_REPLACED: 'another order takes the place of that one already',
  REPLACED_ORDER_TRADED:
    'the order whose place it was to take has traded, and how much is left is for its owner to say',
  REPLACED_ORDER_STAYS: 'the order whose place it was to take cannot be canceled and stays',
  REPLACED_ORDER_UNKNOWN: 'there is no order whose place it could take',
};

/** Why an order waits for a person, and what that person does. */
export const HELD_MEANINGS: Readonly<Record<string, string | undefined>> = {
  ID_COLLISION: 'the exchange has another order under this client order id',
  SECOND_ORDER: 'the exchange has a second order under this client order id',
  EXECUTED_MORE_THAN_ORDERED: 'the exchange says that more was executed than was ordered',
  EXECUTED_LESS_THAN_KNOWN: 'the exchange says that less was executed than it said before',
  REJECTED_AFTER_EXECUTION: 'the exchange says "rejected" although it had executed some of it',
  DUPLICATE_BUT_ABSENT:
    'the exchange called it a duplicate, and later did not have it: no rule can tell which is true',
  ANSWERED_WITH_OTHER_ID:
    'the exchange answered with an order of another id, and later did not have this one',
  MISSING_AT_EXCHANGE: 'the exchange had it open and does not find it any more',
  ATTEMPTS_EXHAUSTED: 'every attempt so far came back without placing it, too often to go on',
  CANNOT_BE_HANDLED: 'handling it failed again and again for a reason of the service’s own',
};

/** Other reasons that an order may carry. */
export const OTHER_REASONS: Readonly<Record<string, string | undefined>> = {
  UNKNOWN: 'nothing that came back proved whether the exchange took it',
  DUPLICATE: 'the exchange said that it has an order of this id already',
  VALID_UNTIL_PASSED: 'its deadline passed before it could be sent',
  ABSENT: 'the exchange provably never had it',
  NEVER_PLACED: 'it was wanted canceled, and the exchange provably never had it',
  CANCELED_BEFORE_SENDING: 'it was wanted canceled before it was sent',
  USER_CANCEL: 'it was canceled by request',
  SELF_TRADE_CANCEL: 'it would have traded with an order of the same owner',
  REJECTED_BY_EXCHANGE: 'the exchange gives no code',
  REJECTED: 'the exchange answered with an order that it calls rejected',
};

/** Where a statement came from. */
export const SOURCE_MEANINGS: Readonly<Record<EvidenceSource, string>> = {
  submit: 'the answer to sending it',
  cancel: 'the answer to its cancel',
  query: 'a question for this order',
  'open-orders': 'the list of open orders',
  history: 'the list of past orders',
  trades: 'the list of trades',
  stream: 'the account’s live stream',
  'open-orders-and-history': 'the lists of open and past orders together',
};

/** What one attempt to send came to. */
export const OUTCOME_MEANINGS: Readonly<Record<AttemptOutcome, string>> = {
  pending: 'its end is not stored yet',
  accepted: 'the exchange took it',
  rejected: 'the exchange refused it',
  unknown: 'whether the exchange took it is unknown',
  duplicate: 'the exchange says that it knows an order of this id already',
  absent: 'the exchange provably never had it',
  throttled: 'the exchange said "too many requests" and did not take it',
  banned: 'the exchange blocks our address and did not take it',
  deferred: 'the exchange asked to come back later and did not take it',
  'not-sent': 'it never left',
  'clock-skew': 'the exchange did not take it, because the times of both sides differ too much',
  'bad-key': 'the exchange did not take it, because it does not accept the API key',
};

/** What follows, for an attempt that provably placed nothing, before the order is sent again. */
export const RETURN_MEANINGS: Readonly<Record<ReturnedOutcome, string>> = {
  throttled: 'Its key pauses for about a minute.',
  banned: 'Nothing leaves from this address until a person opens its gate.',
  deferred: 'It is tried again after a few seconds.',
  'not-sent': 'It is tried again.',
  'clock-skew': 'It is tried again by the exchange’s clock.',
  'bad-key': 'Unless a new key has taken its place, its gate closes until a person opens it.',
};

/** What one cancel call came to. */
export const CANCEL_OUTCOME_MEANINGS: Readonly<Record<CancelOutcome, string>> = {
  ...OUTCOME_MEANINGS,
  acknowledged: 'the exchange has heard of it, which says nothing of the order yet',
  'not-open': 'the exchange finds nothing open under this id: filled, canceled or not known',
  refused: 'the exchange says that this order cannot be canceled',
  unknown: 'whether it arrived is unknown',
};

/** How far a cancel is. */
export const CANCEL_MEANINGS: Readonly<Record<CancelStatus, string>> = {
  REQUESTED: 'the wish is recorded and not sent yet',
  SENDING: 'a cancel call may be on its way',
  IN_DOUBT: 'it is unknown whether the last cancel call arrived; it is sent again',
  ACKNOWLEDGED: 'the exchange has heard of the cancel; the truth about the order is being fetched',
  REFUSED: 'the exchange refused the cancel, and the order stays',
  DONE: 'the order ended as canceled',
  TOO_LATE: 'the order ended before the cancel came through',
};

/** Why a gate is closed. */
export const GATE_MEANINGS: Readonly<Record<GateReason, string>> = {
  throttled: 'the exchange said "too many requests"',
  banned: 'the exchange blocked our address',
  'bad-key': 'the exchange refused the API key',
  unavailable: 'the exchange did not answer',
  'halted-by-operator': 'a person stopped all sending',
};

/** Our own names of faults on the way; other words come from the operating system. */
export const FAULT_MEANINGS: Readonly<Record<string, string | undefined>> = {
  NO_OUTCOME_STORED: 'the process that sent it ended before it could write down what came back',
  UNREADABLE: 'the answer could not be read',
  OTHER_ORDER: 'the answer was about another order',
  NO_PROGRESS: 'the list of the exchange did not go on where it stopped',
  MALFORMED_KEY: 'the API key has characters that cannot be sent',
  TIME_REFUSED: 'the exchange refused to tell its time',
  TIMEOUT: 'no answer came in time',
  CONNECT_TIMEOUT: 'no connection came about in time',
  TOO_LATE: 'its moment of sending had passed',
  CLOSED: 'the connection was closed without an answer',
  EARLY_ANSWER: 'something answered before the request was sent',
  BODY_TOO_LARGE: 'the answer was far too large',
  FAULT: 'the connection failed',
  ECONNRESET: 'the connection was cut',
  ECONNREFUSED: 'nobody took the connection',
  ENOTFOUND: 'the exchange’s name was not found',
  ETIMEDOUT: 'the network gave no answer',
  EPIPE: 'the connection was cut while sending',
};

/** Says what a reason of an order means, whoever gave it; a new one is quoted as it is. */
export function reasonMeaning(reason: string, { codeMeaning }: Wording): string {
  const known =
    DENIAL_MEANINGS[reason] ??
    HELD_MEANINGS[reason] ??
    OTHER_REASONS[reason] ??
    codeMeaning(reason);
  return known ?? 'the exchange’s own word for it, which this program does not know';
}
