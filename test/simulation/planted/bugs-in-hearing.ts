import type { PlantedBug } from './planted-bug.ts';

const SESSION = 'lib/application/stream/stream-session.ts';
const LEASE = 'lib/domain/stream-lease.ts';
const FILLS = 'lib/domain/record-fills.ts';

/** Wrong versions of fills and of what the user data stream tells. */
export const BUGS_IN_HEARING: readonly PlantedBug[] = [
  {
    name: 'a fill that is told twice is two fills',
    file: FILLS,
    find: 'if (![...known, ...found].some((one) => isSameTrade(one, fill))) found.push(fill);',
    replace: 'found.push(fill);',
    killedBy: ['bug', 'state'],
  },
  {
    name: 'one trade under two ids is two fills',
    file: 'lib/domain/fill.ts',
    find: 'return one.ticketId !== undefined && one.ticketId === other.ticketId;',
    replace: 'return false;',
    killedBy: ['state', 'bug', 'unresolved'],
  },
  {
    name: 'what was executed adds up from reports',
    file: 'lib/domain/evolve-execution.ts',
    find: 'executedQuantity: report.executedQuantity,',
    replace:
      'executedQuantity: String(Number(order.executedQuantity) + Number(report.executedQuantity)),',
    killedBy: ['state', 'bug', 'unresolved'],
  },
  {
    name: 'open orders are never asked for while a stream is live',
    file: LEASE,
    find: 'return Math.max(polledAt ?? 0, live?.since ?? 0) + STREAM_POLL_MS;',
    replace: 'return Math.max(polledAt ?? 0, live?.since ?? 0) + 1e12;',
    killedBy: ['unresolved', 'cancel-lost'],
  },
  {
    name: 'a listen key that is not renewed is kept, and open orders are never asked for',
    file: SESSION,
    find: "if (answer.kind === 'unavailable' || now - line.renewedAt > KEY_AGE_MAX_MS) await connect();",
    replace: '',
    also: [
      {
        file: LEASE,
        find: 'return Math.max(polledAt ?? 0, live?.since ?? 0) + STREAM_POLL_MS;',
        replace: 'return Math.max(polledAt ?? 0, live?.since ?? 0) + 1e12;',
      },
    ],
    killedBy: ['unresolved', 'cancel-lost'],
  },
  {
    name: 'a listen key that is not renewed is kept',
    file: SESSION,
    find: "if (answer.kind === 'unavailable' || now - line.renewedAt > KEY_AGE_MAX_MS) await connect();",
    replace: '',
    survives:
      'a stream that tells nothing any more is only a hint that is missing: open orders are asked ' +
      'for every ten minutes however live it seems; test/application/stream-orders.test.ts has the rule',
  },
  {
    name: 'no pass follows a reconnect',
    file: SESSION,
    find: 'line.isOpen = true;\n      for (const other of lines) if (other !== line) drop(other);\n      catchUpAt = clock.now();',
    replace:
      'line.isOpen = true;\n      for (const other of lines) if (other !== line) drop(other);',
    killedBy: ['unresolved', 'cancel-lost'],
  },
  {
    name: 'a listen key is asked for without a slot',
    file: SESSION,
    find: 'const answer = await askKey((context) => streams.createListenKey(context));',
    replace: `const [key] = account.keys;
    const answer = await streams.createListenKey({ site: account, key,
      recvWindowMs: dependencies.settings.recvWindowMs,
      timeoutMs: dependencies.settings.timeoutMs });`,
    killedBy: ['closed-gate', 'limited'],
  },
  {
    name: 'a late frame sets an order back',
    file: 'lib/domain/reconcile.ts',
    find: 'if (isOpen(order.status) && !isNews(order, report)) return [];',
    replace: '',
    killedBy: ['bug', 'state'],
  },
  {
    name: 'a log line names the listen key',
    file: SESSION,
    find: 'lines = [...lines.slice(-1), line];',
    replace:
      "lines = [...lines.slice(-1), line];\n    log.info('a stream is opened', { key: listenKey.reveal() });",
    killedBy: ['secret'],
  },
];
