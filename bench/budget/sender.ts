import { createHmac } from 'node:crypto';
import { Agent, request } from 'node:http';

/** One key as the exchange knows it. */
export interface KeyPair {
  readonly apiKey: string;
  readonly apiSecret: string;
}

/** How one request ended. */
export interface SentOrder {
  /** Unix ms at which it was handed to the socket. */
  readonly sentAt: number;
  /** 0 when the connection broke. */
  readonly status: number;
}

/** What every contender buys: it trades at once, so that no limit of open orders is met. */
export const ORDER_TERMS = {
  symbol: 'BTCUSDT',
  side: 'BUY',
  type: 'LIMIT',
  quantity: '0.001',
  price: '99000',
} as const;

const ANSWER_WITHIN_MS = 10_000;
/** Enough for every request that can be on the way at ten a second. */
const SOCKETS_MAX = 64;

const agent = new Agent({ keepAlive: true, maxSockets: SOCKETS_MAX });

/** Signs and sends one order, once: the simple sender that all libraries share. */
export function sendOrder(
  exchangeUrl: string,
  key: KeyPair,
  clientOrderId: string,
): Promise<SentOrder> {
  const { promise, resolve } = Promise.withResolvers<SentOrder>();
  const sentAt = Date.now();
  const parameters = { ...ORDER_TERMS, newClientOrderId: clientOrderId, timestamp: String(sentAt) };
  const text = new URLSearchParams(parameters).toString();
  const signature = createHmac('sha256', key.apiSecret).update(text).digest('hex');
  const outgoing = request(`${exchangeUrl}/api/v1.1/spot/order?${text}&signature=${signature}`, {
    method: 'POST',
    agent,
    headers: { 'X-HK-APIKEY': key.apiKey, 'content-length': '0' },
    timeout: ANSWER_WITHIN_MS,
  });
  outgoing.on('timeout', () => outgoing.destroy());
  outgoing.on('error', () => resolve({ sentAt, status: 0 }));
  outgoing.on('response', (answer) => {
    answer.resume();
    answer.on('end', () => resolve({ sentAt, status: answer.statusCode ?? 0 }));
  });
  outgoing.end();
  return promise;
}
