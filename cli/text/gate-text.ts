import { GATE_MEANINGS } from '../../lib/application/explain/meanings.ts';
import { lookUp } from '../../lib/application/explain/read-detail.ts';
import { whenText } from '../../lib/application/explain/time-text.ts';

/** Says what a gate is: `open`, or until when it is closed and why. */
export function gateText(
  gate:
    | { readonly kind: 'open' }
    | { readonly kind: 'closed'; readonly until: number | 'operator'; readonly reason: string },
  now: number,
): string {
  if (gate.kind === 'open') return 'open';
  const until =
    gate.until === 'operator'
      ? 'until a person opens it'
      : `until ${whenText(gate.until, { now })}`;
  return `closed ${until}: ${lookUp(GATE_MEANINGS, gate.reason) ?? gate.reason}`;
}
