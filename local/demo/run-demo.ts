import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod/mini';
import type { LocalStack } from '../stack/start-stack.ts';
import { type DemoTarget, placeOrder } from './place-order.ts';
import { ALL_ORDERS, type DemoOrder } from './plan.ts';

/** One order of the demonstration and how it stands. */
export interface DemoRow {
  readonly order: DemoOrder;
  readonly clientOrderId: string;
  readonly status: string;
  readonly code?: string | undefined;
  readonly tookMs: number;
  readonly ok: boolean;
}

/** Far above the minute of suspension and the proof of absence together. */
const DEMO_TIMEOUT_MS = 170_000;
const POLL_MS = 500;
/** A status line that is not final is taken for the end only when it stayed so long. */
const PROGRESS_MS = 5_000;

const orderSchema = z.object({
  status: z.string(),
  reason: z.optional(z.string()),
  rejection: z.optional(z.object({ code: z.string() })),
});

/**
 * Places all orders of the demonstration with their faults and follows each until it has the
 * expected status or the time is up.
 */
export async function runDemo(
  stack: LocalStack,
  target: DemoTarget,
  say: (line: string) => void,
): Promise<readonly DemoRow[]> {
  const startedAt = Date.now();
  const run = startedAt.toString(36);
  const rows: DemoRow[] = [];
  for (const [index, order] of ALL_ORDERS.entries()) {
    const clientOrderId = `demo-${run}-${String(index + 1).padStart(2, '0')}`;
    addFault(stack, order, clientOrderId);
    await placeOrder(target, order, { clientOrderId, now: Date.now() });
    rows.push({ order, clientOrderId, status: 'SENT', tookMs: 0, ok: false });
  }
  say(`${rows.length} orders are placed; waiting until each has its expected status`);

  let saidAt = Date.now();
  while (rows.some((row) => !row.ok) && Date.now() < startedAt + DEMO_TIMEOUT_MS) {
    await sleep(POLL_MS);
    for (const [index, row] of rows.entries()) {
      if (!row.ok) rows[index] = await look(target, row, startedAt);
    }
    if (Date.now() < saidAt + PROGRESS_MS) continue;
    saidAt = Date.now();
    say(progressLine(rows, saidAt - startedAt));
  }
  return rows;
}

function addFault(stack: LocalStack, order: DemoOrder, clientOrderId: string): void {
  if (order.fault === undefined) return;
  const site = order.accountId === 'desk-1' ? 'HK' : 'GLOBAL';
  const match = { endpoint: 'create' as const, clientOrderId };
  stack.exchanges?.simulators.get(site)?.admin.addRule({ match, times: 1, fault: order.fault });
}

async function look({ apiUrl }: DemoTarget, row: DemoRow, startedAt: number): Promise<DemoRow> {
  const { order, clientOrderId } = row;
  const answer = await fetch(`${apiUrl}/v1/orders/${order.accountId}/${clientOrderId}`);
  if (answer.status === 404) return row;
  const { status, reason, rejection } = orderSchema.parse(await answer.json());
  const ok = order.expected.some((expected) => expected === status);
  return { ...row, status, code: rejection?.code ?? reason, ok, tookMs: Date.now() - startedAt };
}

function progressLine(rows: readonly DemoRow[], elapsedMs: number): string {
  const waiting = rows.filter((row) => !row.ok).map((row) => row.status);
  const counts = Map.groupBy(waiting, (status) => status);
  const still = [...counts].map(([status, all]) => `${all.length} ${status}`).join(', ');
  const done = rows.length - waiting.length;
  return `  ${Math.round(elapsedMs / 1_000)} s: ${done} of ${rows.length} as expected; still ${still}`;
}
