import type { Twist } from '../exchange/accept-order.ts';
import type { MatchTwist } from '../exchange/match-order.ts';
import { type Answer, errorAnswer, htmlAnswer, jsonAnswer } from '../http/answer.ts';
import type { Fault } from './fault.ts';

/** What becomes of one request: whether the exchange acts, how late, and what is answered. */
export type Course = {
  readonly delayBeforeMs: number;
  readonly acts: boolean;
  readonly twist: Twist & MatchTwist;
  readonly delayAfterMs: number;
  readonly ending: Ending;
  /** A penalty which is imposed at arrival instead of an answer from the exchange. */
  readonly penalty?: 'throttle' | { readonly banMs: number | undefined };
};

export type Ending =
  | { readonly kind: 'answer' }
  | { readonly kind: 'replace'; readonly answer: Answer }
  | { readonly kind: 'truncate' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'hang'; readonly ms: number | undefined };

export const SMOOTH: Course = {
  delayBeforeMs: 0,
  acts: true,
  twist: {},
  delayAfterMs: 0,
  ending: { kind: 'answer' },
};

/** Translates a fault into the course which the request then takes. */
export function courseOf(fault: Fault | undefined): Course {
  if (!fault) return SMOOTH;
  switch (fault.kind) {
    case 'status':
      return replaced(statusAnswer(fault.status, fault.body), fault.when === 'after');
    case 'reset':
      return { ...SMOOTH, acts: fault.when === 'after', ending: { kind: 'reset' } };
    case 'hang':
      return { ...SMOOTH, acts: fault.when === 'after', ending: { kind: 'hang', ms: fault.ms } };
    case 'delay':
      return fault.when === 'before'
        ? { ...SMOOTH, delayBeforeMs: fault.ms }
        : { ...SMOOTH, delayAfterMs: fault.ms };
    case 'code':
      return replaced(errorAnswer(fault.status, fault.code, fault.msg), fault.placed);
    case 'html':
      return replaced(htmlAnswer(fault.status), fault.placed);
    case 'truncated':
      return { ...SMOOTH, acts: fault.placed, ending: { kind: 'truncate' } };
    case 'late':
      return { ...replaced(htmlAnswer(fault.status), true), twist: { lateMs: fault.ms } };
    case 'queryLag':
      return { ...SMOOTH, twist: { queryLagMs: fault.ms } };
    case 'throttle':
      return { ...SMOOTH, acts: false, penalty: 'throttle' };
    case 'ban':
      return { ...SMOOTH, acts: false, penalty: { banMs: fault.ms } };
    case 'reject':
      return { ...SMOOTH, twist: { reject: true } };
    case 'underfill':
      return { ...SMOOTH, twist: { underfill: true } };
    case 'missing':
      return replaced(jsonAnswer({}), fault.placed);
  }
}

function replaced(answer: Answer, acts: boolean): Course {
  return { ...SMOOTH, acts, ending: { kind: 'replace', answer } };
}

function statusAnswer(status: number, body: 'html' | 'empty' | 'json'): Answer {
  if (body === 'html') return htmlAnswer(status);
  if (body === 'empty') return { status, contentType: 'text/plain', text: '' };
  return errorAnswer(status, '-1000', 'An unknown error occurred while processing the request');
}
