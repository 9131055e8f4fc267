import type { FunctionRow, FunctionSetting } from './functions.ts';
import { dueShardsOf } from './shards.ts';
import { type Stage, secretsPrefixOf } from './stages.ts';
import type { State } from './state-stack.ts';

/** Where the service's own metrics are kept. */
export const METRICS_NAMESPACE = 'HashkeyOrders';

/** Answers with the address that it was asked from, and belongs to AWS. */
const EGRESS_CHECK_URL = 'https://checkip.amazonaws.com/';

/**
 * The environment of one function: what every function has, and of the rest only what it uses.
 *
 * The metrics' service name carries the stage's prefix, because stages may share an account and
 * an alarm must not add up two of them.
 */
export function environmentOf(
  row: FunctionRow,
  stage: Stage,
  state: State,
): Readonly<Record<string, string>> {
  const values: Readonly<Record<FunctionSetting, string>> = {
    SECRETS_PREFIX: secretsPrefixOf(stage),
    ORDERS_TABLE: state.ordersTable.tableName,
    RATE_BUDGETS_TABLE: state.rateBudgetsTable.tableName,
    ORDERS_QUEUE_URL: state.ordersQueue.queueUrl,
    CANCELS_QUEUE_URL: state.cancelsQueue.queueUrl,
    DEAD_LETTER_QUEUE_URL: state.deadLetterQueue.queueUrl,
    EVENT_BUS_NAME: state.eventBus.eventBusName,
    RESULTS_TABLE: state.resultsTable.tableName,
    RESULTS_QUEUE_URL: state.resultsQueue.queueUrl,
    RESULTS_DEAD_LETTER_QUEUE_URL: state.resultsDeadLetterQueue.queueUrl,
    RESULTS_TO_LOOPBACK: stage.resultsToLoopback ? 'yes' : 'no',
    RESULTS_WATCH: stage.resultsWatch ? 'yes' : 'no',
    ABSENCE_HORIZON_MS: String(stage.absenceHorizonMs),
    RECONCILE_WATCHES: stage.reconcileWatches ? 'yes' : 'no',
    DUE_SHARDS: String(dueShardsOf(stage)),
    ORDER_RETENTION_DAYS: String(stage.orderRetentionDays ?? 0),
    EGRESS_ADDRESSES: state.egressAddresses.map(({ ip }) => ip).join(','),
    EGRESS_CHECK_URL,
  };

  return {
    STAGE: stage.name,
    LOG_LEVEL: stage.logLevel,
    POWERTOOLS_METRICS_NAMESPACE: METRICS_NAMESPACE,
    POWERTOOLS_SERVICE_NAME: `${stage.prefix}${row.name}`,
    NODE_OPTIONS: '--enable-source-maps',
    ...Object.fromEntries(row.settings.map((setting) => [setting, values[setting]])),
    ...stage.settings,
  };
}
