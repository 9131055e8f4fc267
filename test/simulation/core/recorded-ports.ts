import type { MemoryOrderStore } from '../../../lib/adapters/memory/order-store.ts';
import type { SharedBudgets } from '../../../lib/adapters/memory/rate-budget.ts';
import type { Log, Metrics, OrderStore } from '../../../lib/application/ports.ts';
import type { RateBudget } from '../../../lib/application/rate-budget.ts';
import type { OrderEvent } from '../../../lib/domain/events.ts';
import type { Order } from '../../../lib/domain/order.ts';
import type { Recorder } from './history.ts';

/** The store of one process, which writes down what is stored through it. */
export function recordedStore(
  store: MemoryOrderStore,
  recorder: Recorder,
  by: string,
  written: () => void,
): OrderStore {
  const note = (events: readonly OrderEvent[], previousVersion: number, order: Order) => {
    recorder.note(by, { kind: 'write', previousVersion, events, order });
    written();
  };
  return {
    ...store,
    async create(received, dueAt) {
      const answer = await store.create(received, dueAt);
      if (answer.kind === 'stored') note([received], 0, answer.order);
      return answer;
    },
    async append(order, events, dueAt) {
      // The order as it is stored, whatever the writer believes; read in the same moment.
      const before = versionIn(store, order);
      const answer = await store.append(order, events, dueAt);
      const isWritten = answer.kind === 'stored' && answer.order.version > before;
      if (isWritten) note(events, before, answer.order);
      return answer;
    },
  };
}

function versionIn(store: MemoryOrderStore, { accountId, clientOrderId }: Order): number {
  const stored = store
    .all()
    .find((one) => one.clientOrderId === clientOrderId && one.accountId === accountId);
  return stored?.version ?? 0;
}

/** The budget of one process, which writes down what it is told of gates. */
export function recordedBudget(
  budget: RateBudget,
  shared: SharedBudgets,
  recorder: Recorder,
  by: string,
): RateBudget {
  return {
    ...budget,
    async gate(keyId, now) {
      const state = await budget.gate(keyId, now);
      const isPassed = state.kind === 'closed' && state.reason === 'unavailable';
      const seen = isPassed ? 'unavailable' : state.kind;
      recorder.note(by, { kind: 'gate-read', keyId, state: seen });
      return state;
    },
    async closeGate(closing) {
      const closed = await budget.closeGate(closing);
      const { until, reason } = closing;
      const gate = closing.gate === 'egress' ? 'egress' : closing.gate.keyId;
      recorder.note(by, { kind: 'gate-closed', gate, until, reason });
      return closed;
    },
    async probeSucceeded(keyId) {
      const wasClosed = [isClosed(shared, keyId), isClosed(shared, 'egress')];
      await budget.probeSucceeded(keyId);
      for (const [index, gate] of [keyId, 'egress'].entries()) {
        if (wasClosed[index] && !isClosed(shared, gate)) {
          recorder.note(by, { kind: 'gate-opened', gate });
        }
      }
    },
    async openGate(gate, now) {
      await budget.openGate(gate, now);
      const name = gate === 'egress' ? 'egress' : gate.keyId;
      recorder.note(by, { kind: 'gate-opened', gate: name });
    },
  };
}

function isClosed({ egress, keys }: SharedBudgets, gate: string): boolean {
  const state = gate === 'egress' ? egress.gate : keys.get(gate)?.gate;
  return state?.closing !== undefined;
}

/** A log whose lines are part of the history. */
export function recordedLog(recorder: Recorder, by: string): Log {
  const at =
    (level: string): Log['info'] =>
    (message, fields = {}) =>
      recorder.note(by, { kind: 'logged', level, message, fields: JSON.stringify(fields) });
  return { info: at('info'), warn: at('warn'), error: at('error') };
}

/** Metrics whose counts are part of the history. */
export function recordedMetrics(recorder: Recorder, by: string): Metrics {
  return {
    count(name, _value, dimensions = {}) {
      recorder.note(by, { kind: 'counted', name, dimensions: JSON.stringify(dimensions) });
    },
    duration() {},
  };
}
