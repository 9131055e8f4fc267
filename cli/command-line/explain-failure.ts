import { CommanderError } from '@commander-js/extra-typings';
import {
  OrdersApiError,
  OrdersUnreachableError,
  OrdersUsageError,
  OrdersWaitError,
} from '../../client/index.ts';
import { UnknownStageError } from '../../infra/stages.ts';
import { AwsError } from '../../lib/adapters/aws/aws-client.ts';
import { AwsFault } from '../../lib/adapters/aws/aws-request.ts';
import { ConfigurationError } from '../../lib/application/configuration-error.ts';
import { errorCode } from './error-code.ts';
import { CommandFailure, EXIT, type ExitCode } from './exit-codes.ts';

/** The end of a command that did not go well: its code, and one line that says why. */
export interface Failure {
  readonly exitCode: ExitCode;
  /** Empty when all was said already. */
  readonly line: string;
}

/** AWS's names of what is not there, what is not allowed, and what is busy. */
const ABSENT =
  /^(?:ResourceNotFound|QueueDoesNotExist|NonExistentQueue|AWS\.SimpleQueueService\.NonExistentQueue)/;
const FORBIDDEN =
  /^(?:AccessDenied|UnrecognizedClient|InvalidClientTokenId|ExpiredToken|InvalidSignature|SignatureDoesNotMatch|CredentialsProviderError|NotAuthorized)/;
const NETWORK =
  /^(?:ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|TimeoutError|NetworkingError)/;

/** Says in one line what went wrong, with which input, and what to do. */
export function explainFailure(error: unknown, isInterrupted: boolean): Failure {
  if (isInterrupted) return { exitCode: EXIT.interrupted, line: '' };
  const { exitCode, line } = explained(error);
  return { exitCode, line: line.replaceAll(/\s*\n\s*/g, ' ').trim() };
}

function explained(error: unknown): Failure {
  if (error instanceof CommandFailure) return { exitCode: error.exitCode, line: error.message };
  if (error instanceof CommanderError) return ofCommandLine(error);
  if (error instanceof OrdersApiError) return ofApi(error);
  if (error instanceof OrdersUnreachableError) return unreachable(error);
  if (error instanceof OrdersWaitError) {
    const exitCode = error.kind === 'timed-out' ? EXIT.notOver : EXIT.failed;
    return { exitCode, line: error.message };
  }
  if (error instanceof OrdersUsageError || error instanceof UnknownStageError) {
    return { exitCode: EXIT.usage, line: error.message };
  }
  if (error instanceof ConfigurationError) return { exitCode: EXIT.failed, line: error.message };
  return ofAws(error) ?? ofSystem(error);
}

function ofCommandLine({ code, message, exitCode }: CommanderError): Failure {
  if (exitCode === 0) return { exitCode: EXIT.ok, line: '' };
  if (code === 'commander.help') {
    return { exitCode: EXIT.usage, line: 'The command is not whole: see --help.' };
  }
  const line = message.replace(/^error: /, '').replaceAll("'", '"');
  const ended = /[.)!?]$/.test(line) ? line : `${line}.`;
  return { exitCode: EXIT.usage, line: `${ended} See --help.` };
}

function ofApi(error: OrdersApiError): Failure {
  const { status, message } = error;
  if (status === 404) return { exitCode: EXIT.notFound, line: message };
  if (status === 400 || status === 413) return { exitCode: EXIT.usage, line: message };
  if (status === 403) {
    const line = `${message}. Your AWS identity may not call this API: it needs execute-api:Invoke.`;
    return { exitCode: EXIT.failed, line };
  }
  const exitCode = status >= 500 || status === 429 ? EXIT.unreachable : EXIT.failed;
  return { exitCode, line: message };
}

function unreachable({ message }: OrdersUnreachableError): Failure {
  const line = `${message} Does the stage run (local: npm start), and is --url right?`;
  return { exitCode: EXIT.unreachable, line };
}

function ofAws(error: unknown): Failure | undefined {
  if (!(error instanceof Error)) return undefined;
  const { name, message } = error;
  if (error instanceof AwsFault || NETWORK.test(name) || NETWORK.test(errorCode(error))) {
    const line = `AWS's services do not answer (${message || name}). Does the stage run (local: npm start), and is --aws-endpoint right?`;
    return { exitCode: EXIT.unreachable, line };
  }
  if (ABSENT.test(name)) {
    const line = `${message || name}: the stage is not deployed here; check --stage and AWS_REGION.`;
    return { exitCode: EXIT.notFound, line };
  }
  if (FORBIDDEN.test(name)) {
    return { exitCode: EXIT.failed, line: `AWS refuses this: ${name}: ${message}` };
  }
  return error instanceof AwsError
    ? { exitCode: EXIT.failed, line: `${name}: ${message}` }
    : undefined;
}

function ofSystem(error: unknown): Failure {
  const line = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { exitCode: EXIT.failed, line };
}
