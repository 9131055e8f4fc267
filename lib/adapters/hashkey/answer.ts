import type { CallTiming } from '../../application/exchange.ts';
import { parseJson } from './json.ts';
import {
  isSuccessCode,
  type Treatment,
  treatmentOfCode,
  treatmentOfStatus,
  treatmentOfUnlisted,
  UNKNOWN,
} from './outcomes.ts';
import type { SendEnd } from './send-once.ts';
import { errorSchema } from './wire.ts';

/** An HTTP answer, read as far as every kind of call reads it. */
export interface Answer {
  readonly httpStatus: number;
  readonly timing: CallTiming;
  /** What the body holds; undefined when it is unreadable. Only an object or a list counts. */
  readonly body?: object;
  /** The error that the body names; success codes are none. */
  readonly code?: string;
  readonly message?: string;
}

/** Reads an HTTP answer. Never trusts its content type: error pages come as JSON and as HTML. */
export function readAnswer(end: Extract<SendEnd, { kind: 'answer' }>): Answer {
  const { httpStatus, timing } = end;
  const body = parseJson(end.text);
  if (typeof body !== 'object' || body === null) return { httpStatus, timing };

  const named = errorSchema.safeParse(body);
  const code = named.data?.code ?? named.data?.errorCode;
  const message = named.data?.msg ?? named.data?.errorMsg;
  if (code === undefined || isSuccessCode(code)) return { httpStatus, timing, body };
  return { httpStatus, timing, body, code, ...(message === undefined ? {} : { message }) };
}

/**
 * Says what an answer proves before its body is read as an order: its status alone, else its code,
 * else its status together with a readable body.
 *
 * @returns undefined for a success, whose body is to be read
 */
export function treatmentOf(answer: Answer): Treatment | undefined {
  const decided = treatmentOfStatus(answer.httpStatus);
  if (decided !== undefined) return decided;
  if (answer.body === undefined) return UNKNOWN;
  if (answer.code !== undefined) {
    const listed = treatmentOfCode(answer.code, answer.message ?? '');
    return listed ?? treatmentOfUnlisted(answer.httpStatus);
  }
  const isSuccess = answer.httpStatus >= 200 && answer.httpStatus < 300;
  return isSuccess ? undefined : treatmentOfUnlisted(answer.httpStatus);
}
