import type { PlantedBug } from './planted-bug.ts';

const CANCEL = 'lib/domain/cancel.ts';
const EVOLVE = 'lib/domain/evolve-cancel.ts';
const CARRY_OUT = 'lib/application/cancel/cancel-order.ts';
const SEND = 'lib/application/cancel/send-cancel.ts';
const CONFIRM = 'lib/application/cancel/confirm-cancel.ts';
const REQUEST = 'lib/application/cancel/request-cancel.ts';
const BATCH = 'lib/application/cancel/cancel-batch.ts';
const REPLACE = 'lib/domain/replacement.ts';

/** Wrong versions of cancels and of orders that take the place of others. */
export const BUGS_IN_CANCELING: readonly PlantedBug[] = [
  {
    name: 'the answer to a cancel is taken for the truth',
    file: CONFIRM,
    find: 'const answer = await ask<QueryAnswer>(asking, account, {',
    replace: `const told = { kind: 'found', evidence: { source: 'cancel', at: clock.now() }, report: {
      clientOrderId: order.clientOrderId, exchangeOrderId: order.exchangeOrderId,
      symbol: order.terms.symbol, side: order.terms.side, status: 'CANCELED',
      statusText: 'CANCELED', executedQuantity: order.executedQuantity } };
    const answer = order.cancel?.status === 'ACKNOWLEDGED' ? told
      : await ask<QueryAnswer>(asking, account, {`,
    killedBy: ['wrong-verdict'],
  },
  {
    name: 'a cancel that is acknowledged is done',
    file: EVOLVE,
    find: "return 'ACKNOWLEDGED';",
    replace: "return 'DONE';",
    killedBy: ['cancel-lost', 'unresolved'],
  },
  {
    name: 'a cancel that finds nothing open has canceled the order',
    file: CONFIRM,
    find: "if (answer.kind !== 'found') return order;",
    replace: `if (answer.kind === 'not-found') {
      const report = { clientOrderId: order.clientOrderId,
        exchangeOrderId: order.exchangeOrderId, symbol: order.terms.symbol,
        side: order.terms.side, status: 'CANCELED', statusText: 'CANCELED',
        executedQuantity: order.executedQuantity };
      const { evidence } = answer;
      const decide = (known: Order) => reconcile(known, { report, evidence }, clock.now());
      return await decideAndStore(dependencies, order, { decide, now: clock.now() });
    }
    if (answer.kind !== 'found') return order;`,
    killedBy: ['wrong-verdict', 'unresolved'],
  },
  {
    name: 'the wish to cancel an order in doubt is dropped',
    file: CANCEL,
    find: 'if (isCancelPending(order)) return [];',
    replace: "if (isCancelPending(order) || order.status === 'IN_DOUBT') return [];",
    killedBy: ['cancel-lost'],
  },
  {
    name: 'the wish to cancel an order that is being sent is dropped',
    file: CANCEL,
    find: 'if (isCancelPending(order)) return [];',
    replace: "if (isCancelPending(order) || order.status === 'SENDING') return [];",
    killedBy: ['cancel-lost'],
  },
  {
    name: 'an order whose cancel is wanted ends unsent though it is in doubt',
    file: CANCEL,
    find: "const isUnsent = status === 'RECEIVED' || status === 'NEVER_PLACED';",
    replace:
      "const isUnsent = ['RECEIVED', 'NEVER_PLACED', 'IN_DOUBT', 'SENDING'].includes(status);",
    killedBy: ['bug', 'wrong-verdict'],
  },
  {
    name: 'a wish to cancel is acknowledged before it is stored',
    file: REQUEST,
    find: 'const stored = await decideAndStore(dependencies, order, { decide, now });',
    replace: `decideAndStore(dependencies, order, { decide, now }).catch(() => undefined);
  const stored = order;`,
    killedBy: ['cancel-lost'],
  },
  {
    name: 'the message of a cancel that has to wait is acknowledged',
    file: BATCH,
    find: 'await hide(dependencies, rest, handled.at);\n    return rest;',
    replace: 'return [];',
    killedBy: ['cancel-lost'],
  },
  {
    name: 'nobody asks for a cancel whose message is lost',
    file: 'lib/application/reconcile/ask-for-cancel.ts',
    find: 'await cancels.enqueue(cancelMessage(order, now));',
    replace: 'void cancels;',
    killedBy: ['cancel-lost', 'unresolved'],
  },
  {
    name: 'a cancel is sent once and never again',
    file: CANCEL,
    find: "if (cancel.status === 'REQUESTED') return { kind: 'send', exchangeOrderId };",
    replace: `if (cancel.status === 'REQUESTED') return { kind: 'send', exchangeOrderId };
  if (now > 0) return { kind: 'leave' };`,
    killedBy: ['cancel-lost', 'unresolved'],
  },
  {
    name: 'a cancel call is given up while its sender waits for the answer',
    file: CANCEL,
    find: "if (now < until) return { kind: 'wait', until: Math.min(until, now + SENDING_RECHECK_MS) };",
    replace: '',
    killedBy: ['state', 'bug'],
  },
  {
    name: 'the intent to cancel is not stored',
    file: CARRY_OUT,
    find: 'const stored = await storeChanges(dependencies, order, { events: [event], now });',
    replace: "const stored = { kind: 'stored', order, event } as const;",
    killedBy: ['no-intent'],
  },
  {
    name: 'a cancel does not look at the gate',
    file: SEND,
    find: 'const departure = await waitForDeparture(dependencies, started);',
    replace: `await clock.sleep(Math.max(0, started.slotAt - clock.now()));
  const departure = { kind: 'go', slotAt: started.slotAt };`,
    killedBy: ['closed-gate'],
  },
  {
    name: 'a cancel waits for the clock of the exchange in its slot',
    file: CARRY_OUT,
    find: 'await exchange.prepare(turn.account);',
    replace: '',
    survives:
      'orders of these worlds are too few to fill the second that a late cancel falls into; ' +
      'test/application/cancel-order.test.ts has the rule',
  },
  {
    name: 'a cancel that came too late is answered as recorded',
    file: REQUEST,
    find: "if (isFinal(stored.status)) return { kind: isOurs ? 'recorded' : 'over', order: stored };",
    replace: "if (isFinal(stored.status)) return { kind: 'recorded', order: stored };",
    killedBy: ['cancel-lost'],
  },
  {
    name: 'a cancel without an answer counts as refused',
    file: EVOLVE,
    find: "return 'IN_DOUBT';",
    replace: "return 'REFUSED';",
    killedBy: ['cancel-lost', 'unresolved'],
  },
  {
    name: 'the new order is sent before the old one is known to be over',
    file: REPLACE,
    find: "if (!isFinal(replaced.status)) return { kind: 'wait' };",
    replace: "if (!isFinal(replaced.status)) return { kind: 'send' };",
    killedBy: ['legs'],
  },
  {
    name: 'the new order is sent once the cancel is acknowledged',
    file: REPLACE,
    find: "if (!isFinal(replaced.status)) return { kind: 'wait' };",
    replace:
      "if (!isFinal(replaced.status) && replaced.cancel?.status !== 'ACKNOWLEDGED') return { kind: 'wait' };",
    killedBy: ['legs'],
  },
  {
    name: 'an order that has traded is replaced',
    file: REPLACE,
    find: "if (replaced.status === 'FILLED' || isPositiveDecimal(replaced.executedQuantity)) {",
    replace: "if (replaced.status === 'NEW' && isPositiveDecimal(replaced.executedQuantity)) {",
    killedBy: ['legs'],
  },
  {
    name: 'two orders take the place of one',
    file: REPLACE,
    find: 'if (replaced.replacedBy !== undefined && replaced.replacedBy !== clientOrderId) {',
    replace: "if (replaced.replacedBy === '') {",
    killedBy: ['legs', 'bug'],
  },
];
