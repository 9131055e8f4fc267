import type { PlantedBug } from './planted-bug.ts';

const START = 'lib/application/submit/start-attempt.ts';
const SEND = 'lib/application/submit/send-attempt.ts';
const DECIDE = 'lib/domain/decide.ts';
const RECEIVE = 'lib/application/receive-order.ts';

/** Wrong versions of what happens before and while an order leaves. */
export const BUGS_IN_SENDING: readonly PlantedBug[] = [
  {
    name: 'the intent is not stored',
    file: START,
    find: 'const stored = await storeChanges(dependencies, order, { events: [started], now });',
    replace: `const pending = { ...started, startedAt: now, outcome: 'pending' };
  const attempts = [...order.attempts, pending];
  const stored = { kind: 'stored', order: { ...order, attempts, status: 'SENDING' } };`,
    killedBy: ['no-intent', 'duplicate', 'bug'],
  },
  {
    name: 'a lost race for the intent is taken for won',
    file: START,
    find: "if (stored.kind === 'conflict') return { kind: 'changed', order: stored.order };",
    replace: '',
    killedBy: ['no-intent', 'duplicate', 'bug'],
  },
  {
    name: 'the intent and the request go out together',
    file: START,
    find: 'const stored = await storeChanges(dependencies, order, { events: [started], now });',
    replace: `storeChanges(dependencies, order, { events: [started], now }).catch(() => undefined);
  const pending = { ...started, startedAt: now, outcome: 'pending' };
  const attempts = [...order.attempts, pending];
  const next = { ...order, attempts, status: 'SENDING', version: order.version + 1 };
  const stored = { kind: 'stored', order: next };`,
    killedBy: ['no-intent', 'duplicate', 'bug'],
  },
  {
    name: 'the fence is where the sending ends',
    file: START,
    find: 'fenceAt: sendBy + settings.recvWindowMs + settings.clockErrorMs,',
    replace: 'fenceAt: sendBy,',
  },
  {
    name: 'an order is sent past its deadline',
    file: START,
    find: 'Math.min(latest, order.terms.validUntil);',
    replace: 'latest;',
  },
  {
    name: 'an order is shown with a fence between two milliseconds',
    file: START,
    find: 'Math.ceil(Math.max(now, slot.at) + settings.sendWithinMs);',
    replace: 'Math.max(now, slot.at) + settings.sendWithinMs;',
    killedBy: ['shape'],
  },
  {
    name: 'an unanswered request is sent again at once',
    file: SEND,
    find: 'noteUse(dependencies, { ...slot, fate: fateOf(answer) });',
    replace: `if (answer.kind === 'unknown') {
      await exchange.submit({
        site, key: session.key, clientOrderId: order.clientOrderId,
        terms: order.terms, recvWindowMs: settings.recvWindowMs, sendBy: attempt.sendBy,
        timeoutMs: settings.timeoutMs,
      });
    }`,
    killedBy: ['duplicate', 'sent-twice'],
  },
  {
    name: 'the gate is not read before a request leaves',
    file: SEND,
    find: 'const closed = await closedGate(reading ?? readGate(dependencies, session));',
    replace: 'const closed = undefined;',
    killedBy: ['closed-gate'],
  },
  {
    name: 'a gate that cannot be read counts as open',
    file: SEND,
    find: 'if (gate === undefined) {',
    replace: 'if (gate === undefined) return undefined;\n    if (gate === null) {',
    killedBy: ['closed-gate'],
  },
  {
    name: 'a slot that was missed is used late',
    file: SEND,
    find: 'if (isFresh && lateMs <= settings.slotToleranceMs) return',
    replace: 'if (isFresh) return',
    survives:
      'orders of these worlds are too few to fill the second that a late one falls into; ' +
      'test/application/metering.test.ts has the rule',
  },
  {
    name: 'an order that is being sent is sent again when its message comes back',
    file: DECIDE,
    find: "return { kind: 'conclude', events: abandonAttempt(order, now) };",
    replace: "return { kind: 'send' };",
  },
  {
    name: 'an order in doubt is sent again when its message comes back',
    file: DECIDE,
    find: "    case 'IN_DOUBT':\n",
    replace: "    case 'IN_DOUBT':\n      return { kind: 'send' };\n",
  },
  {
    name: 'an attempt is given up while its sender waits for the answer',
    file: DECIDE,
    find: "if (now < until) return { kind: 'wait', until };",
    replace: '',
    killedBy: ['state'],
  },
  {
    name: 'the kill switch is not read',
    file: DECIDE,
    find: 'if (context.halted) {',
    replace: 'if (context.halted && now < 0) {',
    killedBy: ['halted'],
  },
  {
    name: 'a request is acknowledged before it is stored',
    file: RECEIVE,
    find: '? await dependencies.orders.create(event, reviewAt(order, now, dependencies.rules))',
    replace: `? (dependencies.orders.create(event, reviewAt(order, now, dependencies.rules))
          .catch(() => undefined), { kind: 'stored', order })`,
    killedBy: ['lost', 'bug'],
  },
  {
    name: 'a request is stored and not queued',
    file: RECEIVE,
    find: 'await dependencies.queue.enqueue(orderMessage(order, account, 0));',
    replace: 'void 0;',
    killedBy: ['unresolved'],
  },
  {
    name: 'another order of the same id is taken for a repeat',
    file: RECEIVE,
    find: 'if (order.requestHash !== hash) {',
    replace: "if (order.requestHash === 'never') {",
    killedBy: ['unresolved'],
  },
  {
    name: 'a message that nobody can read comes back for ever',
    file: 'lib/application/submit/queue-record.ts',
    find: "if (parsed.kind === 'invalid') {\n",
    replace: "if (parsed.kind === 'invalid') {\n    throw new Error('unreadable');\n",
    killedBy: ['unresolved'],
  },
  {
    name: 'messages that have to come back are acknowledged',
    file: 'lib/application/submit/submit-batch.ts',
    find: 'return returned.flat().map((record) => record.messageId);',
    replace: 'return [];',
    killedBy: ['lost'],
  },
  {
    name: 'slots from before a gate closed are used',
    file: 'lib/application/submit/slot-source.ts',
    find: 'if (startedIn !== generation) {',
    replace: 'if (startedIn < 0) {',
    survives: 'the gate is read once more right before a request leaves, and by the process itself',
  },
];
