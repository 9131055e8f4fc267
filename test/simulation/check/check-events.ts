import type { HistoryIndex } from './history-index.ts';
import type { Violation } from './violation.ts';

/** I7: one event for each change, numbered without a gap, published at least once and in order. */
export function checkEvents(index: HistoryIndex): readonly Violation[] {
  return [...unevenWrites(index), ...unevenEvents(index)];
}

function unevenWrites(index: HistoryIndex): readonly Violation[] {
  return [...index.writes].flatMap(([clientOrderId, writes]) =>
    writes.flatMap((write, position): readonly Violation[] => {
      const before = writes[position - 1]?.order.version ?? 0;
      const after = before + write.events.length;
      if (write.previousVersion === before && write.order.version === after) return [];
      const text = `${clientOrderId} goes from version ${before} to ${write.order.version}`;
      return [{ kind: 'event', text, at: write.index, clientOrderId }];
    }),
  );
}

function unevenEvents(index: HistoryIndex): readonly Violation[] {
  const found: Violation[] = [];
  const contents = new Map<string, string>();
  const reached = new Map<string, number>();
  for (const { event, index: at } of index.of('published')) {
    const content = JSON.stringify(event);
    const known = contents.get(event.id);
    if (known !== undefined) {
      if (known !== content) found.push({ kind: 'event', text: `${event.id} says two things`, at });
      continue;
    }
    contents.set(event.id, content);
    const sequence = Number(event.data.sequence);
    const expected = (reached.get(event.orderId) ?? 0) + 1;
    reached.set(event.orderId, sequence);
    if (sequence === expected) continue;
    found.push({ kind: 'event', text: `${event.id} comes before ${expected}`, at });
  }
  const { history } = index;
  for (const order of history.orders) {
    const published = reached.get(`${order.accountId}/${order.clientOrderId}`) ?? 0;
    if (!history.facts.isAtRest || published === order.version) continue;
    const text = `${order.clientOrderId} has ${order.version} changes, ${published} are published`;
    found.push({ kind: 'event', text, at: history.entries.length - 1 });
  }
  return found;
}

/** I8: no secret is anywhere in what was stored, queued, published, logged or counted. */
export function checkSecrets(index: HistoryIndex, text: string): readonly Violation[] {
  const { entries, secrets } = index.history;
  if (!secrets.some((secret) => text.includes(secret))) return [];
  return entries.flatMap((entry, at): readonly Violation[] => {
    const shown = JSON.stringify(entry);
    if (!secrets.some((secret) => shown.includes(secret))) return [];
    return [{ kind: 'secret', text: `a secret is shown by a ${entry.kind}`, at }];
  });
}
