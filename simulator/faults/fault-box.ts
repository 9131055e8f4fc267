import type { Random } from '../random.ts';
import type { EndpointName, Fault, Probabilities, Rule } from './fault.ts';

/** What a rule may look at. */
export type Subject = {
  readonly endpoint: EndpointName;
  readonly apiKey?: string | undefined;
  readonly keyLabel?: string | undefined;
  readonly clientOrderId?: string | undefined;
  readonly symbol?: string | undefined;
};

export type NumberedRule = Rule & {
  readonly id: number;
  readonly struck: number;
};

export type FaultBox = {
  readonly add: (rule: Rule) => NumberedRule;
  readonly list: () => readonly NumberedRule[];
  readonly remove: (id: number) => boolean;
  readonly clear: () => void;
  readonly setProbabilities: (table: Probabilities) => void;
  readonly probabilities: () => Probabilities;
  /** The fault which strikes this request, if any: the first rule that matches, else by chance. */
  readonly pick: (subject: Subject) => Fault | undefined;
};

/** More rules than this are a mistake in a test, and would slow every request. */
const RULES_MAX = 1000;

export function faultBox(random: Random): FaultBox {
  let rules: NumberedRule[] = [];
  let table: Probabilities = {};
  let lastId = 0;

  const add = (rule: Rule): NumberedRule => {
    if (rules.length >= RULES_MAX)
      throw new RangeError(`There are ${RULES_MAX} rules: clear some.`);
    lastId += 1;
    const numbered = { ...rule, id: lastId, struck: 0 };
    rules.push(numbered);
    return numbered;
  };
  const remove = (id: number): boolean => {
    const before = rules.length;
    rules = rules.filter((rule) => rule.id !== id);
    return rules.length < before;
  };

  const pick = (subject: Subject): Fault | undefined => {
    for (const rule of rules) {
      if (rule.struck >= (rule.times ?? Number.POSITIVE_INFINITY)) continue;
      if (!matches(rule.match, subject)) continue;
      if (rule.probability !== undefined && random.next() >= rule.probability) continue;
      rules = rules.map((other) => (other === rule ? { ...rule, struck: rule.struck + 1 } : other));
      return rule.fault;
    }
    return draw(table[subject.endpoint] ?? table.any ?? [], random);
  };

  return {
    add,
    list: () => rules,
    remove,
    clear: () => {
      rules = [];
      table = {};
    },
    setProbabilities: (next) => {
      table = next;
    },
    probabilities: () => table,
    pick,
  };
}

type Chance = { readonly probability: number; readonly fault: Fault };

/** One draw decides among all rows, so that their probabilities add up. */
function draw(chances: readonly Chance[], random: Random): Fault | undefined {
  if (chances.length === 0) return undefined;
  let point = random.next();
  for (const { probability, fault } of chances) {
    if (point < probability) return fault;
    point -= probability;
  }
  return undefined;
}

function matches(match: Rule['match'], subject: Subject): boolean {
  return (
    (match.endpoint === 'any' || match.endpoint === subject.endpoint) &&
    (match.apiKey === undefined ||
      match.apiKey === subject.apiKey ||
      match.apiKey === subject.keyLabel) &&
    (match.clientOrderId === undefined || idMatches(match.clientOrderId, subject.clientOrderId)) &&
    (match.symbol === undefined || match.symbol === subject.symbol)
  );
}

function idMatches(pattern: string, id: string | undefined): boolean {
  if (id === undefined) return false;
  return pattern.endsWith('*') ? id.startsWith(pattern.slice(0, -1)) : id === pattern;
}
