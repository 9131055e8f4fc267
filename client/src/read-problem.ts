import type { ApiProblem, FieldError } from './errors.ts';

/** Characters of a text that is no problem document, as far as it goes into an error. */
const TEXT_SHOWN_MAX = 200;

/** Reads what an answer that is no success says: the service's own words, a gateway's, or a text. */
export function problemOf(status: number, text: string): ApiProblem {
  const body = objectIn(text);
  if (body === undefined) {
    const shown = text.trim().slice(0, TEXT_SHOWN_MAX);
    return { status, title: 'without a reason', errors: [], ...(shown && { detail: shown }) };
  }
  const title = textIn(body, 'title');
  const detail = textIn(body, 'detail') ?? textIn(body, 'message');
  const requestHash = textIn(body, 'requestHash');
  return {
    status,
    title: title ?? 'from the gateway',
    ...(detail !== undefined && { detail }),
    errors: Array.isArray(body.errors) ? body.errors.filter(isFieldError) : [],
    ...(requestHash !== undefined && { requestHash }),
  };
}

function objectIn(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Says whether a value is a JSON object. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textIn(body: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = body[name];
  return typeof value === 'string' ? value : undefined;
}

function isFieldError(value: unknown): value is FieldError {
  return isObject(value) && typeof value.field === 'string' && typeof value.message === 'string';
}
