import { ABSENCE_RULES } from '../../../lib/domain/absence.ts';
import type { OrderEvent } from '../../../lib/domain/events.ts';
import type { StatusReport } from '../../../lib/domain/execution-report.ts';
import type { Attempt } from '../../../lib/domain/order.ts';
import type { HistoryIndex, Placed } from './history-index.ts';
import type { Violation } from './violation.ts';

/** What the exchange has to have said for an attempt to count as returned. */
const PROOF_OF_RETURN: Readonly<Record<string, RegExp>> = {
  throttled: /^429 |^400 .*"0003"/,
  banned: /^418 /,
  deferred: /^400 .*"-1193"/,
  'clock-skew': /^400 .*"-1021"/,
  'bad-key': /^401 .*"0102"|^400 .*"0002"|^403 .*"0202"/,
};
/** The only definitive refusal of these worlds. */
const PROOF_OF_REJECTION = /^400 .*"0401"/;
const NOT_FOUND = /"-2013"/;
/** Ends of an order that the exchange never had. */
const UNSENT: ReadonlySet<string> = new Set(['OrderDenied', 'OrderExpired', 'OrderCanceled']);
const ENDS: ReadonlySet<string> = new Set(['FILLED', 'CANCELED', 'PARTIALLY_CANCELED']);

/** I3: no verdict without its evidence, and none against an order that the exchange took. */
export function checkEvidence(index: HistoryIndex): readonly Violation[] {
  const placing = placingAttempts(index);
  return [...index.writes.values()].flat().flatMap((write) =>
    write.events.flatMap((event, position): readonly Violation[] => {
      const text = faultOf(index, placing, { write, event, position });
      if (text === undefined) return [];
      const { clientOrderId } = write.order;
      return [
        { kind: 'wrong-verdict', text: `${clientOrderId} ${text}`, at: write.index, clientOrderId },
      ];
    }),
  );
}

interface Judged {
  readonly write: Placed<'write'>;
  readonly event: OrderEvent;
  readonly position: number;
}

/** Attempts of which the exchange took the order, each with its exchange order id. */
function placingAttempts(index: HistoryIndex): ReadonlyMap<string, string> {
  return new Map(
    index.placed.flatMap(({ number, exchangeOrderId }) => {
      const departure = index.departures.get(number);
      const attemptId = departure && index.attemptOf(departure);
      return attemptId === undefined ? [] : [[attemptId, exchangeOrderId] as const];
    }),
  );
}

function faultOf(
  index: HistoryIndex,
  placing: ReadonlyMap<string, string>,
  judged: Judged,
): string | undefined {
  const { write, event } = judged;
  const isThere = (attemptId: string) => {
    const id = placing.get(attemptId);
    return id !== undefined && (index.forgotten.get(id) ?? Number.POSITIVE_INFINITY) > write.index;
  };
  const anyThere = () => write.order.attempts.some(({ attemptId }) => isThere(attemptId));
  if (event.type === 'AttemptReturned') {
    if (isThere(event.attemptId)) return `is returned (${event.outcome}), but was placed`;
    return unprovenReturn(index, event.attemptId, event.outcome);
  }
  if (event.type === 'OrderRejected') return unprovenRejection(index, placing, judged);
  if (UNSENT.has(event.type)) {
    return anyThere() ? `is closed (${event.type}), but was placed` : undefined;
  }
  if (event.type === 'AbsenceObserved') return groundless(index, judged, event.source);
  if (event.type === 'AbsenceProven' || event.type === 'ResubmissionAllowed') {
    return anyThere() ? `is absent (${event.type}), but was placed` : weakProof(judged);
  }
  if (event.type === 'ExecutionReported' || event.type === 'OrderResurrected') {
    const { exchangeOrderId } = event.report;
    const isKnown = index.placed.some(
      (one) => one.exchangeOrderId === exchangeOrderId && one.index < write.index,
    );
    if (!isKnown) return `is reported as ${exchangeOrderId}, which nobody placed`;
    return early(index, write, event);
  }
  return undefined;
}

/** The answer to a cancel is no report, and an end is one only once it has come. */
function early(
  index: HistoryIndex,
  write: Placed<'write'>,
  { evidence, report }: Extract<OrderEvent, { readonly report: StatusReport }>,
): string | undefined {
  if (evidence.source === 'cancel') return `is ${report.status} by the answer to a cancel`;
  if (!ENDS.has(report.status)) return undefined;
  const ended = index.ended.get(report.exchangeOrderId);
  if (ended?.status === report.status && ended.index < write.index) return undefined;
  return `is ${report.status}, and at the exchange ${ended?.status ?? 'open'}`;
}

function answersTo(index: HistoryIndex, attemptId: string): readonly (string | undefined)[] {
  return index.creates
    .filter((departure) => index.attemptOf(departure) === attemptId)
    .map(({ number }) => {
      const heard = index.heard.get(number);
      return heard && `${heard.httpStatus} ${heard.text}`;
    });
}

function unprovenReturn(
  index: HistoryIndex,
  attemptId: string,
  outcome: string,
): string | undefined {
  const answers = answersTo(index, attemptId);
  if (answers.length === 0) return undefined;
  const proof = PROOF_OF_RETURN[outcome];
  const isProven = proof !== undefined && answers.every((answer) => proof.test(answer ?? ''));
  return isProven ? undefined : `is returned (${outcome}) on "${answers.join()}"`;
}

function unprovenRejection(
  index: HistoryIndex,
  placing: ReadonlyMap<string, string>,
  { write, event }: Judged,
): string | undefined {
  const placed = write.order.attempts.flatMap(({ attemptId }) => placing.get(attemptId) ?? []);
  const views = index.history.exchangeOrders.filter(
    (one) => placed.includes(one.exchangeOrderId) && !one.isForgotten,
  );
  if (views.length > 0) {
    return views.every(({ status }) => status === 'REJECTED')
      ? undefined
      : 'is rejected, but lives';
  }
  const attemptId = 'attemptId' in event ? event.attemptId : undefined;
  const answers = answersTo(index, attemptId ?? '');
  const isProven = answers.some((answer) => PROOF_OF_REJECTION.test(answer ?? ''));
  return isProven ? undefined : `is rejected on "${answers.join()}"`;
}

/** An observed absence stands on an answer that its own process heard after it asked. */
function groundless(
  index: HistoryIndex,
  { write, event }: Judged,
  source: string,
): string | undefined {
  const { clientOrderId } = write.order;
  if (event.at <= (write.order.attempts.at(-1)?.fenceAt ?? 0))
    return 'is observed before its fence';
  // A clock that is set back between question and departure shows an earlier time.
  const { clockErrorMs } = index.history.facts;
  const since = event.at - 2 * clockErrorMs;
  const asked = [...index.departures.values()].filter(
    (one) => one.by === write.by && one.clockAt >= since && one.index < write.index,
  );
  const saidOf = (call: string) =>
    asked
      .filter(
        (one) => one.call === call && (call !== 'query' || one.clientOrderId === clientOrderId),
      )
      .map(({ number }) => index.heard.get(number))
      .filter((heard) => heard !== undefined && heard.index < write.index);
  if (source === 'query') {
    const isSaid = saidOf('query').some((heard) => NOT_FOUND.test(heard?.text ?? ''));
    return isSaid ? undefined : 'is observed absent without an answer that says so';
  }
  const isListed = ['open-orders', 'history'].every((call) =>
    saidOf(call).some((heard) => isListWithout(heard?.text ?? '', clientOrderId)),
  );
  return isListed ? undefined : 'is observed absent without both lists';
}

function isListWithout(text: string, clientOrderId: string): boolean {
  return text.startsWith('[') && text.endsWith(']') && !text.includes(`"${clientOrderId}"`);
}

/** Counts again what the proof of absence stands on. */
function weakProof({ write, event, position }: Judged): string | undefined {
  const { order } = write;
  const since = order.history.findLastIndex(({ type }) => type === 'AttemptStarted');
  const until = order.history.length - (write.events.length - position);
  const seen = order.history
    .slice(since + 1, until + 1)
    .filter((one) => one.type === 'AbsenceObserved');
  const attempt: Attempt | undefined = order.attempts.at(-1);
  if (attempt === undefined) return 'is absent without an attempt';
  const late = seen.filter(({ at }) => at > attempt.fenceAt);
  const earliest = attempt.fenceAt + ABSENCE_RULES.horizonMs;
  const pastHorizon = late.filter(({ at }) => at >= earliest);
  const sources = new Set(pastHorizon.map(({ detail }) => detail.source));
  let [count, last] = [0, Number.NEGATIVE_INFINITY];
  // By their own times: two reconcilers may store theirs in another order than they asked in.
  for (const { at } of late.toSorted((one, other) => one.at - other.at)) {
    if (at < last + ABSENCE_RULES.spacingMs) continue;
    count += 1;
    last = at;
  }
  if (sources.size < 2) return 'is absent by one witness past the horizon';
  if (count < ABSENCE_RULES.observationsMin) return `is absent by ${count} observations`;
  return event.at < earliest ? `is absent ${earliest - event.at} ms early` : undefined;
}
