import { declareFactoryPlugin, declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';
import { createInProcessRunner } from './in-process-runner.mjs';

/** Functions, errors and the log, whose words are for people only. */
const TELLS_PEOPLE = /^(?:invariant|unreachable|InvariantError|Error|log)$/;
/** What the rows of the outcome table say beside the code and its treatment. */
const ROW_TEXTS_FROM = 2;

/**
 * Leaves out what no test can or should see: words of an error or of the log, what a row of the outcome table says
 * of its code for people (where it is known from, what it means), and the end of a switch over a
 * union, of which the compiler proves that nothing gets there.
 */
const noRule = {
  shouldIgnore(path) {
    if (path.isSwitchCase() && isUnreachable(path.node)) return 'never reached';
    if (!path.isStringLiteral() && !path.isTemplateLiteral()) return undefined;
    const { parent } = path;
    if (isCall(parent) && TELLS_PEOPLE.test(calleeOf(parent))) return 'words for people';
    const isRow = parent.type === 'ArrayExpression' && parent.elements[1]?.type === 'Identifier';
    if (isRow && parent.elements.indexOf(path.node) >= ROW_TEXTS_FROM) return 'words of a row';
    return undefined;
  },
};

function isCall({ type }) {
  return type === 'CallExpression' || type === 'NewExpression';
}

function calleeOf({ callee }) {
  return (callee.type === 'MemberExpression' ? callee.object.name : callee.name) ?? '';
}

function isUnreachable({ consequent, test }) {
  const [only] = consequent;
  return test === null && only?.type === 'ReturnStatement' && nameOf(only) === 'unreachable';
}

function nameOf({ argument }) {
  return argument?.type === 'CallExpression' ? argument.callee.name : undefined;
}

/** Keeps one line on the screen about the file at work. */
function createProgress() {
  let all = 0;
  let done = 0;
  let left = 0;
  return {
    onMutationTestingPlanReady({ mutantPlans }) {
      all = mutantPlans.length;
    },
    onMutantTested({ fileName, status }) {
      done += 1;
      if (status === 'Survived' || status === 'NoCoverage') left += 1;
      const isEnd = done === all;
      if (!process.stderr.isTTY && !isEnd && done % 50 !== 0) return;
      const line = `${fileName.replace(`${process.cwd()}/`, '')} ${done} of ${all}, ${left} left`;
      process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${isEnd ? '' : line}` : `${line}\n`);
    },
  };
}

export const strykerPlugins = [
  declareValuePlugin(PluginKind.Ignore, 'no-rule', noRule),
  declareFactoryPlugin(PluginKind.TestRunner, 'in-process', createInProcessRunner),
  declareFactoryPlugin(PluginKind.Reporter, 'one-line', createProgress),
];
