import type { CommandEnd, Connection, QueryEnd } from '../../../lib/adapters/hashkey/connection.ts';
import type { Clock } from '../../../lib/application/ports.ts';
import type { Chance } from '../core/chance.ts';
import type { CallName, Recorder } from '../core/history.ts';
import type { Timeline } from '../core/timeline.ts';
import type { Weather } from '../core/weather.ts';
import {
  type Asked,
  answerCancel,
  answerCreate,
  answerListenKey,
  answerRead,
  answerUnsigned,
  refusalOf,
} from './answer-request.ts';
import { type CallFault, drawFault } from './call-faults.ts';
import type { ExchangeState } from './exchange-state.ts';
import { costOf, readWireRequest, type WireRequest } from './read-wire-request.ts';
import { ANSWERS, type WireAnswer } from './wire-answers.ts';

/** What one process's connection to the exchange is made of. */
export interface ConnectionParts {
  readonly by: string;
  readonly timeline: Timeline;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly weather: () => Weather;
  readonly recorder: Recorder;
  readonly exchange: ExchangeState;
  readonly startAt: number;
  /** Names a key as tables do, by the API key in the header. */
  readonly keyIdOf: (apiKey: string) => string;
  /** Numbers of departures, shared by all processes. */
  readonly nextNumber: () => number;
}

type Outgoing = Parameters<Connection['command']>[0] | Parameters<Connection['query']>[0];
type Reply =
  | { readonly kind: 'answer'; readonly answer: WireAnswer }
  | { readonly kind: 'broken'; readonly errno: string };

/** A request that is longer on its way than this may meet those that left after it. */
const LATE_MS = 40;
const KEY_HEADERS = ['X-HK-APIKEY', 'X-APIKEY'];

/** Makes the way of one process to the exchange. The client above it is the real one. */
export function createSimulatedConnection(parts: ConnectionParts): Connection {
  const { clock, timeline } = parts;

  async function send(outgoing: Outgoing, sendBy: number): Promise<CommandEnd> {
    const apiKey = KEY_HEADERS.map((name) => outgoing.headers[name]).find(
      (key) => key !== undefined,
    );
    await timeline.sleep(parts.chance.oneOf([0, 1, 2]));
    const now = clock.now();
    const written = now > sendBy ? undefined : outgoing.write(now);
    if (written === undefined) return { kind: 'not-sent', errno: 'TOO_LATE' };
    const request = readWireRequest(outgoing.method, written);
    const { name, fault } = faultFor(apiKey !== undefined, request.call);
    if (fault.kind === 'unsent') {
      noteFault(name, request.call);
      await timeline.sleep(parts.chance.below(1_500));
      return { kind: 'not-sent', errno: 'ECONNREFUSED' };
    }
    const number = apiKey === undefined ? 0 : depart(request, apiKey, now);
    if (fault.kind !== 'none') noteFault(name, request.call);

    const startedMs = clock.monotonicMs();
    const reply = await withinTimeout(
      travel({ request, apiKey, number, fault }),
      outgoing.timeoutMs,
    );
    const timing = { sentAt: now, answeredAt: clock.now() };
    if (reply.kind === 'broken') {
      if (number > 0)
        parts.recorder.note(parts.by, { kind: 'unheard', number, errno: reply.errno });
      return { kind: 'lost', errno: reply.errno, timing };
    }
    const { httpStatus, text } = reply.answer;
    // A listen key is a secret; that the exchange has told it is none.
    const shown = text.replace(/listenKeyOf\w+/, 'hidden');
    if (number > 0) {
      parts.recorder.note(parts.by, { kind: 'heard', number, httpStatus, text: shown });
    }
    return {
      kind: 'answer',
      httpStatus,
      text,
      timing,
      roundTripMs: clock.monotonicMs() - startedMs,
    };
  }

  function faultFor(isSigned: boolean, call: string) {
    const weather = parts.weather();
    if (isSigned) return drawFault(parts.chance, weather, call);
    const happens = parts.chance.happens(weather.queryFault / 3);
    return happens
      ? { name: 'read-lost', fault: { kind: 'lost-after' } as const }
      : { name: 'none', fault: { kind: 'none' } as const };
  }

  function depart(request: WireRequest, apiKey: string, clockAt: number): number {
    const number = parts.nextNumber();
    const exchangeOrderId = request.parameters.get('orderId') ?? '';
    const named = parts.exchange.orders.find((one) => one.exchangeOrderId === exchangeOrderId);
    const clientOrderId = request.clientOrderId || (named?.clientOrderId ?? '');
    const call = callOf(request);
    const keyId = parts.keyIdOf(apiKey);
    parts.recorder.note(parts.by, {
      kind: 'departure',
      number,
      call,
      keyId,
      clientOrderId,
      clockAt,
      ...(call === 'cancel' && { exchangeOrderId }),
    });
    return number;
  }

  function noteFault(fault: string, at: string): void {
    parts.recorder.note(parts.by, { kind: 'fault', fault, at });
  }

  /** There, through the exchange, and back. */
  async function travel(trip: {
    readonly request: WireRequest;
    readonly apiKey: string | undefined;
    readonly number: number;
    readonly fault: CallFault;
  }): Promise<Reply> {
    const { fault } = trip;
    const wayMs = 15 + parts.chance.below(10);
    await timeline.sleep(fault.kind === 'late' ? wayMs + fault.delayMs : wayMs);
    if (fault.kind === 'lost-before') return { kind: 'broken', errno: 'ECONNRESET' };

    const answer = atExchange(trip);
    if (fault.kind === 'hang') return new Promise(() => {});
    await timeline.sleep(fault.kind === 'slow' ? fault.answerMs : 15 + parts.chance.below(10));
    if (fault.kind === 'lost-after') return { kind: 'broken', errno: 'ECONNRESET' };
    return { kind: 'answer', answer };
  }

  function atExchange({
    request,
    apiKey,
    number,
    fault,
  }: Parameters<typeof travel>[0]): WireAnswer {
    const { exchange, startAt } = parts;
    const nowMs = timeline.nowMs();
    if (exchange.isAway()) return ANSWERS.away;
    if (apiKey === undefined) {
      return exchange.isBanned() ? ANSWERS.banned : answerUnsigned(request, { nowMs, startAt });
    }
    const keyId = parts.keyIdOf(apiKey);
    const isLate = fault.kind === 'late' && fault.delayMs > LATE_MS;
    if (fault.kind === 'throttle') exchange.foreignBurst(keyId, 1_000);
    const admission = exchange.admit({
      number,
      keyId,
      ...costOf(callOf(request), request.clientOrderId !== ''),
      isLate,
    });
    if (admission === 'banned') return ANSWERS.banned;
    if (admission !== 'admitted') return ANSWERS.limited;

    const staleMs = parts.chance.happens(0.2) ? parts.chance.below(30_000) : 0;
    const asked = { request, apiKey, number, nowMs, startAt, staleMs };
    const refused = refusalOf(exchange, asked);
    if (refused !== undefined) return refused;
    if (fault.kind === 'instead') return fault.answer;
    const answer = answerAt(asked, fault);
    return fault.kind === 'after' ? fault.answer : answer;
  }

  function answerAt(asked: Asked, { kind }: CallFault): WireAnswer {
    const { exchange } = parts;
    if (asked.request.call === 'create') return answerCreate(exchange, asked);
    if (asked.request.call === 'listen-key') return answerListenKey(exchange, asked);
    if (asked.request.call !== 'cancel') return answerRead(exchange, asked);
    return answerCancel(exchange, asked, kind === 'ignored' || kind === 'echo' ? kind : undefined);
  }

  async function withinTimeout(reply: Promise<Reply>, timeoutMs: number): Promise<Reply> {
    const { promise, resolve } = Promise.withResolvers<Reply>();
    timeline.at(timeline.nowMs() + timeoutMs, () => resolve({ kind: 'broken', errno: 'TIMEOUT' }));
    return Promise.race([reply, promise]);
  }

  return {
    command: (request) => send(request, request.sendBy),
    async query(request): Promise<QueryEnd> {
      const end = await send(request, Number.POSITIVE_INFINITY);
      return end.kind === 'answer' ? end : { kind: 'no-answer', errno: end.errno };
    },
    close() {},
  };
}

function callOf({ call }: WireRequest): CallName {
  return call === 'time' || call === 'information' ? 'other' : call;
}
