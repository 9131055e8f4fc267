import { timingSafeEqual } from 'node:crypto';

/** What the guard looks at of a request. */
export interface GuardedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** Where the page lives, and the secret that only its own script knows. */
export interface GuardSettings {
  readonly port: number;
  readonly token: string;
}

/** Why a request is refused; undefined lets it pass. */
export type Refusal = { readonly status: 401 | 403; readonly detail: string } | undefined;

/** The header in which the page's script shows the token. */
export const TOKEN_HEADER = 'x-console-token';

const READING = ['GET', 'HEAD'];

/**
 * Decides whether a request may reach the service with the caller's credentials.
 *
 * Other pages in the same browser reach the loopback address as well. What keeps them out:
 * the Host header has to be ours (a foreign name that was pointed at this machine is not), the
 * Origin, where there is one, has to be this page's and is required for changes, and everything
 * but the page's own files needs the token, in a header that no other origin may set.
 */
export function refusalOf(request: GuardedRequest, settings: GuardSettings): Refusal {
  const { method, path, headers } = request;
  const hosts = [`127.0.0.1:${settings.port}`, `localhost:${settings.port}`];
  const { host = '', origin, 'sec-fetch-site': site } = headers;
  if (!hosts.includes(host)) {
    return { status: 403, detail: 'The console answers to 127.0.0.1 and localhost only.' };
  }
  const isApi = path.startsWith('/api/');
  const isReading = READING.includes(method);
  if (origin === undefined ? isApi && !isReading : origin !== `http://${host}`) {
    return { status: 403, detail: 'The request comes from another page.' };
  }
  // Links from elsewhere may open the page itself, and nothing else.
  if (isApi && site !== undefined && site !== 'same-origin') {
    return { status: 403, detail: 'The request comes from another page.' };
  }
  if (isApi && !sameText(headers[TOKEN_HEADER] ?? '', settings.token)) {
    const detail = 'Open the address that the console printed when it started, and reload.';
    return { status: 401, detail };
  }
  return undefined;
}

/** Compares without telling by its time how much was right. */
function sameText(one: string, two: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(two)];
  return left.length === right.length && timingSafeEqual(left, right);
}
