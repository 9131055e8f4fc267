import { authorizedHeaders } from '../../client/src/authorize.ts';
import { ACCOUNT_ID, type Emulator, REGION, SECRET_KEY } from './emulator.ts';

/** An answer of the deployed API. */
export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** One request to the deployed API. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Ways to the deployed API: as a caller with IAM, or as anybody. */
export interface Api {
  /** Where any program of this machine reaches it. */
  readonly url: string;
  signed(call: Call): Promise<Answer>;
  unsigned(call: Call): Promise<Answer>;
}

const TIMEOUT_MS = 60_000;

/**
 * Talks to the API that the deployment put out. Its name is in the host, which no resolver here
 * knows; the emulator takes it in the path, too.
 */
export function apiAt(emulator: Emulator, apiUrl: string): Api {
  const [id] = apiUrl.replace(/^https?:\/\//, '').split('.');
  const url = `${emulator.url}/_aws/execute-api/${id}`;
  const credentials = async () => ({ accessKeyId: ACCOUNT_ID, secretAccessKey: SECRET_KEY });
  const auth = { kind: 'iam', region: REGION, credentials } as const;
  const send = async ({ method, path, body }: Call, headers: Readonly<Record<string, string>>) => {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const sent = body === undefined ? {} : { body };
    const answer = await fetch(`${url}${path}`, { method, headers, signal, ...sent });
    return { status: answer.status, text: await answer.text() };
  };
  return {
    url,
    unsigned: (call) => send(call, { 'content-type': 'application/json', ...call.headers }),
    async signed(call) {
      const { method, path, body } = call;
      const request = { method, url: `${url}${path}`, body };
      return send(call, await authorizedHeaders(auth, request, Date.now()));
    },
  };
}
