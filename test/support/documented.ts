import { expect } from '@jest/globals';
import {
  type Addresses,
  commandsIn,
  readDocument,
  type TypedEnd,
  typeCommands,
} from './documented-commands.ts';

/** Commands that no test can run here, by name, and why. */
export type NotRun = Readonly<Record<string, string>>;

/** A document whose commands a test runs. */
export interface Documented {
  /**
   * Types the commands of one block, or one command of a sentence.
   *
   * @param changes - what a reader puts in the place of what; each has to be there
   * @param failing - what is to fail, as its exit code and the beginning of the command's name
   * @returns what was printed
   */
  run(
    name: string,
    changes?: Readonly<Record<string, string>>,
    failing?: readonly RegExp[],
  ): Promise<TypedEnd>;
  /** Names what was neither run nor listed. */
  left(): readonly string[];
}

/** Reads a document for a test that types its commands at a stack. */
export function documented(path: string, notRun: NotRun, at: () => Addresses): Documented {
  const commands = commandsIn(readDocument(path));
  const done = new Set<string>();
  return {
    async run(name, changes = {}, failing = []) {
      const written = commands.get(name);
      if (written === undefined) throw new Error(`${path} has no commands named "${name}".`);
      done.add(name);
      let script = written;
      for (const [from, to] of Object.entries(changes)) {
        if (!script.includes(from)) throw new Error(`"${name}" of ${path} does not say "${from}".`);
        script = script.replaceAll(from, to);
      }
      const end = await typeCommands(script, at());
      const { failures, ...printed } = end;
      const wanted = failing.map((one) => expect.stringMatching(one));
      // With what was printed, for whoever has to find out why.
      expect({ name, failures, ...printed }).toEqual({ name, failures: wanted, ...printed });
      expect(end.code).not.toBeNull();
      return end;
    },
    left: () => [...commands.keys()].filter((name) => !done.has(name) && !(name in notRun)),
  };
}
