import { createHmac } from 'node:crypto';
import { asUtf8, hasJsonBody, type RawRequest } from './request.ts';

/** `raw` signs the text as sent; `decoded` signs it after undoing the percent encoding. */
export type SignatureMode = 'raw' | 'decoded';

/**
 * The text which a request's signature covers: query and form body with nothing in between, both
 * without the signature itself. A JSON body is not covered.
 */
export function signedText(request: RawRequest): string {
  const body = hasJsonBody(request) ? '' : request.body;
  return withoutSignature(request.query) + withoutSignature(body);
}

/** The same text as an exchange would see it that decodes before it checks. */
export function decodedText(text: string): string {
  return asUtf8(text)
    .split(/([&=])/)
    .map((part) => decodeForm(part))
    .join('');
}

/** @param text - one character per byte, as received */
export function signatureOf(text: string, secret: string): string {
  return createHmac('sha256', secret).update(Buffer.from(text, 'latin1')).digest('hex');
}

/** Compares without regard to case, as the exchange does. */
export function isSignedBy(
  request: RawRequest,
  given: string,
  secret: string,
  mode: SignatureMode,
): boolean {
  const raw = signedText(request);
  const text = mode === 'raw' ? raw : Buffer.from(decodedText(raw), 'utf8').toString('latin1');
  return signatureOf(text, secret) === given.toLowerCase();
}

function withoutSignature(text: string): string {
  return text
    .split('&')
    .filter((part) => !part.startsWith('signature='))
    .join('&');
}

function decodeForm(part: string): string {
  try {
    return decodeURIComponent(part.replaceAll('+', ' '));
  } catch (error) {
    // Not percent-encoded after all: then it stands for itself.
    if (error instanceof URIError) return part;
    throw error;
  }
}
