import type { Halt, Halts } from '../../application/ports.ts';

/** Keeps the kill switch of each account in memory. */
export function createMemoryHalts(): Halts {
  const halts = new Map<string, Halt>();
  return {
    async get(accountId) {
      return halts.get(accountId) ?? { halted: false };
    },
    async set(accountId, halt) {
      halts.set(accountId, halt);
    },
  };
}
