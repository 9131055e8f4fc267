import type { Chance } from '../core/chance.ts';
import type { Weather } from '../core/weather.ts';
import { ANSWERS, type WireAnswer } from './wire-answers.ts';

/**
 * What happens to one request.
 *
 * - `unsent`: no connection stands, so nothing leaves
 * - `lost-before`, `lost-after`: the connection breaks before or after the exchange has acted
 * - `hang`: the exchange acts, and its answer never comes
 * - `late`: the request is long on its way, perhaps longer than its receive window
 * - `instead`: the exchange does nothing and says so, or says nothing clear
 * - `after`: the exchange acts and says nothing clear
 */
export type CallFault =
  | { readonly kind: 'none' | 'unsent' | 'lost-before' | 'lost-after' | 'hang' | 'throttle' }
  | { readonly kind: 'slow'; readonly answerMs: number }
  | { readonly kind: 'late'; readonly delayMs: number }
  | { readonly kind: 'instead' | 'after'; readonly answer: WireAnswer };

type Draw = (chance: Chance, weather: Weather) => CallFault;

const answering =
  (kind: 'instead' | 'after', answer: WireAnswer): Draw =>
  () => ({ kind, answer });
const plainly =
  (kind: 'unsent' | 'lost-before' | 'lost-after' | 'hang'): Draw =>
  () => ({ kind });
/** A refusal that the exchange also acts on: the key is suspended. */
const throttling: Draw = () => ({ kind: 'throttle' });

const late: Draw = (chance, { utmost }) => ({
  kind: 'late',
  delayMs: utmost ? 4_990 : chance.oneOf([4_990, 5_010, chance.below(5_000), chance.below(20_000)]),
});
const slow: Draw = (chance) => ({
  kind: 'slow',
  answerMs: chance.oneOf([4_900, chance.below(4_900)]),
});

/** Every fault of a create call, by its name in the closing table. */
export const CREATE_FAULTS: Readonly<Record<string, Draw>> = {
  unsent: plainly('unsent'),
  'lost-before': plainly('lost-before'),
  'lost-after': plainly('lost-after'),
  hang: plainly('hang'),
  late,
  slow,
  '5xx-before': answering('instead', ANSWERS.badGateway),
  '5xx-after': answering('after', ANSWERS.badGateway),
  '-1006-before': answering('instead', ANSWERS.unknownStatus),
  '-1006-after': answering('after', ANSWERS.unknownStatus),
  '-1000-after': answering('after', ANSWERS.internal),
  '-1001-in-200-after': answering('after', ANSWERS.disconnected),
  'unlisted-before': answering('instead', ANSWERS.unlisted),
  'unlisted-after': answering('after', ANSWERS.unlisted),
  'html-200-after': answering('after', ANSWERS.htmlSuccess),
  'truncated-after': answering('after', { httpStatus: 200, text: '{"symbol":"BTCU' }),
  refused: answering('instead', ANSWERS.balance),
  deferred: answering('instead', ANSWERS.deferred),
  throttled: throttling,
  'throttled-400': answering('instead', ANSWERS.limitedAs400),
};

/** Every fault of a signed read. */
export const QUERY_FAULTS: Readonly<Record<string, Draw>> = {
  'read-unsent': plainly('unsent'),
  'read-lost': plainly('lost-after'),
  'read-hang': plainly('hang'),
  'read-slow': slow,
  'read-5xx': answering('instead', ANSWERS.badGateway),
  'read--1001': answering('instead', ANSWERS.disconnected),
  'read-html': answering('instead', ANSWERS.htmlSuccess),
  'read-truncated': answering('instead', { httpStatus: 200, text: '[{"symbol":' }),
  'read-throttled-400': answering('instead', ANSWERS.limitedAs400),
};

/** Draws what happens to one call, with its name. */
export function drawFault(
  chance: Chance,
  weather: Weather,
  isCommand: boolean,
): { readonly name: string; readonly fault: CallFault } {
  const likelihood = isCommand ? weather.createFault : weather.queryFault;
  if (!chance.happens(likelihood)) return { name: 'none', fault: { kind: 'none' } };
  const table = isCommand ? CREATE_FAULTS : QUERY_FAULTS;
  const allowed = isCommand ? weather.createFaults : undefined;
  const names = Object.keys(table).filter((name) => allowed?.includes(name) ?? true);
  const name = names[chance.below(names.length)] ?? 'none';
  return { name, fault: table[name]?.(chance, weather) ?? { kind: 'none' } };
}
