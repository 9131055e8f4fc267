import { type Figures, missedTargets, type Result, round } from './figures.ts';
import type { Row } from './row.ts';

/** Columns that most rows have; every other figure is named in the last one. */
const COLUMNS: readonly { readonly title: string; readonly show: (of: Figures) => string }[] = [
  { title: 'accepted', show: ({ accepted, asked }) => `${accepted ?? '–'} / ${asked ?? '–'}` },
  { title: '429', show: ({ refused429 }) => shown(refused429) },
  { title: '418', show: ({ refused418 }) => shown(refused418) },
  { title: 'utilisation', show: ({ utilisation }) => percent(utilisation) },
  { title: 'overtaken', show: ({ overtaken }) => shown(overtaken) },
  { title: 'budget writes/order', show: ({ budgetWritesPerOrder }) => shown(budgetWritesPerOrder) },
  { title: 'p50/p99 ms', show: ({ p50Ms, p99Ms }) => both(p50Ms, p99Ms) },
  { title: 'CPU ms/order', show: ({ cpuMsPerOrder }) => shown(cpuMsPerOrder) },
];
const SHOWN =
  /^(?:asked|accepted|refused4|utilisation|overtaken|budgetWrites|p50Ms|p99Ms|cpuMs|orderWrites)/;

export const LEGEND = `
*accepted*: orders accepted of those asked for, until done or until the time limit of the run. *429*, *418*: refusals by the
exchange. *utilisation*: 1000 ms / mean gap between an accepted order's arrival and the tenth accepted one after it; 100 % is
the limit. *overtaken*: accepted orders that a later sent one of the same lane arrived before (a lane: a message group of ours, one
process and key of a library). *budget writes/order*: writes to the table of the budget per accepted order, those that a condition
refused too. *p50/p99*: from hand-over (queue, or call of the library) to the arrival at the exchange, way there included. *CPU*: user
and system time of the sending processes per accepted order, without start-up; ours with two writes and one read of the order store.
The jitter is peak to peak on the way to the exchange (and as much on the way back), so that 1000/(1000 + jitter/2) is the best that
anybody can reach. Ours: real submitting code in processes that play the function, batches of ten from a FIFO feed with 30-100 ms
between invocations, orders and budget in dynalite, the real 60 s suspension. Libraries: as their documentation says for ten calls a
second, refused orders sent again at once, one shared signed HTTP sender (ccxt: its own); without suspension unless said.
Trust counts and ratios, not milliseconds: everything shares this machine.
`;

/** Writes all results as Markdown, one table per row, and what ours misses. */
export function tableOf(rows: readonly Row[], results: readonly Result[]): string {
  return rows.map((row) => tableOfRow(row, ofRow(results, row))).join('\n');
}

/** Says what ours misses in one row; nothing when all targets are met. */
export function missedIn(row: Row, all: readonly Result[]): readonly string[] {
  const results = ofRow(all, row);
  if (results.length === 0) return [];
  const missed = results.flatMap((result) =>
    missedTargets(result).map((what) => `${result.case}, ${result.contender}: ${what}`),
  );
  return isWhole(row, results) && row.compare ? [...missed, ...row.compare(results)] : missed;
}

/** Cases of a row are compared only when all of them ran. */
function isWhole(row: Row, results: readonly Result[]): boolean {
  return results.length === row.cases.length;
}

function ofRow(results: readonly Result[], row: Row): readonly Result[] {
  return results.filter((result) => result.row === row.id);
}

function tableOfRow(row: Row, results: readonly Result[]): string {
  const titles = ['case', 'contender', ...COLUMNS.map(({ title }) => title), 'also'];
  const lines = results.map((result) => lineOf(result));
  const missed = missedIn(row, results);
  const isCompared = row.compare === undefined || isWhole(row, results);
  const met = isCompared ? 'met' : 'met as far as it ran; the comparison needs every case';
  const verdict = missed.length === 0 ? met : `missed: ${missed.join(' · ')}`;
  return [
    `## ${row.id}. ${row.title}`,
    '',
    `Wanted: ${row.wanted}. ${verdict[0]?.toUpperCase()}${verdict.slice(1)}.`,
    '',
    `| ${titles.join(' | ')} |`,
    `|${' --- |'.repeat(titles.length)}`,
    ...lines,
    '',
  ].join('\n');
}

function lineOf({ case: name, contender, figures, error }: Result): string {
  const who = contender === 'ours' ? '**ours**' : contender;
  const also = Object.entries(figures)
    .filter(([figure, value]) => !SHOWN.test(figure) && !(figure === 'duplicates' && value === 0))
    .map(([figure, value]) => `${figure} ${round(value)}`);
  const shownFigures = COLUMNS.map(({ show }) => (error === undefined ? show(figures) : '–'));
  const last = error === undefined ? also.join(', ') : `failed: ${error.replaceAll('|', '/')}`;
  return `| ${[name, who, ...shownFigures, last].join(' | ')} |`;
}

function shown(value: number | undefined): string {
  return value === undefined ? '–' : round(value);
}

function percent(value: number | undefined): string {
  return value === undefined ? '–' : `${(value * 100).toFixed(1)} %`;
}

function both(one: number | undefined, other: number | undefined): string {
  return one === undefined || other === undefined ? '–' : `${round(one)} / ${round(other)}`;
}
