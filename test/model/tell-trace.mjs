const TICK = 'tick';

const OUTCOMES = {
  Accepted: 'accepted',
  Refused: 'refused',
  Unknown: 'unknown',
  NotSent: 'not sent',
};
const SOURCES = { Query: 'query by client order id', Lists: 'open orders and history' };

/** What the moves of the model mean, by their names. `who` is a consumer or a request. */
const WORDS = {
  Begin: () => 'an order request is stored',
  Read: (who) => `consumer ${who} reads the order`,
  Store: (who) => `consumer ${who} stores the intent`,
  Send: (who) => `consumer ${who} sends the request`,
  Crash: (who) => `consumer ${who} dies`,
  Hear: (answer, words) => `consumer ${words[1]} stores its outcome: ${OUTCOMES[answer]}`,
  Sweep: () => 'the attempt is old: in doubt',
  Accept: (who) => `the exchange accepts request ${who}`,
  Refuse: (who) => `the exchange refuses request ${who}`,
  Lose: (who) => `request ${who} is lost on its way`,
  Ask: (found, words) => `${SOURCES[words[1]]}: ${found === 'true' ? 'found' : 'not found'}`,
};

/** Tells a trace as lines a person can follow: the time in ticks, what happened, the status. */
export function tellTrace(trace) {
  const lines = [];
  for (const { move, state } of trace) {
    const [name = '', ...rest] = namesIn(move);
    if (name.toLowerCase() === TICK) continue;
    const text = WORDS[name](rest[0], rest);
    const [status = ''] = namesIn(state.status);
    lines.push(`${TICK} ${state.now.padStart(2)}  ${text.padEnd(44)} ${statusName(status)}`);
  }
  const { placed = '', wire = '' } = trace.at(-1)?.state ?? {};
  const count = (text) => text.split('Rec(').length - 1;
  lines.push(`orders at the exchange: ${count(placed)}, requests on their way: ${count(wire)}`);
  return lines;
}

/** The names and numbers of an expression in Quint, without those of its fields. */
function namesIn(text) {
  const bare = text.replace(/"(?:consumer|answer|source|found)"/g, '');
  return [...bare.matchAll(/"(\w+)"|\b(\d+|true|false)\b/g)].map(([, name, word]) => name ?? word);
}

function statusName(name) {
  return name.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase();
}
