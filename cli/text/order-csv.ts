import { stringify } from 'csv-stringify/sync';
import type { Order } from '../../client/index.ts';

type Cell = string | number | undefined;

/** The columns of an exported order, one each: what is many becomes a sum or a count. */
const COLUMNS: readonly (readonly [string, (order: Order) => Cell])[] = [
  ['accountId', ({ accountId }) => accountId],
  ['clientOrderId', ({ clientOrderId }) => clientOrderId],
  ['status', ({ status }) => status],
  ['reason', ({ reason }) => harmless(reason)],
  ['symbol', ({ symbol }) => symbol],
  ['side', ({ side }) => side],
  ['type', ({ type }) => type],
  ['quantity', ({ quantity }) => quantity],
  ['amount', ({ amount }) => amount],
  ['price', ({ price }) => price],
  ['timeInForce', ({ timeInForce }) => timeInForce],
  ['validUntil', ({ validUntil }) => iso(validUntil)],
  ['exchangeOrderId', ({ exchangeOrderId }) => exchangeOrderId],
  ['executedQuantity', ({ executedQuantity }) => executedQuantity],
  ['cumulativeQuote', ({ cumulativeQuote }) => cumulativeQuote],
  ['averagePrice', ({ averagePrice }) => averagePrice],
  ['fees', ({ fees }) => fees.map(({ asset, amount }) => `${amount} ${asset}`).join('; ')],
  ['fillsComplete', ({ fillsComplete }) => String(fillsComplete)],
  ['rejectionCode', ({ rejection }) => rejection?.code],
  ['rejectionMessage', ({ rejection }) => harmless(rejection?.message)],
  ['cancelStatus', ({ cancel }) => cancel?.status],
  ['attempts', ({ attempts }) => attempts.length],
  ['replaces', ({ replaces }) => replaces],
  ['replacedBy', ({ replacedBy }) => replacedBy],
  ['createdAt', ({ createdAt }) => iso(createdAt)],
  ['updatedAt', ({ updatedAt }) => iso(updatedAt)],
  ['version', ({ version }) => version],
];

/** The first line of an export. */
export function csvHeader(): string {
  return stringify([COLUMNS.map(([name]) => name)]);
}

/** One order as a line of comma-separated values. */
export function csvLine(order: Order): string {
  return stringify([COLUMNS.map(([, cell]) => cell(order))]);
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

/** A spreadsheet must not take a text of the exchange for a formula. */
function harmless(text: string | undefined): string | undefined {
  return text !== undefined && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}
