import type { OrderEvent } from '../domain/events.ts';

/** One entry of an order's `history` as the API gives it: what is specific lies beside the rest. */
export interface ToldChange {
  readonly type: string;
  readonly at: number;
  readonly [field: string]: unknown;
}

const SOURCES: ReadonlyMap<unknown, string> = new Map([
  ['submit', 'the answer to the order'],
  ['cancel', 'the answer to the cancel'],
  ['query', 'a query by client order id'],
  ['open-orders', 'the list of open orders'],
  ['history', 'the history of orders'],
  ['trades', 'the list of trades'],
  ['stream', 'the user data stream'],
  ['open-orders-and-history', 'open orders together with the history'],
]);

const ORIGINS: ReadonlyMap<unknown, string> = new Map([
  ['webhook', 'by a signed webhook'],
  ['api', 'through the API'],
  ['queue', 'from the queue'],
]);

const RETURNS: ReadonlyMap<unknown, string> = new Map([
  ['throttled', 'the exchange asked for fewer requests (the key pauses for about a minute)'],
  ['banned', 'the exchange has banned our address (a person opens the gate)'],
  ['deferred', 'the exchange asked to come back later'],
  ['not-sent', 'no connection came about, so nothing was sent'],
  ['clock-skew', 'the exchange found its time of sending wrong'],
  ['bad-key', 'the exchange refused the key'],
]);

const CANCEL_ENDS: ReadonlyMap<unknown, string> = new Map([
  ['acknowledged', 'The exchange has heard of the cancel; what it did, a query tells.'],
  ['not-open', 'The exchange has no such open order; a query tells how it ended.'],
  ['unknown', 'What became of the cancel call is unknown; it is sent again.'],
  ['refused', 'The exchange says that this order cannot be canceled.'],
]);

type Tell = (change: ToldChange) => string;

const TELL: Readonly<Record<OrderEvent['type'], Tell>> = {
  OrderReceived: ({ origin }) => `The order came in ${ORIGINS.get(origin) ?? ''} and was stored.`,
  OrderDenied: (change) => `It was denied before sending: ${codeOf(change)}.`,
  OrderExpired: () => 'Its validUntil passed before it could be sent, so it never is.',
  AttemptStarted: (change) =>
    `The intent to send was stored, for key ${textOf(change.keyId)}.${fenceOf(change)}`,
  AttemptReturned: ({ outcome, evidence }) =>
    `The attempt placed nothing: ${RETURNS.get(outcome) ?? textOf(outcome)}${answerOf(evidence)}.`,
  OrderDoubted: ({ outcome, evidence }) =>
    outcome === 'duplicate'
      ? `The exchange says that it has this id already${answerOf(evidence)}; it is looked up.`
      : `What became of the request is unknown${answerOf(evidence)}: the order may exist or not.`,
  OrderRejected: (change) => `The exchange refused it: ${codeOf(change)}.`,
  ExecutionReported: (change) => `${capital(sourceOf(change))} states ${reportOf(change)}.`,
  OrderResurrected: (change) =>
    `The exchange has it after all: ${sourceOf(change)} states ${reportOf(change)}.`,
  FillsRecorded: ({ fills }) => {
    const count = Array.isArray(fills) ? fills.length : 0;
    return count === 1 ? 'One trade was recorded.' : `${count} trades were recorded.`;
  },
  FillCorrected: ({ after }) =>
    after === undefined ? 'The exchange voided a trade.' : 'The exchange corrected a trade.',
  ExecutionCorrected: ({ executedQuantity }) =>
    `More was executed than was known at the end: ${textOf(executedQuantity)} in all.`,
  AbsenceObserved: ({ source }) =>
    `${capital(SOURCES.get(source) ?? textOf(source))} did not have it. This counts as a not-found.`,
  AbsenceProven: () => 'Absence is proven: the order was never placed.',
  ResubmissionAllowed: () =>
    'Absence is proven, and its caller allowed to send it again under the same id.',
  OrderMissed: () => 'It was open and could not be found this time.',
  PreparationFailed: ({ message }) =>
    `Handling it failed on our side before anything was sent: ${textOf(message)}.`,
  OrderHeld: ({ reason }) => `It is held for a person: ${textOf(reason)}.`,
  CancelRequested: () => 'Somebody asked to cancel it.',
  ReplacementClaimed: ({ replacedBy }) => `Order ${textOf(replacedBy)} is to take its place.`,
  CancelStarted: ({ keyId }) => `The intent to cancel was stored, for key ${textOf(keyId)}.`,
  CancelAnswered: ({ outcome, evidence }) =>
    CANCEL_ENDS.get(outcome) ??
    `The cancel did nothing: ${RETURNS.get(outcome) ?? textOf(outcome)}${answerOf(evidence)}.`,
  OrderCanceled: () => 'It was canceled without a call to the exchange.',
};

const BY_TYPE: ReadonlyMap<string, Tell> = new Map(Object.entries(TELL));

/**
 * Says in one plain sentence what one change of an order was, and on what evidence.
 *
 * A change that is not known is named, never guessed.
 */
export function tellChange(change: ToldChange): string {
  return BY_TYPE.get(change.type)?.(change) ?? `${change.type}.`;
}

/** Says in a few words where evidence came from; an unknown source keeps its name. */
export function tellSource(source: string): string {
  return SOURCES.get(source) ?? source;
}

function fenceOf({ at, fenceAt }: ToldChange): string {
  if (typeof fenceAt !== 'number') return '';
  const seconds = ((fenceAt - at) / 1_000).toFixed(1);
  return ` Its fence lies ${seconds} s later: from then on the exchange can no longer accept it.`;
}

function answerOf(evidence: unknown): string {
  const { httpStatus, code, message } = fieldsOf(evidence);
  const words = [
    typeof httpStatus === 'number' ? `HTTP ${httpStatus}` : '',
    textOf(code),
    typeof message === 'string' && message !== '' ? `“${message}”` : '',
  ].filter((word) => word !== '');
  return words.length === 0 ? '' : ` (${words.join(', ')})`;
}

function sourceOf({ evidence }: ToldChange): string {
  return SOURCES.get(fieldsOf(evidence).source) ?? 'the exchange';
}

function reportOf({ report }: ToldChange): string {
  const { status, statusText, executedQuantity } = fieldsOf(report);
  const name = textOf(status) || textOf(statusText) || 'an unknown status';
  const executed = textOf(executedQuantity);
  return executed === '' || executed === '0' ? name : `${name}, ${executed} executed`;
}

function codeOf({ code, message }: ToldChange): string {
  const words = [textOf(code), textOf(message)].filter((word) => word !== '');
  return words.join(', ').replace(/\.$/, '');
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value))
    : {};
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
