import type { CallName } from '../core/history.ts';

/** A request as the exchange reads it. */
export interface WireRequest {
  readonly call: CallName | 'time' | 'information';
  readonly method: string;
  readonly parameters: URLSearchParams;
  /** What the signature covers. */
  readonly signedText: string;
  readonly signature: string;
  readonly clientOrderId: string;
}

type Named = readonly [method: string, path: string, call: WireRequest['call']];

const CALLS: readonly Named[] = [
  ['POST', '/api/v1.1/spot/order', 'create'],
  ['DELETE', '/api/v1/spot/order', 'cancel'],
  ['GET', '/api/v1/spot/order', 'query'],
  ['GET', '/api/v1/spot/openOrders', 'open-orders'],
  ['GET', '/api/v1/spot/tradeOrders', 'history'],
  ['GET', '/api/v1/account/trades', 'trades'],
  ['GET', '/api/v1/account/tradesByClOrderId', 'trades'],
  ['POST', '/api/v1/userDataStream', 'listen-key'],
  ['PUT', '/api/v1/userDataStream', 'listen-key'],
  ['GET', '/api/v1/time', 'time'],
  ['GET', '/api/v1/exchangeInfo', 'information'],
];

/** Reads a request as it was written to the connection. */
export function readWireRequest(
  method: string,
  written: { readonly path: string; readonly form?: string },
): WireRequest {
  const [path = '', query = ''] = written.path.split('?');
  const text = written.form ?? query;
  const parameters = new URLSearchParams(text);
  const call = CALLS.find(([verb, place]) => verb === method && place === path)?.[2] ?? 'other';
  return {
    call,
    method,
    parameters,
    signedText: text.replace(/&signature=[^&]*$/, ''),
    signature: parameters.get('signature') ?? '',
    clientOrderId:
      parameters.get('newClientOrderId') ??
      parameters.get('origClientOrderId') ??
      parameters.get('clientOrderId') ??
      '',
  };
}

/** What a call takes of its key's limit; where documents disagree, the higher one. */
export function costOf(
  call: CallName,
  isOfOneOrder: boolean,
): {
  readonly limitClass: 'order' | 'query';
  readonly cost: number;
} {
  if (call === 'create' || call === 'cancel') return { limitClass: 'order', cost: 1 };
  // Of the questions for trades only the one about all orders is dear.
  const isDear = call === 'history' || (call === 'trades' && !isOfOneOrder);
  return { limitClass: 'query', cost: isDear ? 5 : 1 };
}
