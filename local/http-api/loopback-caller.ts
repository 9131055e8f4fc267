import type { GatewayRequest } from './request-event.ts';

const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * Answers whether a request comes from a program of this machine, or from a page served by it.
 *
 * Routes that need a signature in the cloud are open here; without this check any web page a
 * person visits could place orders through the browser, which does reach the loopback address.
 */
export function isLoopbackCaller({ headers }: GatewayRequest): boolean {
  const origin = headers.origin?.[0];
  const isOwnPage = origin === undefined || isLoopbackUrl(origin);
  // A foreign host name that was pointed at this machine shows in the Host header.
  return isOwnPage && isLoopbackUrl(`http://${headers.host?.[0] ?? ''}`);
}

function isLoopbackUrl(text: string): boolean {
  return URL.canParse(text) && LOOPBACK_NAMES.includes(new URL(text).hostname);
}
