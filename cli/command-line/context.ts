import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import * as z from 'zod/mini';
import { STAGES, type StageName } from '../../infra/stages.ts';
import type { Clock } from '../../lib/application/ports.ts';
import { connectStage, type StageConnection } from '../connection/stage-connection.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { createOutput, type Output, type OutputTargets } from './output.ts';

/** What a process gives its commands. */
export interface Context extends OutputTargets {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly clock: Clock;
  /** Fires at Ctrl-C. */
  readonly signal: AbortSignal;
  setExitCode(code: ExitCode): void;
}

/** What one command works with. */
export interface Job {
  readonly context: Context;
  readonly out: Output;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly connection: StageConnection;
}

/** The stages that `--stage` takes. */
export const STAGE_NAMES: readonly StageName[] = Object.values(STAGES).map(({ name }) => name);

const globalsSchema = z.object({
  json: z._default(z.boolean(), false),
  stage: z.enum(['local', 'development', 'sandbox', 'production']),
  url: z.optional(z.string()),
  awsEndpoint: z.optional(z.string()),
});

/** Runs the body of a command on the stage that its options name. */
export async function onStage(
  context: Context,
  command: CommandUnknownOpts,
  body: (job: Job) => Promise<ExitCode | undefined>,
): Promise<void> {
  const { json, stage, url, awsEndpoint } = globalsSchema.parse(command.optsWithGlobals());
  const { clock, environment, signal } = context;
  const connection = connectStage({ stage, url, awsEndpoint }, environment);
  const out = createOutput(context, json);
  const exitCode = await body({ context, out, clock, signal, connection });
  context.setExitCode(exitCode ?? EXIT.ok);
}
