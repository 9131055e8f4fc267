import type { HistoryIndex, Placed } from './history-index.ts';
import type { Violation } from './violation.ts';

/** A gate that was read longer ago than this was not read for this request. */
const READ_MAX_MS = 1_500;
/** Clocks that differ by more than the guard covers cannot share a window of one second. */
const METERED_CLOCK_ERROR_MS = 5;

/** I5: no request leaves through a gate that is closed, and no second holds too many of them. */
export function checkGates(index: HistoryIndex): readonly Violation[] {
  return [...throughClosed(index), ...refused(index)];
}

function throughClosed(index: HistoryIndex): readonly Violation[] {
  const reads = Map.groupBy(index.of('gate-read'), ({ by, keyId }) => `${by} ${keyId}`);
  const closings = index.of('gate-closed');
  const openings = index.of('gate-opened');
  return [...index.departures.values()].flatMap((departure): readonly Violation[] => {
    const { by, keyId, clientOrderId, call } = departure;
    const what = `${call} ${clientOrderId}`.trim();
    const broken = (text: string): readonly Violation[] => [
      { kind: 'closed-gate', text: `${what} ${text}`, at: departure.index },
    ];
    const read = reads.get(`${by} ${keyId}`)?.findLast((one) => one.index < departure.index);
    if (read === undefined || departure.atMs - read.atMs > READ_MAX_MS) {
      return broken(`left without reading the gate of ${keyId}`);
    }
    const closed = closings.find(
      (closing) => holds(closing, departure, read.index) && !isOpened(openings, closing, departure),
    );
    return closed === undefined ? [] : broken(`left through the closed gate ${closed.gate}`);
  });
}

function holds(
  closing: Placed<'gate-closed'>,
  { keyId, clockAt }: Placed<'departure'>,
  readAt: number,
): boolean {
  if (closing.index > readAt || (closing.gate !== 'egress' && closing.gate !== keyId)) return false;
  return closing.until === 'operator' || clockAt < closing.until;
}

function isOpened(
  openings: readonly Placed<'gate-opened'>[],
  closing: Placed<'gate-closed'>,
  departure: Placed<'departure'>,
): boolean {
  return openings.some(
    (one) => one.gate === closing.gate && one.index > closing.index && one.index < departure.index,
  );
}

function refused(index: HistoryIndex): readonly Violation[] {
  const { clockErrorMs } = index.history.facts;
  return index.of('arrival').flatMap((arrival): readonly Violation[] => {
    if (arrival.excuse !== undefined) return [];
    const isOurs = arrival.admission === 'limited' && clockErrorMs <= METERED_CLOCK_ERROR_MS;
    if (!isOurs && arrival.admission !== 'banned') return [];
    const text = `request ${arrival.number} is ${arrival.admission} because of us`;
    const kind = arrival.admission === 'banned' ? 'banned' : 'limited';
    return [{ kind, text, at: arrival.index }];
  });
}
