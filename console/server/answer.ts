import type { ServerResponse } from 'node:http';

/** What the console's server answers. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string | Uint8Array;
}

/**
 * With every answer: nothing from elsewhere is loaded, no script stands in the page, nobody frames
 * it, and nothing is kept in a cache.
 */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'cache-control': 'no-store',
};

/** Gives JSON. */
export function jsonAnswer(status: number, value: unknown): Answer {
  return { status, contentType: 'application/json', body: JSON.stringify(value) };
}

/** Gives what is wrong, in the same form as the service does. */
export function problemAnswer(status: number, title: string, detail: string): Answer {
  const body = JSON.stringify({ type: 'about:blank', status, title, detail });
  return { status, contentType: 'application/problem+json', body };
}

/** Sends an answer, with the headers that all have. */
export function send(response: ServerResponse, { status, contentType, body }: Answer): void {
  response.writeHead(status, { ...SECURITY_HEADERS, 'content-type': contentType });
  response.end(body);
}
