import { STATUS_CODES } from 'node:http';
import type { Refusal } from '../exchange/refusals.ts';

export type Answer = {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
};

const JSON_TYPE = 'application/json';

export function jsonAnswer(body: unknown, status = 200): Answer {
  return { status, contentType: JSON_TYPE, text: JSON.stringify(body) };
}

/** For bodies with numbers that no JavaScript number can hold. */
export function exactAnswer(text: string): Answer {
  return { status: 200, contentType: JSON_TYPE, text };
}

export function errorAnswer(status: number, code: string | number, msg: string): Answer {
  return jsonAnswer({ code, msg }, status);
}

/** Business errors: HTTP 400 with a string code. */
export const refusalAnswer = ({ code, msg }: Refusal): Answer => errorAnswer(400, code, msg);

/** What the edge in front of the exchange answers by itself. */
export function htmlAnswer(status: number, contentType = 'text/html'): Answer {
  const title = `${status} ${STATUS_CODES[status] ?? ''}`.trim();
  const text =
    `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n` +
    `<center><h1>${title}</h1></center>\r\n<hr><center>openresty</center>\r\n</body>\r\n</html>\r\n`;
  return { status, contentType, text };
}

/** Refusals of the rate limit come with any body or none: only their status says anything. */
export function penaltyAnswer(status: 429 | 418, count: number): Answer {
  const forms = [
    { status, contentType: 'text/plain', text: '' },
    htmlAnswer(status),
    errorAnswer(status, '0003', 'Rate limit exceeded'),
  ] as const;
  return forms[count % forms.length] ?? forms[0];
}
