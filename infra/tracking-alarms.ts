import type { AlarmDraft } from './alarm-row.ts';

/** In half an hour; a stream drops now and then, and the exchange restarts its servers. */
const STREAM_DROPS_MAX = 10;
const HALF_HOUR_S = 1800;

/** Whoever stores what becomes of an order says it at once, the publisher once more and surely. */
const TELLING = [
  'publish-events',
  'submit-order',
  'cancel-order',
  'reconcile-orders',
  'stream-orders',
] as const;

/** What following orders to their end may run into. */
export function trackingAlarms(): readonly AlarmDraft[] {
  return [
    {
      id: 'order-held',
      metric: { kind: 'own', name: 'OrderHeld', from: TELLING },
      severity: 'page',
      meaning: 'An order needs a person to decide what it is.',
    },
    {
      id: 'execution-exceeded',
      metric: { kind: 'own', name: 'ExecutionExceeded', from: TELLING },
      severity: 'page',
      meaning: 'The exchange executed more of an order than was ordered.',
    },
    {
      id: 'order-resurrected',
      metric: { kind: 'own', name: 'OrderResurrected', from: TELLING },
      severity: 'page',
      meaning: 'An order that was declared never placed is at the exchange after all.',
    },
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
