import type { ApiKey } from '../exchange/accounts.ts';
import { missingField, REFUSED, type Refusal } from '../exchange/refusals.ts';
import type { SignedEndpoint } from './endpoints.ts';
import type { RawRequest } from './request.ts';
import { decodedText, isSignedBy, type SignatureMode, signedText } from './signature.ts';
import { RECEIVE_WINDOW_MAX_MS, timeRefusal } from './time-rule.ts';

export type AuthRules = {
  readonly signatureMode: SignatureMode;
  readonly signatureCode: '0001' | '0002';
  /** Whether a byte-identical signed request is refused the second time. */
  readonly refuseReplays: boolean;
};

export type KeyRing = ReadonlyMap<string, ApiKey>;

/** The site's header and that of the newer platform edition; both are accepted everywhere. */
const KEY_HEADERS = ['x-hk-apikey', 'x-apikey'] as const;

export function keyOf(request: RawRequest, keys: KeyRing): ApiKey | undefined {
  const given = KEY_HEADERS.map((name) => request.header(name)).find((value) => value);
  return given === undefined ? undefined : keys.get(given);
}

export type Authenticator = (
  request: RawRequest,
  parameters: ReadonlyMap<string, string>,
  asked: { readonly key: ApiKey; readonly endpoint: SignedEndpoint; readonly now: number },
) => Refusal | undefined;

/** Makes the check of key, time and signature, in that order. */
export function authenticator(rules: AuthRules, warn: (text: string) => void): Authenticator {
  const replays = replayGuard();
  return (request, parameters, { key, endpoint, now }) => {
    if (key.revoked) return REFUSED.apiKey;
    if (key.ipRefused) return REFUSED.ip;
    if (key.readOnly && endpoint.trades) return REFUSED.permission;
    const signature = parameters.get('signature');
    if (endpoint.security === 'key' && signature === undefined) return undefined;

    const late = timeRefusal(parameters.get('timestamp'), parameters.get('recvWindow'), now);
    if (late) return late;
    if (!signature) return missingField('signature');
    warnOfEncoding(request, warn);
    if (!isSignedBy(request, signature, key.apiSecret, rules.signatureMode)) {
      return rules.signatureCode === '0001' ? REFUSED.signature : REFUSED.signatureOther;
    }
    const isReplay = rules.refuseReplays && replays(`${key.label} ${signature}`, now);
    return isReplay ? REFUSED.replay : undefined;
  };
}

function warnOfEncoding(request: RawRequest, warn: (text: string) => void): void {
  const raw = signedText(request);
  if (Buffer.from(raw, 'latin1').toString('utf8') === decodedText(raw)) return;
  warn(
    `A signed text for ${request.path} changes when it is decoded: the real exchange may ` +
      'compute another signature. Use only A-Z a-z 0-9 - _ . in signed values.',
  );
}

/** Remembers signatures for as long as their requests could still be admitted. */
function replayGuard(): (signature: string, now: number) => boolean {
  const seen = new Map<string, number>();
  const keepMs = 2 * RECEIVE_WINDOW_MAX_MS;
  return (signature, now) => {
    for (const [old, at] of seen) {
      if (at >= now - keepMs) break;
      seen.delete(old);
    }
    const isReplay = seen.has(signature);
    seen.set(signature, now);
    return isReplay;
  };
}
