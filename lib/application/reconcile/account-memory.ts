import type { Statement } from '../../domain/reconcile.ts';
import type { UnixMs } from '../../domain/time.ts';

/** What a pass remembers of one account from round to round. */
export interface AccountMemory {
  /** When open orders were last asked for. */
  trackedAt?: UnixMs;
  /** When both lists were last asked for and read completely. */
  bulkAt?: UnixMs;
  /** Statements that were compared with their orders already, by what they are about. */
  readonly seen: Map<string, string>;
}

/** The memory of each account, by account id; kept for one pass only. */
export type PassMemory = Map<string, AccountMemory>;

/** So many statements are remembered; what is forgotten is only compared once more. */
const SEEN_MAX = 20_000;

/** Gives the memory of an account, empty at first. */
export function memoryOf(memories: PassMemory, accountId: string): AccountMemory {
  const known = memories.get(accountId);
  if (known !== undefined) return known;
  const memory: AccountMemory = { seen: new Map() };
  memories.set(accountId, memory);
  return memory;
}

/** Says whether this very statement was compared before, and remembers it. */
export function isRepeated(
  { seen }: AccountMemory,
  statement: { readonly about: string; readonly says: string },
): boolean {
  if (seen.get(statement.about) === statement.says) return true;
  const oldest = seen.size >= SEEN_MAX ? seen.keys().next().value : undefined;
  if (oldest !== undefined) seen.delete(oldest);
  seen.set(statement.about, statement.says);
  return false;
}

/** Gives what a status report says, for `isRepeated`. */
export function sayingOf({ report }: Statement): { readonly about: string; readonly says: string } {
  const { exchangeOrderId, statusText, executedQuantity } = report;
  return { about: `order ${exchangeOrderId}`, says: `${statusText} ${executedQuantity}` };
}
