/** So many of all mutants have to be noticed, in percent; every other one has to be explained. */
export const KILLED_MIN_PERCENT = 90;

/** A test failed, never came to an end, or could not be loaded any more: each is noticed. */
const NOTICED = new Set(['Killed', 'Timeout', 'RuntimeError']);
const UNNOTICED = new Set(['Survived', 'NoCoverage']);

/**
 * Sorts the mutants of one file by what became of them.
 *
 * @param explanations - `at` is the line, `from` what was there, `to` what took its place
 * @returns survivors with and without an explanation, and explanations that explain nothing
 */
export function judge(mutants, explanations = []) {
  const survivors = mutants.filter(({ status }) => UNNOTICED.has(status));
  const fits = (one, { at, from, to }) => one.at === at && one.from === from && one.to === to;
  const open = survivors.filter((one) => !explanations.some((each) => fits(one, each)));
  return {
    killed: mutants.filter(({ status }) => NOTICED.has(status)).length,
    survived: survivors.length,
    explained: survivors.length - open.length,
    ignored: mutants.filter(({ status }) => status === 'Ignored').length,
    open,
    stale: explanations.filter((each) => !survivors.some((one) => fits(one, each))),
  };
}

/** Gives the closing table, one line per file and one for all. */
export function tableOf(verdicts) {
  const all = { file: 'all' };
  for (const key of ['killed', 'survived', 'explained', 'ignored']) {
    all[key] = verdicts.reduce((sum, verdict) => sum + verdict[key], 0);
  }
  const width = Math.max(...verdicts.map(({ file }) => file.length)) + 2;
  const head = ['mutants', 'killed', 'survived', 'explained', 'left out', 'killed of all'];
  const row = (name, cells) =>
    name.padEnd(width) + cells.map((one) => `${one}`.padStart(16)).join('');
  const lines = [...verdicts, all].map((one) =>
    row(one.file, [
      one.killed + one.survived,
      one.killed,
      one.survived,
      one.explained,
      one.ignored,
      `${percentOf(one).toFixed(1)} %`,
    ]),
  );
  return { lines: [row('file', head), ...lines], percent: percentOf(all) };
}

function percentOf({ killed, survived }) {
  return killed + survived === 0 ? 100 : (100 * killed) / (killed + survived);
}
