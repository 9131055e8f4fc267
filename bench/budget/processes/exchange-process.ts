// The exchange of one run: the HashKey simulator, behind a way with a tail where the run wants one.

import * as z from 'zod/mini';
import { startSimulator } from '../../../simulator/start.ts';
import { seededRandom } from '../seeded-random.ts';
import { answerCalls } from './answer-calls.ts';
import { lateRequests } from './late-requests.ts';
import { startTcpProxy } from './tcp-proxy.ts';

const keySchema = z.object({ apiKey: z.string(), apiSecret: z.string() });
const startSchema = z.object({
  latencyMs: z.number(),
  jitterMs: z.number(),
  suspensionMs: z.number(),
  seed: z.number(),
  ordersPerSecond: z.number(),
  accountId: z.string(),
  orders: z.number(),
  keys: z.array(keySchema),
  tail: z.optional(z.object({ oneIn: z.number(), lateByMs: z.number() })),
});

/** The simulator spreads its jitter over both ways; ours is the spread of the way there alone. */
const WAYS = 2;

answerCalls({
  async start(input) {
    const { accountId, keys, tail, orders, ...settings } = z.parse(startSchema, input);
    const simulator = await startSimulator({
      ...settings,
      jitterMs: settings.jitterMs * WAYS,
      port: 0,
      site: 'GLOBAL',
      accounts: { [accountId]: { site: 'GLOBAL', keys } },
    });
    if (tail === undefined) return { url: simulator.url, adminUrl: simulator.url };
    const isLate = lateRequests(tail.oneIn, seededRandom(settings.seed), orders);
    const proxy = await startTcpProxy(simulator.port, () => (isLate() ? tail.lateByMs : 0));
    return { url: `http://127.0.0.1:${proxy.port}`, adminUrl: simulator.url };
  },
});
