/** Until a connection stands, in milliseconds; inside a region it takes about one. */
const CONNECTION_TIMEOUT_MS = 1_000;
/** Until a whole answer is there, in milliseconds; usual answers take under 50. */
const REQUEST_TIMEOUT_MS = 3_000;
/** The first try and two more: with the time limits above a call ends within about 10 s. */
const ATTEMPTS_MAX = 3;
/** Connections kept open at once; more callers wait. */
const CONNECTIONS_MAX = 50;

/**
 * The time limits and bounded retries of every AWS client: `new DynamoDBClient(clientSettings)`.
 *
 * The SDK's own defaults wait for an answer without any limit, which would hold an invocation, and
 * the orders behind it, until the function itself is ended.
 */
export const clientSettings = {
  maxAttempts: ATTEMPTS_MAX,
  retryMode: 'standard',
  requestHandler: {
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    throwOnRequestTimeout: true,
    httpAgent: { keepAlive: true, maxSockets: CONNECTIONS_MAX },
    httpsAgent: { keepAlive: true, maxSockets: CONNECTIONS_MAX },
  },
} as const;
