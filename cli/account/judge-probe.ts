import type { CancelAnswer, PageAnswer } from '../../lib/application/exchange.ts';
import { explainRefusal } from './key-refusals.ts';

/** One thing that a probe found out about a key. */
export interface ProbeFinding {
  readonly check: 'reachable' | 'clock' | 'key' | 'trading';
  readonly isGood: boolean;
  readonly says: string;
  readonly todo?: string;
}

/** The exchange takes timestamps up to so far ahead. */
const OFFSET_MAX_MS = 1_000;

/** What the exchange's clock says: whether it can be reached, and how far ours is off. */
export function judgeTime(
  host: string,
  time: { readonly kind: 'read'; readonly offsetMs: number } | { readonly kind: string },
): readonly ProbeFinding[] {
  if (!('offsetMs' in time)) {
    const says = `${host} does not tell its time (${time.kind})`;
    const todo = 'Check the network, --site, --environment and --base-url.';
    return [{ check: 'reachable', isGood: false, says, todo }];
  }
  const offset = Math.round(time.offsetMs);
  const isGood = Math.abs(offset) <= OFFSET_MAX_MS;
  const side = offset >= 0 ? 'behind' : 'ahead of';
  return [
    { check: 'reachable', isGood: true, says: `${host} answers` },
    {
      check: 'clock',
      isGood,
      says: `this machine’s clock is ${Math.abs(offset)} ms ${side} the exchange’s`,
      ...(!isGood && { todo: 'Let this machine keep its time by NTP.' }),
    },
  ];
}

/** What a signed question says of the key. */
export function judgeQuestion(answer: PageAnswer): ProbeFinding {
  if (answer.kind === 'page') {
    const says = 'the key is known, its signature is right, this address is allowed, it may read';
    return { check: 'key', isGood: true, says };
  }
  return failed('key', answer.kind, answer.evidence.code);
}

/** What the cancel of an order that does not exist says: only a key that may trade hears of it. */
export function judgeCancel(answer: CancelAnswer): ProbeFinding {
  if (answer.kind === 'not-open' || answer.kind === 'accepted') {
    return { check: 'trading', isGood: true, says: 'the key may trade' };
  }
  return failed('trading', answer.kind, answer.evidence.code);
}

function failed(
  check: ProbeFinding['check'],
  kind: Exclude<PageAnswer['kind'] | CancelAnswer['kind'], 'page' | 'accepted' | 'not-open'>,
  code: string | undefined,
): ProbeFinding {
  const told = code === undefined ? '' : ` (${code})`;
  const wrong = (says: string, todo: string) => ({ check, isGood: false, says, todo });
  switch (kind) {
    case 'bad-key': {
      const { means, todo } = explainRefusal(code);
      return wrong(`${means}${told}`, todo);
    }
    case 'throttled':
      return wrong('the exchange says "too many requests"', 'Wait two minutes and try again.');
    case 'banned':
      return wrong(
        'the exchange blocks this address',
        'Wait until it ends; send nothing meanwhile.',
      );
    case 'clock-skew':
      return wrong(
        `the exchange calls our time wrong${told}`,
        'Let this machine keep its time by NTP.',
      );
    case 'deferred':
    case 'not-sent':
    case 'rejected':
    case 'unavailable':
    case 'unknown':
      return wrong(
        `the exchange gave no answer that says anything${told}`,
        'Try again in a minute.',
      );
  }
}
