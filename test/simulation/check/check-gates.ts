import { PROBE_ANSWER_MS } from '../../../lib/domain/gate.ts';
import type { HistoryIndex, Placed } from './history-index.ts';
import type { Violation } from './violation.ts';

/** A gate that was read longer ago than this was not read for this request. */
const READ_MAX_MS = 1_500;
/** A gate is read at most so long before its request leaves, where the table is slow. */
const LEAD_MAX_MS = 1_000;
/** Whoever lives so long after a refusal had the time to close the gate. */
const CLOSING_MAX_MS = 5_000;
/** A suspension that was heard of ends at the latest so long after that. */
const KNOWN_FOR_MS = 55_000;
/** Clocks that differ by more than the guard covers cannot share a window of one second. */
const METERED_CLOCK_ERROR_MS = 5;

/** I5: no request leaves through a gate that is closed, and no second holds too many of them. */
export function checkGates(index: HistoryIndex): readonly Violation[] {
  return [...throughClosed(index), ...refused(index), ...unheeded(index), ...manyProbes(index)];
}

function throughClosed(index: HistoryIndex): readonly Violation[] {
  const passable = index.of('gate-read').filter(({ state }) => state !== 'closed');
  const reads = Map.groupBy(passable, ({ by, keyId }) => `${by} ${keyId}`);
  const closings = index.of('gate-closed');
  // A clock that is set back between the reading and the slot makes its process wait so much longer.
  const isSteady = index.history.facts.clockErrorMs <= METERED_CLOCK_ERROR_MS;
  const openings = index.of('gate-opened');
  return [...index.departures.values()].flatMap((departure): readonly Violation[] => {
    const { by, keyId, clientOrderId, call } = departure;
    const what = `${call} ${clientOrderId}`.trim();
    const broken = (text: string): readonly Violation[] => [
      { kind: 'closed-gate', text: `${what} ${text}`, at: departure.index },
    ];
    const read = reads
      .get(`${by} ${keyId}`)
      ?.findLast((one) => one.index < departure.index && lets(one, departure));
    if (read === undefined || (isSteady && departure.atMs - read.atMs > READ_MAX_MS)) {
      return broken(`left without reading the gate of ${keyId}`);
    }
    const closed = closings.find(
      (closing) => holds(closing, departure) && !isOpened(openings, closing, departure),
    );
    return closed === undefined ? [] : broken(`left through the closed gate ${closed.gate}`);
  });
}

/** Calls that place or end orders. The others are questions, which silence does not hold back. */
const COMMANDS: readonly string[] = ['create', 'cancel', 'cancelMany'];

function isQuestion({ call }: Placed<'departure'>): boolean {
  return !COMMANDS.includes(call);
}

function lets({ state }: Placed<'gate-read'>, departure: Placed<'departure'>): boolean {
  return state === 'open' || (state === 'unavailable' && isQuestion(departure));
}

function holds(closing: Placed<'gate-closed'>, departure: Placed<'departure'>): boolean {
  const { keyId, clockAt, atMs } = departure;
  if (closing.reason === 'unavailable' && isQuestion(departure)) return false;
  if (closing.gate !== 'egress' && closing.gate !== keyId) return false;
  // Whoever has read the gate before that has a slot in which it may still leave.
  if (closing.atMs > atMs - LEAD_MAX_MS) return false;
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
    if (arrival.admission === 'suspended' && clockErrorMs <= METERED_CLOCK_ERROR_MS) {
      return whileKnown(index, arrival);
    }
    const isOurs = arrival.admission === 'limited' && clockErrorMs <= METERED_CLOCK_ERROR_MS;
    if (!isOurs && arrival.admission !== 'banned') return [];
    const text = `request ${arrival.number} is ${arrival.admission} because of us`;
    const kind = arrival.admission === 'banned' ? 'banned' : 'limited';
    return [{ kind, text, at: arrival.index }];
  });
}

/** A request of a suspended key is ours to blame when the suspension was known to all. */
function whileKnown(index: HistoryIndex, arrival: Placed<'arrival'>): readonly Violation[] {
  const departure = index.departures.get(arrival.number);
  if (departure === undefined) return [];
  const known = index.of('gate-closed').find((one) => {
    const isOfKey = one.gate === departure.keyId && one.reason === 'throttled';
    return isOfKey && one.index < departure.index && departure.atMs - one.atMs < KNOWN_FOR_MS;
  });
  if (known === undefined || departure.atMs - known.atMs < READ_MAX_MS) return [];
  const text = `request ${arrival.number} meets a suspension that is known`;
  return [{ kind: 'closed-gate', text, at: arrival.index }];
}

/** Whoever hears that a key or the address is refused closes its gate, if it lives and can. */
function unheeded(index: HistoryIndex): readonly Violation[] {
  const closings = index.of('gate-closed');
  return [...index.heard.values()].flatMap((heard): readonly Violation[] => {
    const isBan = heard.httpStatus === 418;
    const isLimit = heard.httpStatus === 429 || heard.text.includes('"code":"0003"');
    if (!isBan && !isLimit) return [];
    const gate = isBan ? 'egress' : (index.departures.get(heard.number)?.keyId ?? '');
    const isClosed = closings.some(
      (one) => one.gate === gate && one.by === heard.by && one.index > heard.index,
    );
    if (isClosed || isHindered(index, heard)) return [];
    const text = `nobody closes ${gate} after request ${heard.number} was refused`;
    return [{ kind: 'closed-gate', text, at: heard.index }];
  });
}

/** The process died, or the table of budgets failed it, before it could close the gate. */
function isHindered(index: HistoryIndex, { by, index: at, atMs }: Placed<'heard'>): boolean {
  const isDead = index.of('death').some((one) => one.by === by && one.atMs < atMs + CLOSING_MAX_MS);
  const fails = index.of('fault').some((one) => {
    return one.by === by && one.index > at && one.at === 'budget.closeGate';
  });
  return isDead || fails;
}

/** A probe leaves at most so long after its slot was given out, from when on its answer is due. */
const PROBE_LEAD_MS = 100;

/** A gate that reopens lets one request through, and the next one after its answer. */
function manyProbes(index: HistoryIndex): readonly Violation[] {
  if (index.history.facts.clockErrorMs > METERED_CLOCK_ERROR_MS) return [];
  const { startAt } = index.history.facts;
  const departures = [...index.departures.values()];
  return index.of('gate-closed').flatMap((closing): readonly Violation[] => {
    if (closing.until === 'operator' || closing.gate === 'egress') return [];
    const reopensMs = closing.until - startAt + METERED_CLOCK_ERROR_MS;
    const after = departures.filter(
      (one) =>
        one.keyId === closing.gate &&
        one.index > closing.index &&
        one.atMs > reopensMs &&
        !(closing.reason === 'unavailable' && isQuestion(one)),
    );
    const [probe, second] = after;
    if (probe === undefined || second === undefined) return [];
    const isOpened = [...index.of('gate-opened'), ...index.of('gate-closed')].some(
      (one) => one.gate === closing.gate && one.index > closing.index && one.index < second.index,
    );
    if (isOpened || second.atMs - probe.atMs >= PROBE_ANSWER_MS - PROBE_LEAD_MS) return [];
    const text = `requests ${probe.number} and ${second.number} both probe ${closing.gate}`;
    return [{ kind: 'closed-gate', text, at: second.index }];
  });
}
