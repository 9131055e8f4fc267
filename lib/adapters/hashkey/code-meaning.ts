import { CODE_ROWS } from './outcomes.ts';

const MEANINGS: ReadonlyMap<string, string> = new Map(
  CODE_ROWS.map(([code, , , meaning]) => [code, meaning]),
);

/** Says what a code of the exchange means, in a few words; undefined for one that is not listed. */
export function codeMeaning(code: string): string | undefined {
  return MEANINGS.get(code);
}
