import type { ArrivalRecord, Statistics } from '../admin/statistics.ts';
import type { Clock } from '../clock.ts';
import type { ApiKey } from '../exchange/accounts.ts';
import { isRefusal, REFUSED } from '../exchange/refusals.ts';
import { type Course, courseOf, SMOOTH } from '../faults/course.ts';
import type { Subject } from '../faults/fault-box.ts';
import { type CostRules, costOf } from '../limits/cost.ts';
import type { Admission, Gatekeeper } from '../limits/gatekeeper.ts';
import { actingKey } from './acting-key.ts';
import { type Answer, errorAnswer, htmlAnswer, penaltyAnswer, refusalAnswer } from './answer.ts';
import { type Authenticator, type KeyRing, keyOf } from './authenticate.ts';
import { batchItems } from './batch.ts';
import type { Services } from './call.ts';
import { type Endpoint, endpointAt, type SignedEndpoint } from './endpoints.ts';
import { asUtf8, parametersOf, type RawRequest } from './request.ts';

/** A request after its arrival: what will become of it, and how to let the exchange act on it. */
export type Received = {
  readonly course: Course;
  /** Lets the exchange act, where the course says so, and gives the answer to send. */
  readonly finish: () => Answer;
};

export type PipelineParts = {
  readonly services: Services;
  readonly keys: KeyRing;
  readonly gate: Gatekeeper;
  readonly authenticate: Authenticator;
  readonly statistics: Statistics;
  readonly costs: CostRules;
  /** The clock by which limits are kept. */
  readonly clock: Clock;
  /** The clock which the exchange shows, with its offset. */
  readonly serverClock: Clock;
  readonly maintenance: { until: number };
  /** Stores what has changed; called before any answer leaves. */
  readonly commit: () => void;
};

/** One request under way, with all that the steps need to know of it. */
type Visit = {
  readonly request: RawRequest;
  readonly parameters: ReadonlyMap<string, string>;
  readonly endpoint: Endpoint | undefined;
  readonly key: ApiKey | undefined;
  readonly at: number;
  readonly now: number;
  readonly record: ArrivalRecord;
};

/** Makes the way of a request: edge, rate limits, authentication, faults, the exchange itself. */
export function pipeline(parts: PipelineParts): (request: RawRequest) => Received {
  let penalties = 0;
  const penalty = (status: 429 | 418): Answer => {
    penalties += 1;
    return penaltyAnswer(status, penalties - 1);
  };

  return (request) => {
    const visit = arrive(parts, request);
    const atEdge = edgeAnswer(parts, visit, penalty);
    if (atEdge) return settled(parts, visit, SMOOTH, () => atEdge);

    const course = courseOf(parts.services.faults.pick(subjectOf(visit)));
    if (course.penalty) {
      const answer = impose(parts, visit, course.penalty, penalty);
      return settled(parts, visit, SMOOTH, () => answer);
    }
    return settled(parts, visit, course, () => act(parts, visit, course));
  };
}

function arrive(parts: PipelineParts, request: RawRequest): Visit {
  const { site } = parts.services.exchange.state.site;
  const endpoint = endpointAt(request.method, request.path, site);
  const parameters = parametersOf(request);
  const key = endpoint?.security === 'none' ? undefined : keyOf(request, parts.keys);
  const at = parts.clock.now();
  const clientOrderId =
    parameters.get('newClientOrderId') ??
    parameters.get('origClientOrderId') ??
    parameters.get('clientOrderId');
  const limited = key && endpoint && endpoint.security !== 'none' ? endpoint : undefined;
  const record = parts.statistics.arrived({
    at,
    key: key?.label,
    endpoint: endpoint?.name ?? 'unknown',
    clientOrderId,
    accountId: parameters.get('accountId'),
    ...(limited && { limitClass: limited.limitClass, cost: cost(parts, limited, request) }),
  });
  const now = parts.serverClock.now();
  parts.services.exchange.advance(now);
  return { request, parameters, endpoint, key, at, now, record };
}

/** What is answered before the exchange itself sees the request, if anything. */
function edgeAnswer(
  parts: PipelineParts,
  visit: Visit,
  penalty: (status: 429 | 418) => Answer,
): Answer | undefined {
  const { endpoint, key, request } = visit;
  if (visit.at < parts.maintenance.until) return htmlAnswer(503);
  if (parts.gate.isBanned(visit.at)) {
    if (key) parts.statistics.metSuspension(key.label);
    return penalty(418);
  }
  if (!endpoint) return unknownPath(request.path);
  if (endpoint.security === 'none') return undefined;
  if (!key) return refusalAnswer(REFUSED.apiKey);

  const admission = admit(parts, visit, endpoint, key);
  const isPenalised = admission === 'suspended' || admission === 'banned';
  if (isPenalised) parts.statistics.metSuspension(key.label);
  if (admission === 'banned') return penalty(418);
  if (admission !== 'admitted') return penalty(429);
  const asked = { key, endpoint, now: visit.now };
  const refusal = parts.authenticate(request, visit.parameters, asked);
  return refusal && refusalAnswer(refusal);
}

function admit(
  parts: PipelineParts,
  visit: Visit,
  endpoint: SignedEndpoint,
  key: ApiKey,
): Admission {
  const { limitClass } = endpoint;
  const limit = limitClass === 'order' ? key.ordersPerSecond : key.queriesPerSecond;
  return parts.gate.admit({
    key: key.label,
    limitClass,
    cost: cost(parts, endpoint, visit.request),
    limit,
    at: visit.at,
  });
}

function impose(
  parts: PipelineParts,
  visit: Visit,
  imposed: NonNullable<Course['penalty']>,
  penalty: (status: 429 | 418) => Answer,
): Answer {
  if (imposed === 'throttle') {
    if (visit.key) parts.gate.suspend(visit.key.label, visit.at);
    return penalty(429);
  }
  parts.gate.ban(visit.at, imposed.banMs);
  return penalty(418);
}

function act(parts: PipelineParts, visit: Visit, course: Course): Answer {
  const { endpoint, key, request, parameters, now } = visit;
  if (!endpoint) return unknownPath(request.path);
  const call = { request, parameters, now, twist: course.twist };
  if (endpoint.security === 'none') return endpoint.handle(parts.services, call);
  if (!key) return refusalAnswer(REFUSED.apiKey);
  const acting = actingKey(key, parameters);
  if (isRefusal(acting)) return refusalAnswer(acting);
  return endpoint.handle(parts.services, { ...call, key: acting });
}

/** Completes a request: acts, stores, and notes what is answered. */
function settled(
  parts: PipelineParts,
  visit: Visit,
  course: Course,
  answerOf: () => Answer,
): Received {
  const finish = (): Answer => {
    const { ending } = course;
    const truth = course.acts ? answerOf() : errorAnswer(400, '-1000', 'Not handled');
    parts.commit();
    const answer = ending.kind === 'replace' ? ending.answer : truth;
    parts.statistics.answered(visit.record, answer.status, codeIn(answer));
    if (ending.kind !== 'answer' && ending.kind !== 'replace') visit.record.ending = ending.kind;
    return answer;
  };
  return { course, finish };
}

function subjectOf({ endpoint, key, parameters, record }: Visit): Subject {
  return {
    endpoint: endpoint?.name ?? 'ping',
    apiKey: key?.apiKey,
    keyLabel: key?.label,
    clientOrderId: record.clientOrderId,
    symbol: parameters.get('symbol'),
  };
}

function cost(parts: PipelineParts, endpoint: SignedEndpoint, request: RawRequest): number {
  const size = endpoint.name === 'batch' ? (batchItems(request.body)?.length ?? 0) : 0;
  return costOf(endpoint, size, parts.costs);
}

/** Known prefixes answer JSON, everything else the edge's page under a JSON content type. */
function unknownPath(path: string): Answer {
  const bare = asUtf8(path).replace(/^\//, '');
  return path.startsWith('/api/') || path.startsWith('/quote/')
    ? errorAnswer(404, 404, `No static resource ${bare}.`)
    : htmlAnswer(404, 'application/json');
}

function codeIn(answer: Answer): string | undefined {
  return /^\{"code":"?([^",}]*)/.exec(answer.text)?.[1];
}
