import { parseProducer } from '../../lib/adapters/secrets-manager/parse-producer.ts';
import type { Configuration } from '../stack/configuration.ts';
import type { LocalStack } from '../stack/start-stack.ts';
import { type DemoTarget, placeOrder } from './place-order.ts';
import { QUIET_ORDERS } from './plan.ts';
import { exchangeLines, tableOf } from './report.ts';
import { runDemo } from './run-demo.ts';

/** The producer whose webhooks the demonstration signs. */
const PRODUCER_ID = 'demo';

/** Settings of the demonstration: doubt ends sooner than it would with real money. */
export const DEMO_ENVIRONMENT = {
  ABSENCE_HORIZON_MS: '6000',
  ABSENCE_SPACING_MS: '2000',
} as const;

/**
 * Runs the whole demonstration and prints what happened.
 *
 * @returns whether every order reached its expected status and the exchange saw no order twice
 */
export async function demonstrate(
  stack: LocalStack,
  configuration: Configuration,
  say: (line: string) => void,
): Promise<boolean> {
  const { ABSENCE_HORIZON_MS: horizonMs } = DEMO_ENVIRONMENT;
  say(`Demonstration. Absence is proven ${Number(horizonMs) / 1_000} s after the fence here;`);
  say('with real money it takes 60 s.');
  const rows = await runDemo(stack, targetOf(stack, configuration), say);
  say('');
  say(tableOf(rows));
  say('');
  for (const line of stack.exchanges === undefined ? [] : exchangeLines(stack.exchanges)) say(line);

  const duplicates = [...(stack.exchanges?.simulators.values() ?? [])]
    .map((simulator) => simulator.admin.statistics().total.duplicates)
    .reduce((sum, count) => sum + count, 0);
  const failed = rows.filter((row) => !row.ok).length + (duplicates > 0 ? 1 : 0);
  const checks = rows.length + 1;
  say(`${checks - failed} passed, ${failed} failed`);
  return failed === 0;
}

/** Places a few orders so that there is something to look at. */
export async function placeSome(
  stack: LocalStack,
  configuration: Configuration,
): Promise<readonly string[]> {
  const target = targetOf(stack, configuration);
  const now = Date.now();
  const placed: string[] = [];
  for (const [index, order] of QUIET_ORDERS.entries()) {
    const clientOrderId = `hello-${now.toString(36)}-${index + 1}`;
    await placeOrder(target, order, { clientOrderId, now });
    placed.push(`${target.apiUrl}/v1/orders/${order.accountId}/${clientOrderId}`);
  }
  return placed;
}

function targetOf(stack: LocalStack, { producers }: Configuration): DemoTarget {
  const producer = parseProducer(PRODUCER_ID, producers[PRODUCER_ID]);
  const producerSecret = producer.secrets[0]?.reveal() ?? '';
  return { apiUrl: stack.apiUrl, awsUrl: stack.awsUrl, producerId: PRODUCER_ID, producerSecret };
}
