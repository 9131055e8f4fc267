import { buildApp } from './build-app.ts';
import { UndeployableError } from './deployable.ts';
import { UnknownStageError } from './stages.ts';

try {
  buildApp().synth();
} catch (error) {
  // These two are mistakes of whoever runs this: a line says more than a stack trace.
  if (!(error instanceof UnknownStageError) && !(error instanceof UndeployableError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
