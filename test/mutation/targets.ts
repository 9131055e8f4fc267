type Target = readonly [file: string, tests: readonly string[]];

const inDomain = (name: string): string => `test/domain/${name}.test.ts`;
const domain = (name: string, tests: readonly string[]): Target => [
  `lib/domain/${name}.ts`,
  tests.map(inDomain),
];
const hashkey = (name: string, tests: readonly string[]): Target => [
  `lib/adapters/hashkey/${name}.ts`,
  tests.map((test) => `test/adapters/hashkey/${test}.test.ts`),
];

/**
 * What is mutated, and which tests have to notice: the quick ones that say what the file does. That
 * some world of a simulation would go wrong as well is no reason to do without them.
 */
export const TARGETS: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  domain('absence', ['absence-times', 'absence']),
  domain('cancel', ['cancel', 'evolve']),
  domain('check-instrument', ['check-instrument']),
  domain('decide', ['decide', 'cancel']),
  domain('decimal', ['decimal']),
  domain('delivery-schedule', ['delivery-schedule']),
  domain('delay-estimate', ['delay-estimate']),
  domain('egress-budget', ['key-budget']),
  domain('exceeded', ['reconcile', 'fills']),
  domain('evolve', ['evolved-orders', 'evolved-cancels', 'recorded-fills', 'evolve']),
  domain('evolve-cancel', ['evolved-cancels', 'cancel']),
  domain('evolve-execution', ['evolved-orders', 'evolve']),
  domain('evolve-fills', ['evolved-orders', 'fills', 'recorded-fills', 'evolve']),
  ['lib/domain/execution-report.ts', ['test/adapters/hashkey/classified.test.ts']],
  domain('external-order', ['external-order']),
  domain('fill', ['fill', 'fills']),
  domain('foreign-use', ['foreign-use', 'key-closing']),
  domain('gate', ['gate', 'told-calls', 'key-budget']),
  domain('history', ['evolved-orders', 'evolve']),
  domain('invariant', ['invariant']),
  domain('key-budget', ['shared-key', 'told-calls', 'key-budget']),
  domain('key-closing', ['key-closing']),
  domain('live-calls', ['live-calls', 'delay-estimate']),
  domain('missing', ['absence']),
  domain('order', ['evolved-cancels', 'decide', 'evolve', 'cancel', 'reconcile']),
  domain('order-terms', ['order-terms']),
  domain('plan-looks', ['plan-looks']),
  domain('reconcile', ['reconcile', 'adopted-reports', 'cancel']),
  domain('record-fills', ['recorded-fills', 'fills']),
  domain('replacement', ['replacement']),
  domain('reported-status', ['reconcile', 'evolve']),
  domain('request-window', ['slot-plan', 'request-window']),
  domain('review-schedule', ['review-times', 'review-schedule']),
  domain('settle-attempt', ['settle-attempt', 'submit-outcome', 'evolved-orders']),
  domain('slot-gap', ['slot-gap']),
  domain('stream-lease', ['stream-lease']),
  domain('submit-outcome', ['submit-outcome', 'cancel']),
  domain('tell-calls', ['told-calls']),
  domain('told-window', ['told-calls']),
  domain('time', ['review-times', 'stream-lease', 'foreign-use']),
  hashkey('outcomes', ['outcomes', 'classified']),
  hashkey('answer', ['classified', 'outcomes']),
  hashkey('classify', ['classified', 'outcomes']),
  hashkey('classify-submit', ['classified', 'outcomes']),
  hashkey('cancel-order', ['classified']),
  hashkey('evidence', ['classified', 'outcomes']),
  hashkey('mapping', ['mapping', 'classified']),
  ['lib/application/reconcile/account-memory.ts', ['test/application/account-memory.test.ts']],
  ['lib/application/reconcile/patience.ts', ['test/application/patience.test.ts']],
  ['lib/application/reconcile/round.ts', ['test/application/account-memory.test.ts']],
  ['lib/application/meter-budget.ts', ['test/application/meter-budget.test.ts']],
]);

/** Types alone: nothing to change. */
export const ONLY_TYPES: readonly string[] = ['events', 'instrument'].map(
  (name) => `lib/domain/${name}.ts`,
);
