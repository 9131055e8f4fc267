/** Stories under way, by name: each call waits for the end of one, and throws what it threw. */
export type Ends<Name extends string> = (name: Name) => Promise<void>;

/**
 * Begins all stories at once, so that a file takes as long as its longest. Each has an account of
 * its own, or they disturb one another.
 */
export function beginAtOnce<Name extends string>(
  stories: Readonly<Record<Name, () => Promise<void>>>,
): Ends<Name> {
  const ends = new Map<string, Promise<{ readonly fault?: unknown }>>();
  for (const [name, story] of Object.entries<() => Promise<void>>(stories)) {
    // Kept as a value: a rejection that no test waits for yet would end the process.
    const end = story().then(
      () => ({}),
      (fault: unknown) => ({ fault }),
    );
    ends.set(name, end);
  }
  return async (name) => {
    const end = await ends.get(name);
    if (end !== undefined && 'fault' in end) throw end.fault;
  };
}
