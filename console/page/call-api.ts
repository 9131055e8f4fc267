/** What went wrong with a call, for a person. */
export interface Problem {
  /** 0 when the console's own server did not answer. */
  readonly status: number;
  readonly title: string;
  readonly detail: string;
}

/** How a call ended. */
export type Called<Value> =
  | { readonly kind: 'ok'; readonly value: Value }
  | { readonly kind: 'problem'; readonly problem: Problem };

const TOKEN_KEY = 'console-token';

/**
 * Finds the secret of this session: in the page, or behind `#` of the address that was printed,
 * from where it is taken away at once. It is kept for reloads of this tab.
 */
function findToken(): string {
  const inPage = document.querySelector<HTMLMetaElement>('meta[name="console-token"]')?.content;
  if (inPage !== undefined) return inPage;
  const behind = location.hash.slice(1);
  if (/^[\w-]{40,}$/.test(behind)) {
    sessionStorage.setItem(TOKEN_KEY, behind);
    history.replaceState(null, '', '/#/');
  }
  return sessionStorage.getItem(TOKEN_KEY) ?? '';
}

const token = findToken();

/** Fetches from the console's server, with the secret that only this page has. */
export function fetchApi(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`/api${path}`, { ...init, headers: { 'x-console-token': token } });
}

/**
 * Calls the console's server, which answers with parsed JSON or a problem. Never throws.
 *
 * @typeParam Value - what the server promises for this path
 */
export async function callApi<Value>(path: string, init?: RequestInit): Promise<Called<Value>> {
  try {
    const answer = await fetchApi(path, init);
    const body = await answer.json();
    return answer.ok ? { kind: 'ok', value: body } : { kind: 'problem', problem: body };
  } catch {
    const title = 'The console is away';
    const detail = 'Its program does not answer. Start it again, then reload this page.';
    return { kind: 'problem', problem: { status: 0, title, detail } };
  }
}
