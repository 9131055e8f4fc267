/**
 * Calls `expire` once after so many milliseconds of real time, whatever clock is injected: a socket
 * does not wait for a test's clock.
 *
 * @returns what ends the limit before
 */
export function timeLimit(ms: number, expire: () => void): () => void {
  const timer = setTimeout(expire, Math.max(0, Math.ceil(ms)));
  return () => clearTimeout(timer);
}
