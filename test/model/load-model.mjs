import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = dirname(fileURLToPath(import.meta.url));
const WORLDS = join(FOLDER, 'worlds.qnt');
const PACKAGE = '@informalsystems/quint/dist/src';

/** Says whether the language of the model is installed; it is not among the project's packages. */
export function isInstalled() {
  return existsSync(join(FOLDER, 'node_modules', PACKAGE));
}

/**
 * Parses and type-checks the model with Quint's own compiler.
 *
 * @returns the names of its worlds, and how to open one
 * @throws Error with the compiler's words where it does not compile
 */
export function loadModel() {
  const require = createRequire(import.meta.url);
  const quint = (name) => require(`${PACKAGE}/${name}.js`);
  const text = readFileSync(WORLDS, 'utf8');
  const texts = new Map([[WORLDS, text]]);
  const ids = quint('idGenerator').newIdGenerator();
  const frontend = quint('parsing/quintParserFrontend');
  const resolver = quint('parsing/sourceResolver').fileSourceResolver(texts);

  const read = frontend.parsePhase1fromText(ids, text, WORLDS);
  const path = resolver.lookupPath(FOLDER, 'worlds.qnt');
  const all = frontend.parsePhase2sourceResolution(ids, resolver, path, read);
  const parsed = frontend.parsePhase4toposort(frontend.parsePhase3importAndNameResolution(all));
  complain(parsed.errors);
  const [errors] = quint('quintAnalyzer').analyzeModules(parsed.table, parsed.modules);
  complain(errors.map(([, error]) => error));

  const names = read.modules.map(({ name }) => name);
  return { names, open: (name) => openWorld(quint, { ...parsed, idGen: ids }, name) };
}

function complain(errors) {
  if (errors.length === 0) return;
  throw new Error(errors.map(({ code, message }) => `${code} ${message}`).join('\n'));
}

/** One world of the model: its first state, what may follow a state, and what holds in it. */
function openWorld(quint, parsed, name) {
  const { Evaluator } = quint('runtime/impl/evaluator');
  const { buildExpr } = quint('runtime/impl/builder');
  const { rv } = quint('runtime/impl/runtimeValue');
  const { toExpr } = quint('cliHelpers');
  const { expressionToString } = quint('ir/IRprinting');
  const { newTraceRecorder } = quint('runtime/trace');
  // Chance is never asked: every move is tried.
  const noChance = { next: () => fail('the model left a choice open'), getState: () => 0n };
  const evaluator = new Evaluator(parsed.resolver.table, newTraceRecorder(0, noChance), noChance);
  const { ctx } = evaluator;
  const variables = ctx.varStorage;

  const compile = (text) => {
    const stage = { ...parsed, args: { main: name, input: WORLDS }, path: WORLDS };
    const run = buildExpr(evaluator.builder, unwrap(toExpr(stage, text)));
    return () => unwrap(run(ctx));
  };
  const isTrue = (run) => run().toBool();
  const textOf = (value) => expressionToString(rv.toQuintEx(value));
  const nextState = () =>
    rv.mkRecord(
      [...variables.nextVars.values()].map((register) => [register.name, unwrap(register.value)]),
    );

  const moves = [...compile('MOVES')().toSet()].map(textOf).map((text) => ({
    text,
    take: compile(`take(${text})`),
  }));
  const init = compile('init');

  return {
    first: () => (isTrue(init) ? nextState() : fail('the model has no first state')),
    enter: (state) => variables.fromRecord(state),
    says: (property) => {
      const run = compile(property);
      return () => isTrue(run);
    },
    /** Every state that one move makes of the entered one. */
    successors() {
      const before = variables.snapshot();
      const found = [];
      for (const { take, text } of moves) {
        if (isTrue(take)) found.push({ move: text, state: nextState() });
        variables.recoverSnapshot(before);
      }
      return found;
    },
    /** A state as texts by the short names of its variables. */
    describe: (state) =>
      Object.fromEntries(
        [...state.toOrderedMap()].map(([key, value]) => [key.split('::').at(-1), textOf(value)]),
      ),
  };
}

function unwrap(either) {
  if (either.isLeft()) fail(`${either.value.code ?? ''} ${either.value.message ?? either.value}`);
  return either.value;
}

function fail(message) {
  throw new Error(message);
}
