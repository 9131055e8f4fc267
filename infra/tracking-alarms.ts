import type { AlarmDraft } from './alarm-row.ts';

/** In half an hour; a stream drops now and then, and the exchange restarts its servers. */
const STREAM_DROPS_MAX = 10;
const HALF_HOUR_S = 1800;

/** What following orders to their end may run into. */
export function trackingAlarms(): readonly AlarmDraft[] {
  return [
    {
      id: 'orphan-order',
      metric: {
        kind: 'own',
        name: 'OrphanOrder',
        from: ['reconcile-orders', 'stream-orders'],
      },
      severity: 'page',
      meaning: 'The exchange has an order under an id of ours that the table does not know.',
    },
    {
      id: 'stream-dropped',
      metric: { kind: 'own', name: 'StreamDropped', from: ['stream-orders'] },
      periodS: HALF_HOUR_S,
      threshold: STREAM_DROPS_MAX,
      severity: 'ticket',
      meaning: 'The user data stream keeps dropping: fills are seen by asking, as without it.',
    },
  ];
}
