import type { Answer } from './answer.ts';
import { problemAnswer } from './answer.ts';
import type { ServiceCall, Sign } from './sign-call.ts';

/** Calls the service's API with the caller's credentials. Never throws for what a network does. */
export type CallService = (call: ServiceCall) => Promise<Answer & { readonly body: string }>;

/** A little more than the API's own limit would be too long for a person to wait. */
const TIMEOUT_MS = 15_000;
/** A page of a hundred orders with all their history stays well below. */
const ANSWER_CHARACTERS_MAX = 12 * 1024 * 1024;

/** Makes calls of one API possible. */
export function serviceAt(apiUrl: string, sign: Sign): CallService {
  return async (call) => {
    const url = new URL(`${apiUrl}${call.path}`);
    for (const [name, value] of Object.entries(call.query ?? {})) url.searchParams.set(name, value);
    try {
      const headers = await sign(call, url);
      const answer = await fetch(url, {
        method: call.method,
        headers,
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
        ...(call.body === undefined ? {} : { body: call.body }),
      });
      const body = await answer.text();
      if (body.length > ANSWER_CHARACTERS_MAX) return tooLarge(url);
      const contentType = answer.headers.get('content-type') ?? 'application/json';
      return { status: answer.status, contentType, body };
    } catch (error) {
      return away(url, error);
    }
  };
}

function away(url: URL, error: unknown) {
  const why = error instanceof Error ? reasonOf(error) : 'the call failed';
  const detail = `${url.origin} does not answer: ${why}. The console goes on asking.`;
  return text(problemAnswer(502, 'The API is away', detail));
}

function tooLarge(url: URL) {
  const detail = `${url.origin} sent more than the console reads at once.`;
  return text(problemAnswer(502, 'The answer is too large', detail));
}

/** Credentials that are missing and connections that fail say why in different places. */
function reasonOf(error: Error): string {
  if (error.name === 'TimeoutError') return 'no answer in time';
  const { cause } = error;
  if (cause instanceof Error && 'code' in cause) return String(cause.code);
  if (error.name === 'CredentialsProviderError') return 'no AWS credentials were found';
  return error.name;
}

function text({ body, ...answer }: Answer) {
  return { ...answer, body: String(body) };
}
