/** More states than this, and a world is too large to be explored whole. */
const STATES_MAX = 500_000;

/**
 * Visits every state of a world, the nearest first, so that the first trace to a state is a
 * shortest one.
 *
 * @param world - as `loadModel` opens it
 * @param sought - names of invariants, which have to hold in every state; of witnesses, which have
 *   to be true in one, so that nothing holds for nothing; and `until`, the invariants after whose
 *   breaking the search ends, none for all states
 * @returns how many states were seen, whether that is all of them, and per name the shortest trace
 *   to a state that breaks the invariant or shows the witness; no trace where there is none
 * @throws Error when the world is too large
 */
export function explore(world, { invariants, witnesses, until }) {
  const wanted = [
    ...invariants.map((name) => ({ name, is: not(world.says(name)) })),
    ...witnesses.map((name) => ({ name, is: world.says(name) })),
  ];
  const traces = new Map();
  const isOver = () => until.length > 0 && until.every((name) => traces.has(name));
  const first = { state: world.first(), move: 'variant("Begin", Tup())', steps: 0 };
  const seen = new Set([keyOf(world, first.state)]);
  // Grows while it is walked through: whoever is added first is visited first.
  const nodes = [first];
  let deepest = 0;
  for (const node of nodes) {
    deepest = node.steps;
    world.enter(node.state);
    for (const { is, name } of wanted) {
      if (!traces.has(name) && is()) traces.set(name, traceTo(world, node));
    }
    if (isOver()) break;
    for (const { move, state } of world.successors()) {
      const key = keyOf(world, state);
      if (seen.has(key)) continue;
      seen.add(key);
      nodes.push({ state, move, before: node, steps: node.steps + 1 });
    }
    if (seen.size > STATES_MAX) throw new Error(`more than ${STATES_MAX} states`);
  }
  return { states: seen.size, steps: deepest, traces, isWhole: !isOver() };
}

/** Two consumers are alike, so states that differ by who is who are one. */
function keyOf(world, state) {
  const { consumers, last: _, ...rest } = world.describe(state);
  const alike = [...consumers.matchAll(/Rec\([^(]*\([^,]*/g)]
    .map(([text]) => text)
    .toSorted((one, two) => (one < two ? -1 : Number(one > two)));
  return [...Object.values(rest), ...alike].join(';');
}

function traceTo(world, node) {
  const trace = [];
  for (let at = node; at !== undefined; at = at.before) {
    trace.unshift({ move: at.move, state: world.describe(at.state) });
  }
  return trace;
}

function not(is) {
  return () => !is();
}
