import type { StreamReport } from '../../application/user-stream.ts';
import type { TradeReport } from '../../domain/execution-report.ts';
import type { UnixMs } from '../../domain/time.ts';
import { parseJson } from './json.ts';
import { statusReport } from './mapping.ts';
import type { Redact } from './plain-text.ts';
import { pingSchema, streamOrderSchema, type WireStreamOrder } from './wire.ts';
import { decimalFrom, positiveFrom } from './wire-decimal.ts';
import { withoutAbsent } from './without-absent.ts';

/** What one frame of the stream is. */
export type StreamMessage =
  | { readonly kind: 'ping'; readonly ping: string }
  | { readonly kind: 'reports'; readonly reports: readonly StreamReport[] }
  /** A list of events with one that names an order and cannot be read. */
  | { readonly kind: 'unreadable' }
  /** A heartbeat's answer, balances, or something of a kind that we do not follow. */
  | { readonly kind: 'other' };

/** Fills of the stream carry the exchange's word for who was first on the book. */
const MAKER = 'maker';
const TRADE_ID = /^\d{1,20}$/;

/**
 * Reads one frame. Data frames are lists of events, heartbeats are objects; an event is told by its
 * fields and not by its name, which may be empty.
 */
export function readStreamMessage(text: string, now: UnixMs, redact: Redact): StreamMessage {
  const body = parseJson(text);
  if (!Array.isArray(body)) {
    const ping = pingSchema.safeParse(body);
    if (ping.success) return { kind: 'ping', ping: ping.data.ping };
    return typeof body === 'object' && body !== null ? { kind: 'other' } : { kind: 'unreadable' };
  }
  const orders = body.filter(isAboutOrder);
  const reports = orders.map((event) => reportOf(event, now, redact));
  if (!reports.every((report) => report !== undefined)) return { kind: 'unreadable' };
  return reports.length === 0 ? { kind: 'other' } : { kind: 'reports', reports };
}

/** Only execution reports have an order id and a status; `ticketInfo` has neither under these. */
function isAboutOrder(event: unknown): boolean {
  return typeof event === 'object' && event !== null && 'i' in event && 'X' in event;
}

function reportOf(event: unknown, now: UnixMs, redact: Redact): StreamReport | undefined {
  const order = streamOrderSchema.safeParse(event);
  if (!order.success) return undefined;
  const { data } = order;
  const report = statusReport(asOrder(data), redact);
  if (report === undefined) return undefined;
  const evidence = { source: 'stream', at: now } as const;
  const trade = tradeIn(data, now);
  return { statement: { report, evidence }, ...(trade === undefined ? {} : { trade }) };
}

/** The same order by the names of the lists. */
function asOrder(event: WireStreamOrder) {
  return {
    clientOrderId: event.c,
    orderId: event.i,
    symbol: event.s,
    side: event.S,
    status: event.X,
    executedQty: event.z,
    type: event.o,
    origQty: event.q,
    price: event.p,
    cumulativeQuoteQty: event.Z,
    cummulativeQuoteQty: undefined,
    avgPrice: event.V,
    ordCxlReason: event.x,
    transactTime: undefined,
    updateTime: event.U,
    time: event.E,
  };
}

function tradeIn(event: WireStreamOrder, now: UnixMs): TradeReport | undefined {
  const quantity = positiveFrom(event.l);
  const price = positiveFrom(event.L);
  const tradeId = event.d ?? '';
  if (quantity === undefined || price === undefined || !TRADE_ID.test(tradeId)) return undefined;
  const fee = decimalFrom(event.n);
  const at = Number(event.U ?? event.E ?? now);
  return {
    clientOrderId: event.c,
    exchangeOrderId: event.i,
    symbol: event.s,
    side: event.S,
    fill: {
      ...{ tradeId, price, quantity, at: Number.isSafeInteger(at) ? at : now },
      ...withoutAbsent({
        ticketId: event.T === '' ? undefined : event.T,
        fee,
        feeAsset: fee === undefined || event.N === '' ? undefined : event.N,
        isMaker: event.rt === undefined ? undefined : event.rt === MAKER,
      }),
    },
  };
}
