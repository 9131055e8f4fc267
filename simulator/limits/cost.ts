import type { SignedEndpoint } from '../http/endpoints.ts';

export type CostRules = {
  readonly limitUnit: 'requests' | 'weights';
  /** What a batch of n counts where requests are counted: one, or each of its orders. */
  readonly batchCounts: 'one' | 'orders';
  /** Whether cancels take room from the order limit. */
  readonly cancelsCount: boolean;
};

/** What one request takes of its key's limit; 0 is outside every limit. */
export function costOf(endpoint: SignedEndpoint, batchSize: number, rules: CostRules): number {
  const isCancel = endpoint.name === 'cancel' || endpoint.name === 'cancelMany';
  if (isCancel && !rules.cancelsCount) return 0;
  if (rules.limitUnit === 'weights') return endpoint.weight;
  return endpoint.name === 'batch' && rules.batchCounts === 'orders' ? Math.max(batchSize, 1) : 1;
}
