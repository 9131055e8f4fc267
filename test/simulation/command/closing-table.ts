import { describeViolation, VIOLATIONS } from '../check/violation.ts';
import type { Tally } from './run-seed.ts';

const NAME_WIDTH = 48;
const DAY_MS = 86_400_000;

/** What many worlds came to, as a table for people. */
export function closingTable(tally: Tally, seconds: number): string {
  const faults = Object.entries(tally.faults).sort(([, one], [, other]) => other - one);
  const statuses = Object.entries(tally.statuses).sort(([, one], [, other]) => other - one);
  const faultCount = faults.reduce((sum, [, times]) => sum + times, 0);
  return [
    ...row('worlds', tally.worlds),
    ...row('  seconds of this machine', seconds.toFixed(1)),
    ...row('  days of virtual time', (tally.virtualMs / DAY_MS).toFixed(1)),
    ...row('orders', tally.orders),
    ...statuses.flatMap(([status, times]) => row(`  ${status}`, times)),
    ...row('signed requests', tally.requests),
    ...row('orders placed at the exchange', tally.placed),
    ...row('orders wanted canceled', tally.cancels),
    ...row('  calls that cancel', tally.cancelCalls),
    ...row('orders to take the place of others', tally.replacements),
    ...row('frames of user data streams', tally.frames),
    ...row('processes killed at a port call', tally.killed),
    ...row('processes out of time', tally.timeouts),
    ...row('other faults', faultCount),
    ...faults.flatMap(([name, times]) => row(`  ${name}`, times)),
    'broken promises',
    ...Object.entries(VIOLATIONS).flatMap(([kind, { promise, title }]) =>
      row(`  ${promise.padEnd(9)}${title}`, tally.violations[kind] ?? 0),
    ),
    ...row('  worlds that are not the same again', tally.unrepeatable),
    '',
  ].join('\n');
}

/** The seeds that broke a promise, and how to see what happened. */
export function failureList({ failures }: Tally): string {
  if (failures.length === 0) return '';
  const lines = failures.map(
    ({ seed, mood, violation }) => `  seed ${seed} (${mood}): ${describeViolation(violation)}`,
  );
  const seed = failures[0]?.seed ?? 1;
  return [
    'Seeds that broke a promise:',
    ...lines,
    '',
    `  npm run simulate -- --seed ${seed} --verbose`,
    '',
  ].join('\n');
}

function row(name: string, value: number | string): readonly string[] {
  const shown = typeof value === 'number' ? value.toLocaleString('en') : value;
  return [`${name.padEnd(NAME_WIDTH)}${shown.padStart(12)}`];
}
