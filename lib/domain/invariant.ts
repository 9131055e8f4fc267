/** A broken rule of our own: a bug, never bad input and never an exchange answer. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

/**
 * Stops when a rule that must always hold does not.
 *
 * @throws InvariantError with `rule` when `holds` is false
 */
export function invariant(holds: boolean, rule: string): asserts holds {
  if (!holds) throw new InvariantError(rule);
}

/**
 * Proves to the compiler that a union is exhausted.
 *
 * @throws InvariantError when a value outside the union arrives at run time
 */
export function unreachable(value: never): never {
  throw new InvariantError(`unexpected value ${JSON.stringify(value)}`);
}
