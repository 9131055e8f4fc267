import type { Order } from '../../client/index.ts';
import { awayText, momentText } from '../../lib/application/explain/time-text.ts';
import type { Output, Paint } from '../command-line/output.ts';
import { type Column, table } from './table.ts';

const COLUMNS: readonly Column[] = [
  { title: 'CLIENT ORDER ID' },
  { title: 'STATUS' },
  { title: 'SIDE' },
  { title: 'SYMBOL' },
  { title: 'QUANTITY', align: 'right' },
  { title: 'PRICE', align: 'right' },
  { title: 'EXECUTED', align: 'right' },
  { title: 'CHANGED' },
  { title: 'REASON' },
];
const STATUS_COLUMN = 1;

/** Says how a status is set off. */
export function statusPaint(status: Order['status']): Paint {
  switch (status) {
    case 'FILLED':
    case 'NEW':
    case 'PARTIALLY_FILLED':
      return 'good';
    case 'IN_DOUBT':
    case 'SENDING':
    case 'RECEIVED':
      return 'doubt';
    case 'REJECTED':
    case 'DENIED':
    case 'HELD':
      return 'bad';
    case 'CANCELED':
    case 'PARTIALLY_CANCELED':
    case 'EXPIRED':
    case 'NEVER_PLACED':
      return 'dim';
  }
}

/** Sets orders as a table. */
export function orderTable(
  orders: readonly Order[],
  out: Pick<Output, 'paint'>,
  { now, zone }: { readonly now: number; readonly zone?: string | undefined },
): readonly string[] {
  const rows = orders.map((order) => [
    order.clientOrderId,
    order.status,
    order.side,
    order.symbol,
    order.quantity ?? (order.amount === undefined ? '' : `for ${order.amount}`),
    order.price ?? 'market',
    order.executedQuantity,
    `${momentText(order.updatedAt, zone)} (${awayText(order.updatedAt, now)})`,
    order.reason ?? '',
  ]);
  return table(COLUMNS, rows, (text, { row, column }) => {
    const status = orders[row]?.status;
    return column === STATUS_COLUMN && status !== undefined
      ? out.paint(statusPaint(status), text)
      : text;
  });
}

/** Sets one order as a few lines. */
export function orderLines(
  order: Order,
  out: Pick<Output, 'paint'>,
  { now, zone }: { readonly now: number; readonly zone?: string | undefined },
): readonly string[] {
  const size = order.quantity ?? `for ${order.amount ?? '?'}`;
  const price = order.price === undefined ? 'at the market' : `at ${order.price}`;
  const average = order.averagePrice === undefined ? '' : ` at ${order.averagePrice} on average`;
  const told = order.rejection?.message;
  return [
    `${order.accountId}/${order.clientOrderId}  ${out.paint(statusPaint(order.status), order.status)}${order.reason === undefined ? '' : `  ${order.reason}`}`,
    `  ${order.side} ${size} ${order.symbol} ${order.type} ${price} ${order.timeInForce}`,
    `  executed ${order.executedQuantity}${average}`,
    ...(told === undefined || told === '' ? [] : [`  told: ${told}`]),
    ...(order.cancel === undefined ? [] : [`  cancel ${order.cancel.status}`]),
    `  changed ${momentText(order.updatedAt, zone)} (${awayText(order.updatedAt, now)}), version ${order.version}`,
  ];
}
