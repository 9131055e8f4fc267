import { AwsV4Signer } from 'aws4fetch';
import { Webhook } from 'standardwebhooks';

/** What AWS signs requests with. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** How a client proves who it is. */
export type Auth =
  /** The local stack on loopback asks for nothing. */
  | { readonly kind: 'none' }
  | {
      readonly kind: 'iam';
      readonly region: string;
      /** Asked before each attempt, so that credentials may change. */
      readonly credentials: () => Promise<AwsCredentials>;
    }
  /** A producer of signed webhooks; it can submit and cancel, nothing else. */
  | { readonly kind: 'webhook'; readonly producerId: string; readonly secret: string };

/** One request before it is signed. */
export interface PlainRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly body?: string | undefined;
  /** Of a webhook: the same for every attempt of the same delivery. */
  readonly webhookId?: string | undefined;
}

/** Gives the headers of one attempt, signed as of now. */
export async function authorizedHeaders(
  auth: Auth,
  request: PlainRequest,
  now: number,
): Promise<Record<string, string>> {
  const plain: Record<string, string> = {
    accept: 'application/json',
    ...(request.body !== undefined && { 'content-type': 'application/json' }),
  };
  switch (auth.kind) {
    case 'none':
      return plain;
    case 'webhook':
      return request.webhookId === undefined
        ? plain
        : { ...plain, ...webhookHeaders(auth.secret, request.webhookId, request.body ?? '', now) };
    case 'iam':
      return signedForAws(await auth.credentials(), auth.region, request, plain, now);
  }
}

/** Gives the Standard Webhooks headers of a body. */
function webhookHeaders(secret: string, id: string, body: string, now: number) {
  const at = new Date(now);
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': new Webhook(secret).sign(id, at, body),
  };
}

async function signedForAws(
  { accessKeyId, secretAccessKey, sessionToken }: AwsCredentials,
  region: string,
  { method, url, body }: PlainRequest,
  plain: Readonly<Record<string, string>>,
  now: number,
): Promise<Record<string, string>> {
  const signer = new AwsV4Signer({
    method,
    url,
    headers: plain,
    ...(body !== undefined && { body }),
    service: 'execute-api',
    region,
    accessKeyId,
    secretAccessKey,
    ...(sessionToken !== undefined && { sessionToken }),
    datetime: new Date(now).toISOString().replace(/[:-]|\.\d{3}/g, ''),
  });
  const { headers } = await signer.sign();
  return Object.fromEntries(headers);
}
