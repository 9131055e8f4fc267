import { FAULT_MEANINGS, SOURCE_MEANINGS, type Wording } from './meanings.ts';
import { type Fields, fieldsAt, lookUp, numberAt, textAt } from './read-detail.ts';

/** Says on what a statement stands: where it came from, and what was said. */
export function evidenceText(evidence: Fields, wording: Wording): string {
  const source = lookUp(SOURCE_MEANINGS, textAt(evidence, 'source'));
  const said = saidText(evidence, wording);
  if (source === undefined) return said;
  return said === '' ? source : `${source}: ${said}`;
}

/** Says what the exchange or the network said. */
function saidText(evidence: Fields, { codeMeaning }: Wording): string {
  const httpStatus = numberAt(evidence, 'httpStatus');
  const code = textAt(evidence, 'code');
  const message = textAt(evidence, 'message');
  const meaning = lookUp(FAULT_MEANINGS, code) ?? (code && codeMeaning(code));
  const parts = [
    ...(httpStatus === undefined ? [] : [`HTTP ${httpStatus}`]),
    ...(code === undefined
      ? []
      : [meaning === undefined ? `code ${code}` : `${code} (${meaning})`]),
    ...(message === undefined ? [] : [`“${message}”`]),
  ];
  return parts.join(', ');
}

/** The evidence of a history entry as the end of a sentence: ` (…)`, or nothing. */
export function evidenceSuffix(entry: Fields, wording: Wording): string {
  const text = evidenceText(fieldsAt(entry, 'evidence'), wording);
  return text === '' ? '' : ` (${text})`;
}
