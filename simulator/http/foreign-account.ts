import { REFUSED, type Refusal } from '../exchange/refusals.ts';
import type { SignedCall } from './call.ts';

/** Refuses a call which names another account than that of its key. */
export function foreignAccount(call: SignedCall): Refusal | undefined {
  const asked = call.parameters.get('accountId');
  const isForeign = asked !== undefined && asked !== call.key.account.accountId;
  return isForeign ? REFUSED.accountId : undefined;
}
