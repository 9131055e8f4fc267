import type { WaitingLine, WaitingResults } from '../../application/deliver-results/ports.ts';
import type { HandedEvent } from '../../application/integration-event.ts';

/** A waiting room in memory. */
export interface MemoryWaitingResults extends WaitingResults {
  lines(): readonly WaitingLine[];
  /** Events in it, of all orders. */
  count(): number;
}

/** Makes an empty waiting room. */
export function createMemoryWaitingResults(): MemoryWaitingResults {
  const lines = new Map<string, WaitingLine>();
  const events = new Map<string, Map<number, HandedEvent>>();
  const gone = new Map<string, string>();
  const ofOrder = (orderId: string) => {
    const found = events.get(orderId) ?? new Map<number, HandedEvent>();
    events.set(orderId, found);
    return found;
  };

  return {
    lines: () => [...lines.values()],
    count: () => [...events.values()].reduce((sum, { size }) => sum + size, 0),
    async get(orderId) {
      return lines.get(orderId);
    },
    async set(line) {
      const { attempts, dueAt, orderId, producerId, since } = line;
      lines.set(orderId, { attempts, dueAt, orderId, producerId, since });
    },
    async claim({ dueAt: before, orderId }, dueAt) {
      const line = lines.get(orderId);
      if (line === undefined || line.dueAt !== before) return false;
      lines.set(orderId, { ...line, dueAt });
      return true;
    },
    async end(orderId) {
      lines.delete(orderId);
    },
    async add(added) {
      for (const event of added) ofOrder(event.orderId).set(event.data.sequence, event);
    },
    async remove({ data, orderId }) {
      ofOrder(orderId).delete(data.sequence);
    },
    async events(orderId, limit) {
      return [...ofOrder(orderId)]
        .toSorted(([one], [other]) => one - other)
        .slice(0, limit)
        .map(([, event]) => structuredClone(event));
    },
    async listDue(now, limit) {
      return [...lines.values()]
        .filter(({ dueAt }) => dueAt <= now)
        .toSorted((one, other) => one.dueAt - other.dueAt)
        .slice(0, limit);
    },
    async goneUrl(producerId) {
      return gone.get(producerId);
    },
    async setGone(producerId, url) {
      if (url === undefined) gone.delete(producerId);
      else gone.set(producerId, url);
    },
  };
}
