import { explore } from './explore.mjs';
import { isInstalled, loadModel } from './load-model.mjs';
import { tellTrace } from './tell-trace.mjs';
import { INVARIANTS, WORLDS } from './worlds.mjs';

const HELP = `Explores the formal model of doubt: every state of small worlds, written in Quint.

  npm run model -- [options]

  --only NAME   only worlds whose name has this in it
  --list        the worlds and what each assumes of the exchange
  --help        this text

Once before: npm ci --prefix test/model --ignore-scripts. Each world is one order, two consumers that
may die at any step, an exchange that accepts, refuses or loses, two sources that answer, and time in
ticks. The worlds that keep what we assume of the exchange are visited whole; of the others the shortest
trace is printed. The exit code is 1 when a world shows anything else than is expected of it.
`;

const words = process.argv.slice(2);
const only = words[0] === '--only' ? words[1] : '';
if (words.length === 0 || (words[0] === '--only' && only !== undefined && words.length === 2)) {
  process.exitCode = run(WORLDS.filter(({ name }) => name.includes(only)));
} else if (words.length === 1 && words[0] === '--help') {
  process.stdout.write(HELP);
} else if (words.length === 1 && words[0] === '--list') {
  for (const { name, text } of WORLDS) print(`${name.padEnd(24)}${text}`);
} else {
  process.stderr.write(`Not understood: ${words.join(' ')}. See npm run model -- --help.\n`);
  process.exitCode = 2;
}

function run(worlds) {
  if (!isInstalled()) {
    process.stderr.write('Quint is missing: npm ci --prefix test/model --ignore-scripts\n');
    return 2;
  }
  if (worlds.length === 0) {
    process.stderr.write(`No world has "${only}" in its name: npm run model -- --list\n`);
    return 2;
  }
  const model = loadModel();
  print(`typechecked, ${model.names.length} worlds`);
  print('an intent may be sent for 1 tick, the fence is 1 tick later, the horizon 3 after it\n');
  const forgotten = model.names.filter((name) => WORLDS.every((world) => world.name !== name));
  for (const name of forgotten) print(`${name} has no line in worlds.mjs: NOT AS EXPECTED\n`);
  const asExpected = worlds.map((world) => showWorld(model, world)).filter(Boolean).length;
  print(`${asExpected} of ${worlds.length} worlds as expected`);
  return asExpected === worlds.length && forgotten.length === 0 ? 0 : 1;
}

/** Explores one world and prints what it shows; true when that is what is expected. */
function showWorld(model, { breaks, name, reaches = [], text }) {
  const startedMs = performance.now();
  const found = explore(model.open(name), {
    invariants: INVARIANTS.map((one) => one.name),
    witnesses: reaches.map((one) => one.name),
    until: breaks.map((one) => one.name),
  });
  const seconds = ((performance.now() - startedMs) / 1_000).toFixed(0);
  const extent = found.isWhole ? 'all' : 'the nearest';
  print(`${name}: ${text}`);
  print(`  ${extent} ${found.states} states, ${found.steps} moves deep, ${seconds} s`);

  const verdicts = INVARIANTS.map((one) => {
    const trace = found.traces.get(one.name);
    const isBroken = trace !== undefined;
    if (isBroken) {
      print(`  BROKEN  ${one.text}; the shortest trace:`);
      for (const line of tellTrace(trace)) print(`            ${line}`);
    } else if (found.isWhole) print(`  holds   ${one.text}`);
    return isBroken === breaks.includes(one);
  });
  const reached = reaches.map((one) => {
    const trace = found.traces.get(one.name);
    print(`  ${trace === undefined ? 'NEVER REACHED' : 'reached'} ${one.text}`);
    return trace !== undefined;
  });
  const isExpected = [...verdicts, ...reached].every(Boolean);
  print(isExpected ? '' : '  NOT AS EXPECTED\n');
  return isExpected;
}

function print(text) {
  process.stdout.write(`${text}\n`);
}
