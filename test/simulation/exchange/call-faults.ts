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
 * - `ignored`: a cancel that the exchange acknowledges and forgets
 * - `echo`: a cancel whose acknowledgement says already what has not happened yet
 */
export type CallFault =
  | {
      readonly kind:
        | 'none'
        | 'unsent'
        | 'lost-before'
        | 'lost-after'
        | 'hang'
        | 'throttle'
        | 'ignored'
        | 'echo';
    }
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

/** Every fault of a cancel call. */
export const CANCEL_FAULTS: Readonly<Record<string, Draw>> = {
  'cancel unsent': plainly('unsent'),
  'cancel lost-before': plainly('lost-before'),
  'cancel lost-after': plainly('lost-after'),
  'cancel hang': plainly('hang'),
  'cancel late': late,
  'cancel slow': slow,
  'cancel 5xx-before': answering('instead', ANSWERS.badGateway),
  'cancel 5xx-after': answering('after', ANSWERS.badGateway),
  'cancel -1006-after': answering('after', ANSWERS.unknownStatus),
  'cancel unlisted-before': answering('instead', ANSWERS.unlisted),
  'cancel truncated-after': answering('after', { httpStatus: 200, text: '{"orderId":"1' }),
  'cancel ignored': () => ({ kind: 'ignored' }),
  'cancel echo': () => ({ kind: 'echo' }),
  'cancel not-found': answering('instead', ANSWERS.notFound),
  'cancel filled': answering('instead', ANSWERS.filled),
  'cancel locked': answering('instead', ANSWERS.locked),
  'cancel refused': answering('instead', ANSWERS.notCancelable),
  'cancel throttled': throttling,
  'cancel throttled-400': answering('instead', ANSWERS.limitedAs400),
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

/** Draws what happens to one signed call, with its name. */
export function drawFault(
  chance: Chance,
  weather: Weather,
  call: string,
): { readonly name: string; readonly fault: CallFault } {
  const { likelihood, table, allowed } = faultsOf(weather, call);
  if (!chance.happens(likelihood)) return { name: 'none', fault: { kind: 'none' } };
  const names = Object.keys(table).filter((name) => allowed?.includes(name) ?? true);
  const name = names[chance.below(names.length)] ?? 'none';
  return { name, fault: table[name]?.(chance, weather) ?? { kind: 'none' } };
}

function faultsOf(weather: Weather, call: string) {
  const { cancelFault, cancelFaults, createFault, createFaults, queryFault } = weather;
  if (call === 'create') {
    return { likelihood: createFault, table: CREATE_FAULTS, allowed: createFaults };
  }
  if (call === 'cancel') {
    return { likelihood: cancelFault, table: CANCEL_FAULTS, allowed: cancelFaults };
  }
  return { likelihood: queryFault, table: QUERY_FAULTS, allowed: undefined };
}
