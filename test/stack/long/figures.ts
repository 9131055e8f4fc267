import type { StatisticsReport } from '../../../simulator/admin/statistics.ts';

/** What a question of an endpoint weighs in the query budget of a key. */
const WEIGHTS: Readonly<Record<string, number>> = {
  query: 1,
  openOrders: 1,
  history: 5,
  trades: 5,
  tradesByClientOrderId: 1,
  listenKey: 1,
};

/** Questions that arrived from a time on, by endpoint, and what they weigh together. */
export function questionsOf({ arrivals }: StatisticsReport, from: number) {
  const asked = arrivals.filter(({ at, endpoint }) => at >= from && endpoint in WEIGHTS);
  const counts = Object.groupBy(asked, ({ endpoint }) => endpoint);
  const weight = asked.reduce((sum, { endpoint }) => sum + (WEIGHTS[endpoint] ?? 0), 0);
  const words = Object.entries(counts).map(([name, all]) => `${all?.length ?? 0} ${name}`);
  return { weight, text: words.join(', ') };
}

/** The value that so much of the values does not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

/** Milliseconds as people read them. */
export function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

/** Writes one line over and over on a terminal, and line by line elsewhere. */
export function progress(text: string): void {
  if (process.stdout.isTTY) process.stdout.write(`\r\u001b[2K${text}`);
  else process.stdout.write(`${text}\n`);
}

/** Says what was promised and what was seen; a broken promise makes the command fail. */
export function judge(isKept: boolean, text: string): void {
  process.stdout.write(`${isKept ? 'kept  ' : 'BROKEN'}  ${text}\n`);
  if (!isKept) process.exitCode = 1;
}
