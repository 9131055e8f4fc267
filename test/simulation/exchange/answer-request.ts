import { createHmac } from 'node:crypto';
import type { ExchangeOrder } from './exchange-order.ts';
import { isShown, stateAt, wireOrder, wireTrades } from './exchange-order.ts';
import type { ExchangeState } from './exchange-state.ts';
import type { WireRequest } from './read-wire-request.ts';
import { ANSWERS, exchangeInformation, json, type WireAnswer } from './wire-answers.ts';

/** A signed request whose key is known. */
export interface Asked {
  readonly request: WireRequest;
  readonly apiKey: string;
  /** Number of its departure; absent for unsigned reads. */
  readonly number: number;
  readonly nowMs: number;
  readonly startAt: number;
  /** How old an answer about one order is. */
  readonly staleMs: number;
}

/** From here on a timestamp counts as lying in the future. */
const AHEAD_MS = 1_000;

/** Answers what needs no key. */
export function answerUnsigned(
  request: WireRequest,
  { nowMs, startAt }: { readonly nowMs: number; readonly startAt: number },
): WireAnswer {
  if (request.call === 'time') return json(200, { serverTime: String(startAt + nowMs) });
  return request.call === 'information' ? exchangeInformation(startAt) : ANSWERS.noHandler;
}

/** Checks key, signature and time of a request that was let in. */
export function refusalOf(state: ExchangeState, asked: Asked): WireAnswer | undefined {
  const { request, apiKey, nowMs, startAt } = asked;
  const secret = state.validSecrets.get(apiKey);
  if (secret === undefined) return ANSWERS.badKey;
  if (!state.isListed()) return ANSWERS.wrongAddress;
  const expected = createHmac('sha256', secret).update(request.signedText).digest('hex');
  if (expected !== request.signature) return ANSWERS.badSignature;
  const timestamp = Number(request.parameters.get('timestamp') ?? '0');
  const windowMs = Number(request.parameters.get('recvWindow') ?? '5000');
  const now = startAt + nowMs;
  const isInTime = timestamp < now + AHEAD_MS && now - timestamp <= windowMs;
  return isInTime ? undefined : ANSWERS.skewed;
}

/** Answers a signed read. */
export function answerRead(state: ExchangeState, asked: Asked): WireAnswer {
  const { request, nowMs, startAt, staleMs } = asked;
  const shown = state.orders.filter((order) => isShown(order, nowMs));
  const wire = (order: ExchangeOrder, timeMs: number) => wireOrder(order, timeMs, startAt);
  if (request.call === 'query') {
    const found = shown.find((order) => order.clientOrderId === request.clientOrderId);
    if (found === undefined) return ANSWERS.notFound;
    return json(200, wire(found, Math.max(found.acceptedMs, nowMs - staleMs)));
  }
  if (request.call === 'open-orders' || request.call === 'history') {
    const isHistory = request.call === 'history';
    const listed = shown.filter((order) => isClosed(order, nowMs) === isHistory);
    const limit = Number(request.parameters.get('limit') ?? '500');
    const newestFirst = listed.toReversed().slice(0, limit);
    return json(
      200,
      newestFirst.map((order) => wire(order, nowMs)),
    );
  }
  if (request.call === 'trades') {
    const { clientOrderId } = request;
    const about = shown.filter((order) => !clientOrderId || order.clientOrderId === clientOrderId);
    return json(200, about.flatMap((order) => wireTrades(order, nowMs, startAt)).reverse());
  }
  return ANSWERS.noHandler;
}

/** Takes a cancel, and gives what a client is told who hears the answer: how the order was. */
export function answerCancel(
  state: ExchangeState,
  { request, nowMs, startAt }: Asked,
  fault: 'ignored' | 'echo' | undefined,
): WireAnswer {
  const exchangeOrderId = request.parameters.get('orderId');
  const order = state.orders.find((one) => one.exchangeOrderId === exchangeOrderId);
  if (order === undefined || order.forgottenMs !== undefined) return ANSWERS.notFound;
  if (isClosed(order, nowMs)) {
    return order.ending === 'FILLED' ? ANSWERS.filled : ANSWERS.canceled;
  }
  const before = wireOrder(order, nowMs, startAt);
  if (fault !== 'ignored') state.cancel(order);
  return json(200, fault === 'echo' ? { ...before, status: 'CANCELED' } : before);
}

/** Gives or renews a listen key. */
export function answerListenKey({ stream }: ExchangeState, { request }: Asked): WireAnswer {
  if (request.method === 'POST') return json(200, { listenKey: stream.createKey() });
  const isRenewed = stream.renewKey(request.parameters.get('listenKey') ?? '');
  return isRenewed ? json(200, {}) : ANSWERS.noListenKey;
}

/** Takes an order, and gives what a client is told who hears the answer. */
export function answerCreate(state: ExchangeState, asked: Asked): WireAnswer {
  const placed = state.place(asked.request.parameters, asked.number);
  if (placed === 'duplicate') return ANSWERS.duplicate;
  return json(200, wireOrder(placed, asked.nowMs, asked.startAt));
}

function isClosed(order: ExchangeOrder, timeMs: number): boolean {
  return !['NEW', 'PARTIALLY_FILLED'].includes(stateAt(order, timeMs).status);
}
