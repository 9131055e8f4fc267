import type { AlarmDraft } from './alarm-row.ts';
import { CHECK_EGRESS_EVERY_S } from './queue-settings.ts';
import type { Stage } from './stages.ts';

/** One look may fail for a moment; three in a row are no accident. */
const LOOKS_MISSED_MAX = 3;

/** Alarms on the fixed addresses, where there are any. */
export function egressAlarms({ egress }: Stage): readonly AlarmDraft[] {
  if (egress !== 'static') return [];
  return [
    {
      id: 'egress-address-changed',
      metric: { kind: 'own', name: 'EgressAddressUnexpected', from: ['check-egress'] },
      periodS: CHECK_EGRESS_EVERY_S,
      severity: 'page',
      meaning: 'Requests leave from an address that no key is bound to: the exchange refuses them.',
    },
    {
      id: 'egress-unchecked',
      metric: { kind: 'own', name: 'EgressChecked', from: ['check-egress'] },
      periodS: CHECK_EGRESS_EVERY_S,
      periods: LOOKS_MISSED_MAX,
      comparison: 'below',
      silence: 'bad',
      severity: 'ticket',
      meaning: 'Nobody outside could be asked for our address: a gateway may be down.',
    },
  ];
}
