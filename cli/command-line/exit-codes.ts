/** What an exit code of `hashkey-orders` says. Scripts rely on these numbers. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  notOver: 4,
  unreachable: 5,
  interrupted: 130,
} as const;

/** One of the exit codes. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The exit codes in words, for `--help` and the reference. */
export const EXIT_MEANINGS: readonly (readonly [ExitCode, string])[] = [
  [EXIT.ok, 'done'],
  [EXIT.failed, 'it was refused, or it failed, or something is wrong'],
  [EXIT.usage, 'the command line or its input is wrong; nothing was done'],
  [EXIT.notFound, 'there is no such order, account, gate or file'],
  [EXIT.notOver, 'not over yet: the service goes on by itself; ask again'],
  [EXIT.unreachable, 'no answer: whether it was done is unknown; run the same command again'],
  [EXIT.interrupted, 'ended by Ctrl-C'],
];

/** A command ends here, with one line for a person. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** What was typed or given cannot be used. The line names it and says what to do. */
export function wrongInput(message: string): CommandFailure {
  return new CommandFailure(EXIT.usage, message);
}
