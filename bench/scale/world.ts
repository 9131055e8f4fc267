import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { AwsClient } from '../../lib/adapters/aws/aws-client.ts';
import { type Documents, documentsOver } from '../../lib/adapters/dynamodb/documents.ts';
import { createExternalOrders } from '../../lib/adapters/dynamodb/external-orders.ts';
import { createOrderStore } from '../../lib/adapters/dynamodb/order-store.ts';
import { createRateBudget } from '../../lib/adapters/dynamodb/rate-budget.ts';
import { createStreamLeases } from '../../lib/adapters/dynamodb/stream-leases.ts';
import { HASHKEY_DEFAULTS, MANY_ACCOUNTS_SOCKETS_MAX } from '../../lib/adapters/hashkey/options.ts';
import { createRecordingLog } from '../../lib/adapters/memory/log.ts';
import { createRecordingMetrics } from '../../lib/adapters/memory/metrics.ts';
import { createMemoryOrderQueue } from '../../lib/adapters/memory/order-queue.ts';
import { createAccounts } from '../../lib/adapters/secrets-manager/accounts.ts';
import type { ReconcileDependencies } from '../../lib/application/reconcile/dependencies.ts';
import { DEFAULT_SETTINGS } from '../../lib/application/settings.ts';
import { seededRandom } from '../../test/support/random.ts';
import { createManySleepersClock } from '../budget/cases/virtual-clock.ts';
import { type Counts, countCall, createCounts } from './counts.ts';
import { createSimulatedExchange } from './simulated-exchange.ts';
import { createSimulatedTables } from './simulated-table.ts';
import { createSockets } from './sockets.ts';

/** Usual answers inside a region, in milliseconds. */
const TABLE_MS = 5;
const SECRET_MS = 10;
/** As `aws-request.ts` sets them: connections to a service, and how long a call waits for one. */
const AWS_SOCKETS = { max: 50, waitMaxMs: 1_000 };
const QUERIES_PER_SECOND = 2;

/** What a world is made of. */
export interface WorldOptions {
  readonly seed: number;
  readonly dueShards: number;
  /** Connections of a reconciler to the exchange. */
  readonly socketsMax?: number;
}

/** One instance of the reconciling function: its own connections, caches and memories. */
export interface ReconcilerProcess {
  readonly dependencies: ReconcileDependencies;
  readonly counts: Counts;
  readonly documents: Documents;
  /** Calls that found no connection to the exchange within its limit, and to AWS. */
  readonly late: () => { readonly exchange: number; readonly aws: number };
}

/** Makes tables, secrets and an exchange on virtual time, that processes share. */
export function createWorld({
  seed,
  dueShards,
  socketsMax = MANY_ACCOUNTS_SOCKETS_MAX,
}: WorldOptions) {
  const clock = createManySleepersClock();
  const random = seededRandom(seed);
  const tables = createSimulatedTables();
  const exchange = createSimulatedExchange(clock, QUERIES_PER_SECOND);

  const reached = (counts: Counts, ms: number, answer: AwsClient['call']) => {
    const sockets = createSockets(clock, AWS_SOCKETS);
    const client: AwsClient = {
      async call(operation, input) {
        if (!(await sockets.enter())) throw new Error('No connection to AWS was free in time.');
        await clock.sleep(ms);
        sockets.leave();
        return answer(operation, input);
      },
      close: () => {},
    };
    return { client, late: sockets.late, counts };
  };

  function process(): ReconcilerProcess {
    const counts = createCounts();
    const tablesClient = reached(counts, TABLE_MS, async (operation, input) =>
      tables.answer(operation, input, counts),
    );
    const secretsClient = reached(counts, SECRET_MS, async (operation, input) => {
      countCall(counts, operation);
      counts.secretReads += 1;
      return { SecretString: JSON.stringify(secretOf(input)) };
    });
    const client = documentsOver(tablesClient.client, { clock, random });
    const budgets = { client, tableName: 'rate-budgets' };
    const sockets = createSockets(clock, {
      max: socketsMax,
      waitMaxMs: HASHKEY_DEFAULTS.connectTimeoutMs,
    });
    const settings = { ...DEFAULT_SETTINGS.reconcile, watches: true };
    return {
      counts,
      documents: client,
      late: () => ({ exchange: sockets.late(), aws: tablesClient.late() + secretsClient.late() }),
      dependencies: {
        orders: createOrderStore({ client, tableName: 'orders', dueShards }),
        budget: createRateBudget({
          ...budgets,
          clock,
          random,
          settings: DEFAULT_SETTINGS.metering,
        }),
        external: createExternalOrders(budgets),
        leases: createStreamLeases(budgets),
        accounts: createAccounts({ client: secretsClient.client, prefix: 'scale', clock }),
        queue: createMemoryOrderQueue(clock),
        cancels: createMemoryOrderQueue(clock),
        exchange: exchange.over(sockets),
        clock,
        log: createRecordingLog(),
        metrics: createRecordingMetrics(),
        settings,
        rules: settings,
      },
    };
  }
  return { clock, random, tables, exchange, process };
}

/** A simulated world of many accounts. */
export type World = ReturnType<typeof createWorld>;

/** The name of the account with this number. */
export function accountIdOf(number: number): string {
  return `desk-${number}`;
}

/** The key of an account, as its secret holds it. */
export function apiKeyOf(accountId: string): string {
  return createHash('sha256').update(`key of ${accountId}`).digest('hex');
}

function secretOf(input: unknown): object {
  const { SecretId } = z.parse(z.object({ SecretId: z.string() }), input);
  const accountId = SecretId.split('/').at(-1) ?? '';
  const keys = [{ apiKey: apiKeyOf(accountId), apiSecret: apiKeyOf(`secret ${accountId}`) }];
  return { site: 'HK', environment: 'sandbox', keys };
}
