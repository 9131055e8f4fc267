import { setImmediate } from 'node:timers/promises';

/** Ends once everything that can go on without time passing has gone on. */
export async function nextTurn(): Promise<void> {
  await setImmediate();
}
