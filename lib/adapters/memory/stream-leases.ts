import type { StreamLeases } from '../../application/user-stream.ts';
import type { StreamLease } from '../../domain/stream-lease.ts';

/** Keeps leases of streams in memory. */
export function createMemoryStreamLeases(): StreamLeases {
  const leases = new Map<string, StreamLease>();
  return {
    get: async (accountId) => leases.get(accountId),
    change: async (accountId, decide) => {
      const lease = decide(leases.get(accountId));
      if (lease !== undefined) leases.set(accountId, lease);
      return lease;
    },
  };
}
