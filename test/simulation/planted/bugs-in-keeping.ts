import type { PlantedBug } from './planted-bug.ts';

const FOLLOW_UP = 'lib/application/submit/follow-up.ts';
const ASK = 'lib/application/reconcile/ask.ts';
const QUERY_SLOT = 'lib/application/reconcile/query-slot.ts';
const WINDOW = 'lib/domain/request-window.ts';
const GATE = 'lib/domain/gate.ts';
const STORE = 'lib/adapters/memory/order-store.ts';
const PUBLISH = 'lib/application/publish-events.ts';

/** Wrong versions of gates, budgets, the store and events. */
export const BUGS_IN_KEEPING: readonly PlantedBug[] = [
  {
    name: 'a 429 does not close the gate',
    file: FOLLOW_UP,
    find: 'await close(dependencies, context, {\n        until,',
    replace: '(() => undefined)({\n        until,',
    killedBy: ['closed-gate', 'banned'],
  },
  {
    name: 'a ban does not close the gate',
    file: FOLLOW_UP,
    find: "await close(dependencies, context, { until: 'operator', reason: 'banned' });",
    replace: '',
    killedBy: ['closed-gate', 'banned'],
  },
  {
    name: 'a question that is throttled does not close the gate',
    file: ASK,
    find: "await budget.closeGate({ gate: { keyId: key.keyId }, until, reason: 'throttled', now });",
    replace: '',
    killedBy: ['closed-gate', 'banned'],
  },
  {
    name: 'the gate closes for ten seconds',
    file: 'lib/application/settings.ts',
    find: 'const SUSPENSION_MS = MINUTE_MS + 2 * SECOND_MS;',
    replace: 'const SUSPENSION_MS = 10 * SECOND_MS;',
    killedBy: ['closed-gate', 'banned'],
  },
  {
    name: 'questions do not read the gate right before they leave',
    file: QUERY_SLOT,
    find: 'if (isShut(gate) || isRefused) {',
    replace: 'if (isRefused) {',
    survives:
      'a slot lies a second ahead at most and the gate is read when it is taken; what is heard in ' +
      'that second this process remembers: test/application/asking.test.ts has the rule',
  },
  {
    name: 'a question is asked after its slot',
    file: QUERY_SLOT,
    find: 'if (isFresh && clock.now() - at <= SLOT_TOLERANCE_MS) return taken;',
    replace: 'if (isFresh) return taken;',
    survives:
      'questions go by answers alone, so that one that leaves late costs time and no refusal; the ' +
      'rule is for the budget of an address, which goes by bounds',
  },
  {
    name: 'questions of other processes are taken to arrive in their slots',
    file: 'lib/domain/told-window.ts',
    find: 'const arrivesBy = entry.arrivesBy + (isOwn ? 0 : clockErrorMs);',
    replace: 'const arrivesBy = isOwn ? entry.arrivesBy : entry.slotAt;',
    killedBy: ['limited', 'banned', 'closed-gate'],
  },
  {
    name: 'a question waits for the clock of the exchange in its slot',
    file: ASK,
    find: 'await exchange.prepare(account);',
    replace: '',
    survives:
      'questions go by answers alone, so that one that leaves late costs time and no refusal',
  },
  {
    name: 'a call in its slot waits for a clock that cannot be read',
    file: 'lib/adapters/hashkey/signed-calls.ts',
    find: 'serverClock.readiness(',
    replace: 'serverClock.prepare(',
    survives:
      'it takes a pause that ends between slot and request: seen in 2 of 3,000 worlds, so not ' +
      'hunted here; test/adapters/hashkey/server-clock.test.ts has the rule',
  },
  {
    name: 'slots follow each other without regard to the limit',
    file: WINDOW,
    find: 'return Math.max(newest.slotAt + minGapMs, ...free);',
    replace: 'return newest.slotAt + minGapMs;',
    killedBy: ['limited', 'banned'],
  },
  {
    name: 'a second has 900 milliseconds',
    file: WINDOW,
    find: 'return Math.ceil(arrivedAt + heldMs + SECOND_MS);',
    replace: 'return Math.ceil(arrivedAt + heldMs + 900);',
    killedBy: ['limited', 'banned'],
  },
  {
    name: 'a heavy question weighs as much as a light one',
    file: WINDOW,
    find: 'const heldMs = Math.ceil((weight / limitPerSecond - 1) * SECOND_MS);',
    replace: 'const heldMs = 0;',
    survives:
      'the exchange of these worlds, as the simulator, takes a call heavier than its limit into ' +
      'an empty second; test/promises/i5-closed-gate has the rule for an exchange that does not',
  },
  {
    name: 'a gate that reopens lets everybody through',
    file: GATE,
    find: "return { kind: 'probe' };",
    replace: "return { kind: 'open' };",
    killedBy: ['closed-gate'],
  },
  {
    name: 'closing a gate shortens a longer closing',
    file: GATE,
    find: 'if (shut && !lastsLonger(closing.until, known.until)) {',
    replace: 'if (shut && closing.until === known.until) {',
    survives:
      'nothing closes a gate for a shorter time than a 429 while one holds: after it nothing ' +
      'leaves that could go unanswered; test/domain/gate.test.ts has the rule',
  },
  {
    name: 'the gate of the address is not looked at',
    file: GATE,
    find: 'const closed = closedOf(passageWithSlot(key, now), passageWithSlot(egress, now));',
    replace: "const closed = closedOf(passageWithSlot(key, now), { kind: 'open' });",
    survives:
      'the reservation looks at it too; only a request that has its slot when the ban is heard ' +
      'of would leave, within a second; test/contracts/rate-budget-contract.ts has the rule',
  },
  {
    name: 'versions are not compared',
    file: STORE,
    find: 'if (current.version === order.version) {',
    replace: 'if (current.version >= order.version) {',
    killedBy: ['event', 'state', 'duplicate', 'no-intent', 'sent-twice'],
  },
  {
    name: 'a new order replaces the one that is there',
    file: STORE,
    find: "if (taken !== undefined) return { kind: 'conflict', order: taken.order };",
    replace: '',
    killedBy: ['event', 'duplicate', 'state'],
  },
  {
    name: 'what the bus did not take is passed over',
    file: PUBLISH,
    find: 'return pending[Math.min(published, queued)]?.from;',
    replace: 'return undefined;',
    killedBy: ['event'],
  },
  {
    name: 'a write publishes its newest change only',
    file: PUBLISH,
    find: 'return entries.map((entry) => ({',
    replace: 'return entries.slice(-1).map((entry) => ({',
    killedBy: ['event'],
  },
  {
    name: 'a log line names the secret of the key',
    file: FOLLOW_UP,
    find: "log.error('a gate is closed', { keyId,",
    replace: "log.error('a gate is closed', { keyId: context.session.key.apiSecret.reveal(),",
    killedBy: ['secret'],
  },
  {
    name: 'a loser of a race stores nothing and does not decide again',
    file: 'lib/application/store-changes.ts',
    find: 'const DECISIONS_MAX = 5;',
    replace: 'const DECISIONS_MAX = 1;',
    survives:
      'whoever lost throws, and the message, the sweep or the next look finds the newer order: ' +
      'slower, never wrong',
  },
];
