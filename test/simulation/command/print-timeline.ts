import { describeViolation, type Violation } from '../check/violation.ts';
import type { Entry, History } from '../core/history.ts';

const BY_WIDTH = 20;

/** Writes a history as a time-line that a person can follow, with its violations where they show. */
export function printTimeline(history: History, violations: readonly Violation[]): string {
  const lines = history.entries.flatMap((entry, index) => {
    const text = describe(entry);
    const broken = violations.filter(({ at }) => at === index);
    const marks = broken.map((one) => `${' '.repeat(11)}>>> ${describeViolation(one)}`);
    if (text === undefined) return marks;
    return [`${time(entry.atMs)}  ${entry.by.padEnd(BY_WIDTH)}  ${text}`, ...marks];
  });
  const head = `seed ${history.seed}, ${history.mood}, ${history.orders.length} orders`;
  return [head, ...lines, ''].join('\n');
}

/** What one entry says; undefined for those that only fill pages. */
function describe(entry: Entry): string | undefined {
  switch (entry.kind) {
    case 'receipt':
      return `${entry.clientOrderId}: ${entry.receipt}${entry.status ? ` (${entry.status})` : ''}`;
    case 'cancel-receipt':
      return `wants ${entry.clientOrderId} canceled: ${entry.receipt}`;
    case 'ended': {
      const { clientOrderId, exchangeOrderId, executedQuantity, status } = entry;
      return `ends ${clientOrderId} (${exchangeOrderId}) as ${status}, ${executedQuantity} executed`;
    }
    case 'stream':
      return `stream ${entry.what}`;
    case 'frame':
      return `tells ${entry.to} that ${entry.clientOrderId} is ${entry.status} (${entry.fate})`;
    case 'message':
      return entry.isPoison
        ? 'queues a message that nobody can read'
        : `queues ${entry.clientOrderId}`;
    case 'write': {
      const { clientOrderId, status, version } = entry.order;
      const events = entry.events.map(({ type }) => type).join(', ');
      return `stores ${clientOrderId} v${version} ${status}: ${events}`;
    }
    case 'departure': {
      const what = `${entry.call} ${entry.clientOrderId}`.trim();
      return `sends #${entry.number} ${what} with ${entry.keyId}`;
    }
    case 'arrival':
      return `meters #${entry.number}: ${entry.admission}${entry.excuse ? ` (${entry.excuse})` : ''}`;
    case 'placed':
      return `takes #${entry.number} ${entry.clientOrderId} as ${entry.exchangeOrderId}`;
    case 'forgotten':
      return `forgets ${entry.exchangeOrderId}`;
    case 'heard':
      return `hears #${entry.number}: ${entry.httpStatus} ${brief(entry.text)}`;
    case 'unheard':
      return `hears nothing of #${entry.number}: ${entry.errno}`;
    case 'gate-read':
      return entry.state === 'open' ? undefined : `finds the gate of ${entry.keyId} closed`;
    case 'gate-closed':
      return `closes the gate ${entry.gate} until ${entry.until}: ${entry.reason}`;
    case 'gate-opened':
      return `opens the gate ${entry.gate}`;
    case 'halted':
      return entry.halted ? 'halts the account' : 'lets the account go on';
    case 'rotated':
      return `rotates the first key to ${entry.keyId}`;
    case 'delivered':
      return `receives ${entry.messageIds.join(', ')}`;
    case 'set-aside':
      return `puts a message aside: ${brief(entry.reason)}`;
    case 'fault':
      return `fault: ${entry.fault} at ${entry.at}`;
    case 'death':
      return entry.cause === 'killed' ? `dies ${entry.at}` : `runs out of time in ${entry.at}`;
    case 'threw':
      return `throws ${entry.error}`;
    case 'logged':
      return entry.level === 'info' ? undefined : `logs "${entry.message}" ${brief(entry.fields)}`;
    case 'published':
    case 'counted':
      return undefined;
  }
}

function brief(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > 100 ? `${line.slice(0, 97)}...` : line;
}

function time(ms: number): string {
  const [minutes, seconds] = [Math.floor(ms / 60_000), (ms % 60_000) / 1_000];
  return `${String(minutes).padStart(3)}:${seconds.toFixed(3).padStart(6, '0')}`;
}
