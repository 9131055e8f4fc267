import type { Context } from './command-line/context.ts';
import { EXIT, type ExitCode } from './command-line/exit-codes.ts';
import { explainFailure } from './command-line/explain-failure.ts';
import { createOutput } from './command-line/output.ts';
import { buildProgram } from './program.ts';

/** Runs one command line to its end and gives the exit code. Never throws. */
export async function runCommandLine(
  words: readonly string[],
  given: Omit<Context, 'setExitCode'>,
): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.ok;
  const context: Context = {
    ...given,
    setExitCode(code) {
      exitCode = code;
    },
  };
  try {
    const asked = words.length === 0 ? ['--help'] : [...words];
    await buildProgram(context).parseAsync(asked, { from: 'user' });
    return exitCode;
  } catch (error) {
    const failure = explainFailure(error, given.signal.aborted);
    if (failure.line !== '') createOutput(given, false).note(`hashkey-orders: ${failure.line}`);
    return failure.exitCode;
  }
}
