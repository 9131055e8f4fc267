import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';
import type { Secret } from '../../application/secret.ts';
import type { UnixMs } from '../../domain/time.ts';

/** Whose calls these are; in a function the platform's own temporary ones. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: Secret;
  /** Temporary credentials count only together with it. */
  readonly sessionToken?: Secret | undefined;
}

/** One call as it is signed. The path is always `/`. */
export interface UnsignedCall {
  /** With the port where it is not the usual one. */
  readonly host: string;
  readonly contentType: string;
  /** Names the operation. */
  readonly target: string;
  readonly body: string;
}

/** What signs the calls of one service. */
export interface AwsSigner {
  /** Gives the headers that have to go with the call, names and values by turns. */
  headers(call: UnsignedCall, now: UnixMs): readonly string[];
}

/**
 * Makes a signer (Signature Version 4) for services that speak JSON over `POST /`.
 *
 * Their calls have no query and always the same headers, so most of what a general signer does
 * falls away, and the key of a day is derived once a day.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function createAwsSigner(options: {
  readonly credentials: AwsCredentials;
  readonly region: string;
  readonly service: string;
}): AwsSigner {
  const { credentials, region, service } = options;
  const token = credentials.sessionToken?.reveal();
  const names = `content-type;host;x-amz-date;${token === undefined ? '' : 'x-amz-security-token;'}x-amz-target`;
  const tokenLine = token === undefined ? '' : `x-amz-security-token:${token}\n`;
  const tokenHeader = token === undefined ? [] : ['x-amz-security-token', token];
  let derived: { readonly day: string; readonly key: KeyObject } | undefined;

  const keyOf = (day: string): KeyObject => {
    if (derived?.day === day) return derived.key;
    const root = `AWS4${credentials.secretAccessKey.reveal()}`;
    const parts = [day, region, service, 'aws4_request'];
    const bytes = parts.reduce<string | Buffer>(
      (key, part) => createHmac('sha256', key).update(part).digest(),
      root,
    );
    derived = { day, key: createSecretKey(Buffer.from(bytes)) };
    return derived.key;
  };

  return {
    headers({ host, contentType, target, body }, now) {
      const stamp = stampOf(now);
      const day = stamp.slice(0, 8);
      const scope = `${day}/${region}/${service}/aws4_request`;
      const canonical =
        `POST\n/\n\ncontent-type:${contentType}\nhost:${host}\nx-amz-date:${stamp}\n` +
        `${tokenLine}x-amz-target:${target}\n\n${names}\n${hash('sha256', body)}`;
      const text = `AWS4-HMAC-SHA256\n${stamp}\n${scope}\n${hash('sha256', canonical)}`;
      const signature = createHmac('sha256', keyOf(day)).update(text).digest('hex');
      const credential = `Credential=${credentials.accessKeyId}/${scope}`;
      const authorization = `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=${names}, Signature=${signature}`;
      return [
        ...['host', host, 'content-type', contentType, 'x-amz-target', target],
        ...['x-amz-date', stamp, ...tokenHeader, 'authorization', authorization],
      ];
    },
  };
}

/** `20261122T190000Z`. */
function stampOf(now: UnixMs): string {
  return new Date(now).toISOString().replace(/[-:]|\.\d{3}/g, '');
}
