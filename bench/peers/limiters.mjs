// Each library as its own documentation recommends for ten calls a second: a function that runs
// work when the library allows it.

import { setTimeout as pause } from 'node:timers/promises';
import { DynamoDB } from '@aws-sdk/client-dynamodb';
import Bottleneck from 'bottleneck';
import { RateLimiter } from 'limiter';
import PQueue from 'p-queue';
import pThrottle from 'p-throttle';
import { RateLimiterDynamo, RateLimiterMemory, RateLimiterQueue } from 'rate-limiter-flexible';

const PER_SECOND = 10;
const SECOND_MS = 1_000;

/** @type {Record<string, (place: {storeUrl?: string, key: string}) => Promise<(work: () => Promise<unknown>) => Promise<unknown>>>} */
export const LIMITERS = {
  /** README, "Step 1 of 3": requests per second by `minTime`. */
  bottleneck: async () => {
    const limiter = new Bottleneck({ minTime: SECOND_MS / PER_SECOND });
    return (work) => limiter.schedule(work);
  },
  /** README, "Reservoir Intervals": for bursts every time a quota resets. */
  'bottleneck (reservoir)': async () => {
    const limiter = new Bottleneck({
      reservoir: PER_SECOND,
      reservoirRefreshAmount: PER_SECOND,
      reservoirRefreshInterval: SECOND_MS,
    });
    return (work) => limiter.schedule(work);
  },
  'p-throttle': async () => pThrottle({ limit: PER_SECOND, interval: SECOND_MS })((work) => work()),
  /** `strict`: "ensuring the limit is not exceeded for any interval". */
  'p-throttle (strict)': async () =>
    pThrottle({ limit: PER_SECOND, interval: SECOND_MS, strict: true })((work) => work()),
  'p-queue': async () => {
    const queue = new PQueue({ intervalCap: PER_SECOND, interval: SECOND_MS });
    return (work) => queue.add(work);
  },
  /** `strict`: "use it when an API enforces strict rate limits". */
  'p-queue (strict)': async () => {
    const queue = new PQueue({ intervalCap: PER_SECOND, interval: SECOND_MS, strict: true });
    return (work) => queue.add(work);
  },
  limiter: async () => {
    const limiter = new RateLimiter({ tokensPerInterval: PER_SECOND, interval: 'second' });
    return async (work) => {
      await limiter.removeTokens(1);
      return work();
    };
  },
  'rate-limiter-flexible': async () =>
    queued(new RateLimiterMemory({ points: PER_SECOND, duration: 1 })),
  /** The only one that processes share: a counter in the same store that ours uses. */
  'rate-limiter-flexible (DynamoDB)': async ({ storeUrl, key }) => {
    const storeClient = new DynamoDB({
      endpoint: storeUrl,
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    const options = { storeClient, points: PER_SECOND, duration: 1, keyPrefix: key };
    const table = { tableName: 'limits', tableCreated: true, ttlSet: true };
    return queued(new RateLimiterDynamo({ ...options, ...table }));
  },
  /** No library: one request at a time, a tenth of a second apart. */
  'one by one, sleep(100)': async () => {
    let before = Promise.resolve();
    return (work) => {
      const done = before.then(work);
      before = done.then(() => pause(SECOND_MS / PER_SECOND));
      return done;
    };
  },
};

function queued(rateLimiter) {
  const queue = new RateLimiterQueue(rateLimiter);
  return async (work) => {
    await queue.removeTokens(1);
    return work();
  };
}
