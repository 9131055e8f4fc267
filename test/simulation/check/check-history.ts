import { createHash } from 'node:crypto';
import type { History } from '../core/history.ts';
import { checkCancels } from './check-cancels.ts';
import { checkEnds } from './check-ends.ts';
import { checkEvents, checkSecrets } from './check-events.ts';
import { checkEvidence } from './check-evidence.ts';
import { checkGates } from './check-gates.ts';
import { checkReplacements } from './check-replacements.ts';
import { checkHalts, checkIntentFirst, checkOnce, checkOrdering } from './check-sending.ts';
import { checkShapes } from './check-shapes.ts';
import { checkStates } from './check-states.ts';
import { indexHistory } from './history-index.ts';
import type { Violation } from './violation.ts';

/** Every promise that a history breaks, in the order in which it shows; none for a good one. */
export function checkHistory(history: History): readonly Violation[] {
  const index = indexHistory(history);
  return [
    ...checkOnce(index),
    ...checkIntentFirst(index),
    ...checkHalts(index),
    ...checkEvidence(index),
    ...checkEnds(index),
    ...checkCancels(index),
    ...checkReplacements(index),
    ...checkGates(index),
    ...checkStates(index),
    ...checkEvents(index),
    ...checkShapes(index),
    ...checkSecrets(index, textOf(history)),
    ...checkOrdering(index),
  ].sort((one, other) => one.at - other.at);
}

/** Names a whole history: two that differ anywhere have different names. */
export function digestOf(history: History): string {
  return createHash('sha256').update(textOf(history)).digest('hex');
}

const TEXTS = new WeakMap<History, string>();

function textOf(history: History): string {
  const known = TEXTS.get(history);
  if (known !== undefined) return known;
  const { secrets: _secrets, ...shown } = history;
  const text = JSON.stringify(shown);
  TEXTS.set(history, text);
  return text;
}
