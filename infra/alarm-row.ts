import type { METRICS } from '../lib/application/metrics.ts';
import type { GateReason } from '../lib/application/rate-budget.ts';
import type { FunctionName } from './functions.ts';

/** `page` wakes a person; `ticket` waits for the morning. */
export type Severity = 'page' | 'ticket';

/** Numbers that the service counts itself. */
export type OwnMetric = (typeof METRICS)[keyof typeof METRICS];

/** What an alarm looks at. */
export type AlarmMetric =
  | PlainMetric
  /** There is work and nobody does it: 1 while `work` is above zero and `by` does not start. */
  | { readonly kind: 'stalled'; readonly work: PlainMetric; readonly by: FunctionName };

/** Queues that are watched. */
export type QueueName = 'orders' | 'dead-letter' | 'results' | 'results-dead-letter';

/** Numbers as CloudWatch keeps them. */
export type PlainMetric =
  | { readonly kind: 'queue'; readonly queue: QueueName; readonly name: string }
  /** Several functions together. */
  | {
      readonly kind: 'functions';
      readonly functions: readonly FunctionName[];
      readonly name: string;
    }
  | { readonly kind: 'function'; readonly function: FunctionName; readonly name: string }
  | { readonly kind: 'table'; readonly table: 'orders' | 'rate-budgets'; readonly name: string }
  | { readonly kind: 'api'; readonly name: string }
  /** Kept per function: several emitters are added, or the worst of them counts for `Maximum`. */
  | {
      readonly kind: 'own';
      readonly name: OwnMetric;
      readonly from: readonly [FunctionName, ...FunctionName[]];
      /** The metric carries a reason, and CloudWatch keeps reasons apart too. */
      readonly reasons?: readonly GateReason[];
      /** The metric carries the shard that counts it: so many of them. */
      readonly shards?: number;
    };

/** One alarm. Its id is also its anchor in the runbook. */
export interface AlarmRow {
  readonly id: string;
  readonly metric: AlarmMetric;
  readonly statistic: 'Sum' | 'Maximum';
  readonly periodS: number;
  /** So many periods in a row must be over the threshold. */
  readonly periods: number;
  readonly comparison: 'at least' | 'below';
  readonly threshold: number;
  /** Whether silence is bad news. */
  readonly silence: 'good' | 'bad';
  readonly severity: Severity;
  readonly meaning: string;
}

/** A row without what most rows have in common. */
export type AlarmDraft = Pick<AlarmRow, 'id' | 'metric' | 'severity' | 'meaning'> &
  Partial<AlarmRow>;
