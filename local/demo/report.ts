import type { LocalExchanges } from '../stack/exchange.ts';
import type { DemoRow } from './run-demo.ts';

/** Draws what happened as a table, one line an order. */
export function tableOf(rows: readonly DemoRow[]): string {
  const lines = rows.map((row) => [
    row.ok ? 'ok' : 'NOT',
    row.order.way,
    row.order.accountId,
    `${row.order.request.type} ${row.order.request.side} ${row.order.request.symbol}`,
    row.order.what,
    row.code === undefined ? row.status : `${row.status} (${row.code})`,
    `${(row.tookMs / 1_000).toFixed(1)} s`,
  ]);
  const head = ['', 'way', 'account', 'order', 'what happens', 'status', 'after'];
  return drawn([head, ...lines]);
}

/** Says what the exchanges counted: the other side's own view of the same orders. */
export function exchangeLines(exchanges: LocalExchanges): readonly string[] {
  return [...exchanges.simulators].map(([site, simulator]) => {
    const { total } = simulator.admin.statistics();
    return (
      `exchange ${site}: ${total.ordersAccepted} orders accepted, ${total.duplicates} duplicates, ` +
      `${total.status429} times 429, ${total.status418} times 418, ` +
      `${total.requestsWhileSuspended} requests while suspended, ` +
      `at most ${total.largestOrdersInAnySecond} orders in any second`
    );
  });
}

function drawn(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows
    .map((row) => row.map((cell, column) => cell.padEnd(widths?.[column] ?? 0)).join('  '))
    .map((line) => line.trimEnd())
    .join('\n');
}
