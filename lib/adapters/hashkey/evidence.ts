import type { Evidence, EvidenceSource } from '../../domain/execution-report.ts';
import type { UnixMs } from '../../domain/time.ts';
import type { Answer } from './answer.ts';
import { plainText, type Redact } from './plain-text.ts';
import { withoutAbsent } from './without-absent.ts';

/** Characters of the exchange's message that evidence holds. */
const MESSAGE_LENGTH_MAX = 200;
/** Characters of a code; the longest known has 7. */
const CODE_LENGTH_MAX = 32;

/** Makes evidence of a fault on the way, named by `code`. */
export function faultEvidence(source: EvidenceSource, at: UnixMs, code: string): Evidence {
  return { source, at, code };
}

/**
 * Makes evidence of what the exchange said.
 *
 * @param finding - our own word for what is wrong with an answer that names no error
 */
export function answerEvidence(
  source: EvidenceSource,
  answer: Answer,
  redact: Redact,
  finding?: string,
): Evidence {
  const code = plainText(answer.code ?? '', CODE_LENGTH_MAX, redact);
  const message = plainText(answer.message ?? '', MESSAGE_LENGTH_MAX, redact);
  return {
    source,
    at: answer.timing.answeredAt,
    httpStatus: answer.httpStatus,
    ...withoutAbsent({ code: code || finding, message: message || undefined }),
  };
}
