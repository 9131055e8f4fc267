import { buildApp } from './build-app.ts';
import { UndeployableError } from './deployable.ts';
import { UnknownOptionError } from './stage-options.ts';
import { UnknownStageError } from './stages.ts';

const MISTAKES = [UnknownStageError, UnknownOptionError, UndeployableError];

try {
  buildApp().synth();
} catch (error) {
  // A mistake of whoever runs this: a line says more than a stack trace.
  if (!(error instanceof Error) || !MISTAKES.some((kind) => error instanceof kind)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
