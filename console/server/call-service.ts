import { type Auth, authorizedHeaders } from '../../client/src/authorize.ts';
import { type Answer, problemAnswer } from './answer.ts';

/** One call to the service. */
export interface ServiceCall {
  readonly method: 'GET' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Calls the service's API with the caller's credentials. Never throws for what a network does. */
export type CallService = (call: ServiceCall) => Promise<Answer & { readonly body: string }>;

/** A little more than the API's own limit would be too long for a person to wait. */
const TIMEOUT_MS = 15_000;
/** A page of a hundred orders with all their history stays well below. */
const ANSWER_CHARACTERS_MAX = 12 * 1024 * 1024;

/** Makes calls of one API possible, signed as its client signs. */
export function serviceAt(apiUrl: string, auth: Auth): CallService {
  return async ({ method, path, query = {}, body: sent }) => {
    const url = new URL(`${apiUrl}${path}`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    try {
      const request = { method, url: url.href, body: sent };
      const answer = await fetch(url, {
        method,
        headers: await authorizedHeaders(auth, request, Date.now()),
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
        ...(sent === undefined ? {} : { body: sent }),
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
