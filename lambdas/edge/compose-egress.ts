import { createSeenAddress } from '../../lib/adapters/egress/seen-address.ts';
import { readEnvironment, text } from './environment.ts';

/** What the check of the egress address needs, and the addresses that keys are bound to. */
export function composeEgressCheck() {
  const { EGRESS_ADDRESSES, EGRESS_CHECK_URL } = readEnvironment({
    EGRESS_ADDRESSES: text,
    EGRESS_CHECK_URL: text,
  });
  return {
    source: createSeenAddress(EGRESS_CHECK_URL),
    expected: EGRESS_ADDRESSES.split(','),
  };
}
