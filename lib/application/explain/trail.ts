import type { OrderEvent } from '../../domain/events.ts';
import { evidenceSuffix } from './evidence-text.ts';
import {
  CANCEL_OUTCOME_MEANINGS,
  OUTCOME_MEANINGS,
  RETURN_MEANINGS,
  reasonMeaning,
  type Wording,
} from './meanings.ts';
import { type Fields, fieldsAt, listAt, lookUp, numberAt, textAt } from './read-detail.ts';
import { momentText } from './time-text.ts';
import type { ToldChange } from './told-order.ts';

/** Gives the sentence of one change. */
type Telling = (entry: Fields, wording: Wording) => string;

const ORIGINS: Readonly<Record<string, string>> = {
  webhook: 'by a signed webhook',
  api: 'over the API',
  queue: 'straight from the queue',
};

const ABSENCE_SOURCES: Readonly<Record<string, string>> = {
  query: 'Asked for this order by its client order id',
  'open-orders-and-history': 'Asked for all open and all past orders',
};

/** One sentence for every kind of change. */
export const TELLINGS: Readonly<Record<OrderEvent['type'], Telling>> = {
  OrderReceived: (entry) => {
    const origin = lookUp(ORIGINS, textAt(entry, 'origin')) ?? 'here';
    return `The order came in ${origin} and was stored; only then was its receipt confirmed.`;
  },
  OrderDenied: (entry, wording) =>
    `It was refused here, before anything was sent: ${meant(entry, 'code', wording)}${said(entry)}.`,
  OrderExpired: () => 'Its deadline had passed before it could be sent, so it will never be sent.',
  AttemptStarted: (entry, wording) => {
    const fenceAt = numberAt(entry, 'fenceAt');
    const fence =
      fenceAt === undefined
        ? ''
        : ` After ${momentText(fenceAt, wording.zone)} the exchange can no longer begin to accept this request.`;
    return `The intent to send it was stored (attempt ${short(entry, 'attemptId')}, key ${short(entry, 'keyId')}).${fence}`;
  },
  AttemptReturned: (entry, wording) =>
    `${sent(entry, wording)}This attempt placed nothing: ${outcome(entry)}${evidenceSuffix(entry, wording)}. ${returned(entry)}`,
  OrderDoubted: (entry, wording) =>
    `${sent(entry, wording)}From here on it is in doubt: ${outcome(entry)}${evidenceSuffix(entry, wording)}. It is looked up, and not sent again while that lasts.`,
  OrderRejected: (entry, wording) =>
    `${sent(entry, wording)}The exchange refused it: code ${textAt(entry, 'code') ?? 'unknown'}, ${meant(entry, 'code', wording)}${said(entry)}.`,
  ExecutionReported: (entry, wording) =>
    `${sent(entry, wording)}The exchange stated: ${reported(fieldsAt(entry, 'report'), wording)}${evidenceSuffix(entry, wording)}.`,
  OrderResurrected: (entry, wording) =>
    `The exchange has it after all: ${reported(fieldsAt(entry, 'report'), wording)}${evidenceSuffix(entry, wording)}. The verdict before is void.`,
  FillsRecorded: (entry) => {
    const fills = listAt(entry, 'fills').map(fillText);
    if (fills.length === 0) return 'Trades became known.';
    const count = fills.length === 1 ? 'One trade' : `${fills.length} trades`;
    return `${count} became known: ${fills.join('; ')}.`;
  },
  FillCorrected: (entry) => {
    const after = fieldsAt(entry, 'after');
    const before = fillText(fieldsAt(entry, 'before'));
    const ending =
      Object.keys(after).length === 0 ? 'does not count any more' : `is now ${fillText(after)}`;
    return `The exchange corrected a trade: ${before} ${ending}.`;
  },
  ExecutionCorrected: (entry, wording) =>
    `More was executed than was known at its end: ${textAt(entry, 'executedQuantity') ?? '?'} in all${evidenceSuffix(entry, wording)}.`,
  ExecutionExceeded: (entry, wording) =>
    `The exchange executed more than was ordered: ${textAt(entry, 'executedQuantity') ?? '?'} in all${evidenceSuffix(entry, wording)}.`,
  AbsenceObserved: (entry) => {
    const asked = lookUp(ABSENCE_SOURCES, textAt(entry, 'source')) ?? 'Asked for it';
    return `${asked}, the exchange did not have it. That counts towards a proof, and is none alone.`;
  },
  AbsenceProven: () =>
    'Late enough, often enough and from both sources the exchange did not have it: it was never placed.',
  ResubmissionAllowed: () =>
    'It was proven never placed, and its owner allows another try: it goes back to be sent.',
  OrderMissed: () =>
    'The exchange had it open and did not find it now. Nothing is concluded from one such answer.',
  PreparationFailed: (entry) =>
    `Getting it ready to send failed for a reason of the service’s own${said(entry)}. Nothing was sent.`,
  OrderHeld: (entry, wording) =>
    `It was set aside for a person: ${meant(entry, 'reason', wording)}${evidenceSuffix(entry, wording)}.`,
  CancelRequested: () => 'Somebody asked for it to be canceled; the wish was stored.',
  ReplacementClaimed: (entry) =>
    `Order ${textAt(entry, 'replacedBy') ?? '?'} is to take its place once it is over without a trade.`,
  CancelStarted: (entry) =>
    `The intent to send its cancel was stored (call ${short(entry, 'attemptId')}, key ${short(entry, 'keyId')}).`,
  CancelAnswered: (entry, wording) => {
    const what = lookUp(CANCEL_OUTCOME_MEANINGS, textAt(entry, 'outcome')) ?? 'its end is unknown';
    return `Of the cancel this came back: ${what}${evidenceSuffix(entry, wording)}.`;
  },
  OrderCanceled: () => 'It ended as canceled without a call: nothing of it is at the exchange.',
};

/** Tells one change in a sentence; one that a newer service invented by its name. */
export function tell(entry: ToldChange, wording: Wording): string {
  const telling = Object.entries(TELLINGS).find(([type]) => type === entry.type)?.[1];
  return telling?.(entry, wording) ?? `It changed: ${entry.type}${evidenceSuffix(entry, wording)}.`;
}

function sent(entry: Fields, { zone }: Wording): string {
  const sentAt = numberAt(entry, 'sentAt');
  return sentAt === undefined ? '' : `The request left at ${momentText(sentAt, zone)}. `;
}

function outcome(entry: Fields): string {
  return lookUp(OUTCOME_MEANINGS, textAt(entry, 'outcome')) ?? 'its end is unknown';
}

/** What follows before it may be sent again. */
function returned(entry: Fields): string {
  return lookUp(RETURN_MEANINGS, textAt(entry, 'outcome')) ?? 'It may be sent again.';
}

function meant(entry: Fields, name: string, wording: Wording): string {
  const word = textAt(entry, name);
  return word === undefined ? 'for no stated reason' : reasonMeaning(word, wording);
}

function said(entry: Fields): string {
  const message = textAt(entry, 'message');
  return message === undefined ? '' : ` (“${message}”)`;
}

function reported(report: Fields, wording: Wording): string {
  const status = textAt(report, 'statusText') ?? textAt(report, 'status') ?? 'no status';
  const executed = textAt(report, 'executedQuantity');
  const reason = textAt(report, 'reason');
  return [
    status,
    ...(executed === undefined ? [] : [`${executed} executed`]),
    ...(reason === undefined ? [] : [`reason ${reason}: ${reasonMeaning(reason, wording)}`]),
  ].join(', ');
}

function fillText(fill: Fields): string {
  const fee = textAt(fill, 'fee');
  const paid = fee === undefined ? '' : `, fee ${fee} ${textAt(fill, 'feeAsset') ?? ''}`.trimEnd();
  return `${textAt(fill, 'quantity') ?? '?'} at ${textAt(fill, 'price') ?? '?'}${paid} (trade ${textAt(fill, 'tradeId') ?? '?'})`;
}

/** Enough of an id to find it in a log. */
function short(entry: Fields, name: string): string {
  return textAt(entry, name)?.slice(0, 16) ?? 'unknown';
}
