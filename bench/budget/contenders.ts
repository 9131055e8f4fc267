import { runOurs } from './ours/run-ours.ts';
import { runPeer } from './run-peer.ts';
import type { Contender } from './work.ts';

/** Our side: the submitting code of the order service over its DynamoDB adapters. */
export const OURS: Contender = { name: 'ours', run: runOurs };

const LIBRARIES: readonly string[] = [
  'ccxt',
  'bottleneck',
  'bottleneck (reservoir)',
  'p-throttle',
  'p-throttle (strict)',
  'p-queue',
  'p-queue (strict)',
  'limiter',
  'rate-limiter-flexible',
  'rate-limiter-flexible (DynamoDB)',
  'one by one, sleep(100)',
];

/** One bare request an order with the store calls that no order of ours goes without. */
export const FLOOR: Contender = {
  name: 'p-throttle and the needed store calls',
  run: (work, place) => runPeer(FLOOR.name, work, place, { usesStore: true }),
};

/** The libraries, each used as its documentation recommends for ten calls a second. */
export const PEERS: readonly Contender[] = LIBRARIES.map((name) => ({
  name,
  run: (work, place) => runPeer(name, work, place, { usesStore: name.endsWith('(DynamoDB)') }),
}));
