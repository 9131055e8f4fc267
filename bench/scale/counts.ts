/** What a simulated service was asked for. */
export interface Counts {
  readonly calls: Map<string, number>;
  readUnits: number;
  writeUnits: number;
  /** Those of the write units that are for budgets and gates; the others are for orders. */
  budgetUnits: number;
  /** Those that are for the index of due orders. */
  dueUnits: number;
  /** Reads of the gate of the address, which every request of every account passes. */
  gateReads: number;
  secretReads: number;
}

/** Makes counts of nothing. */
export function createCounts(): Counts {
  return {
    calls: new Map(),
    readUnits: 0,
    writeUnits: 0,
    budgetUnits: 0,
    dueUnits: 0,
    gateReads: 0,
    secretReads: 0,
  };
}

/** Counts one call. */
export function countCall(counts: Counts, operation: string): void {
  counts.calls.set(operation, (counts.calls.get(operation) ?? 0) + 1);
}

/** All calls together. */
export function callsOf({ calls }: Counts): number {
  return [...calls.values()].reduce((sum, count) => sum + count, 0);
}
