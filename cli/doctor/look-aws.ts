import { RECONCILE_EVERY_S } from '../../infra/queue-settings.ts';
import { createAwsClient } from '../../lib/adapters/aws/aws-client.ts';
import { AWS_SERVICES } from '../../lib/adapters/aws/known-services.ts';
import { MINUTE_MS, SECOND_MS } from '../../lib/domain/time.ts';
import { awsSiteOf, type Caller } from '../connection/caller.ts';
import type { StageState } from '../connection/stage-state.ts';
import { type Finding, notHere } from './finding.ts';
import {
  judgeAlarms,
  judgeLastRun,
  judgeMapping,
  judgeQueue,
  judgeRule,
  judgeTable,
} from './judge-aws.ts';
import type { Look } from './look.ts';

const QUEUES = [
  'orders.fifo',
  'cancels.fifo',
  'results.fifo',
  'orders-dead-letter.fifo',
  'results-dead-letter.fifo',
];
const TABLES = ['orders', 'rate-budgets', 'results'];
const FED = ['submit-order', 'cancel-order', 'publish-events', 'deliver-results'];
const SCHEDULED = ['reconcile-orders', 'stream-orders', 'retry-results'];
const ALWAYS_AT_WORK = 'reconcile-orders';
const LAST_RUN_WITHIN_MS = 15 * MINUTE_MS;
const ALARMS_MAX = 100;

/** Looks at what a stage is made of. On one machine there are only queues and tables. */
export function awsLooks(state: StageState, caller: Caller): readonly Look[] {
  const { prefix } = state.stage;
  const isLocal = state.stage.name === 'local';
  const shared: readonly Look[] = [
    ...QUEUES.map((name) => ({ check: `queue ${name}`, look: () => lookAtQueue(state, name) })),
    ...TABLES.map((name) => ({
      check: `table ${name}`,
      look: () => lookAtTable(caller, `${prefix}${name}`, !isLocal),
    })),
  ];
  if (isLocal) {
    const says = 'runs inside npm start, which has no such thing';
    const names = ['mappings', 'schedules', 'alarms', 'recovery of tables'];
    return [
      ...shared,
      ...names.map((check) => ({ check, look: async () => [notHere(check, says)] })),
    ];
  }
  return [
    ...shared,
    ...FED.map((name) => ({
      check: `mapping of ${name}`,
      look: () => lookAtMapping(caller, `${prefix}${name}`),
    })),
    { check: 'schedules', look: () => lookAtRules(caller, prefix) },
    { check: 'last run', look: () => lookAtLastRun(state, caller, `${prefix}${ALWAYS_AT_WORK}`) },
    { check: 'alarms', look: () => lookAtAlarms(caller, prefix) },
  ];
}

async function lookAtQueue({ sqs, urlOf }: StageState, name: string): Promise<readonly Finding[]> {
  const { Attributes } = await sqs.call('GetQueueAttributes', {
    QueueUrl: await urlOf(name),
    AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
  });
  const count = (attribute: string) => Number(fieldOf(Attributes, attribute) ?? 0);
  return [
    judgeQueue(name, {
      waiting: count('ApproximateNumberOfMessages'),
      inHand: count('ApproximateNumberOfMessagesNotVisible'),
    }),
  ];
}

async function lookAtTable(
  caller: Caller,
  TableName: string,
  hasRecovery: boolean,
): Promise<readonly Finding[]> {
  const client = createAwsClient({
    ...(await awsSiteOf(caller, 'DYNAMODB')),
    service: AWS_SERVICES.DYNAMODB,
  });
  const { Table } = await client.call('DescribeTable', { TableName });
  const status = String(fieldOf(Table, 'TableStatus') ?? 'in no known state');
  if (!hasRecovery) return judgeTable(TableName, { status, pointInTimeRecovery: undefined });
  const answer = await client.call('DescribeContinuousBackups', { TableName });
  const recovery = fieldOf(answer.ContinuousBackupsDescription, 'PointInTimeRecoveryDescription');
  const pointInTimeRecovery = fieldOf(recovery, 'PointInTimeRecoveryStatus') === 'ENABLED';
  return judgeTable(TableName, { status, pointInTimeRecovery });
}

async function lookAtMapping(caller: Caller, FunctionName: string): Promise<readonly Finding[]> {
  const { LambdaClient, ListEventSourceMappingsCommand } = await import('@aws-sdk/client-lambda');
  const client = new LambdaClient(sdkOptions(caller));
  const command = new ListEventSourceMappingsCommand({ FunctionName });
  const { EventSourceMappings = [] } = await client.send(command);
  const mappings = EventSourceMappings.map(({ UUID = '?', State = 'unknown' }) => ({
    uuid: UUID,
    state: State,
  }));
  return [judgeMapping(FunctionName, mappings)];
}

/** A stage with several shards has a rule for each, named after the first. */
async function lookAtRules(caller: Caller, prefix: string): Promise<readonly Finding[]> {
  const client = createAwsClient({
    ...(await awsSiteOf(caller, 'EVENTBRIDGE')),
    service: AWS_SERVICES.EVENTBRIDGE,
  });
  const { Rules } = await client.call('ListRules', { NamePrefix: prefix });
  const rules = (Array.isArray(Rules) ? Rules : []).map((rule) => ({
    name: String(fieldOf(rule, 'Name')),
    state: String(fieldOf(rule, 'State')),
  }));
  return SCHEDULED.flatMap((name) => {
    const first = `${prefix}${name}`;
    const its = rules.filter((rule) => rule.name === first || rule.name.startsWith(`${first}-`));
    if (its.length === 0) return [judgeRule(first, undefined)];
    return its.map((rule) => judgeRule(rule.name, rule.state));
  });
}

async function lookAtLastRun(
  { clock }: StageState,
  caller: Caller,
  name: string,
): Promise<readonly Finding[]> {
  const { CloudWatchClient, GetMetricStatisticsCommand } = await import(
    '@aws-sdk/client-cloudwatch'
  );
  const now = clock.now();
  const command = new GetMetricStatisticsCommand({
    Namespace: 'AWS/Lambda',
    MetricName: 'Invocations',
    Dimensions: [{ Name: 'FunctionName', Value: name }],
    StartTime: new Date(now - LAST_RUN_WITHIN_MS),
    EndTime: new Date(now),
    Period: MINUTE_MS / SECOND_MS,
    Statistics: ['Sum'],
  });
  const { Datapoints = [] } = await new CloudWatchClient(sdkOptions(caller)).send(command);
  const times = Datapoints.flatMap(({ Sum = 0, Timestamp }) =>
    Sum > 0 && Timestamp !== undefined ? [Timestamp.getTime()] : [],
  );
  const agoMs = times.length === 0 ? undefined : now - Math.max(...times);
  return [judgeLastRun(name, agoMs, RECONCILE_EVERY_S * SECOND_MS)];
}

async function lookAtAlarms(caller: Caller, prefix: string): Promise<readonly Finding[]> {
  const { CloudWatchClient, DescribeAlarmsCommand } = await import('@aws-sdk/client-cloudwatch');
  const command = new DescribeAlarmsCommand({ AlarmNamePrefix: prefix, MaxRecords: ALARMS_MAX });
  const { MetricAlarms = [] } = await new CloudWatchClient(sdkOptions(caller)).send(command);
  const alarms = MetricAlarms.map(({ AlarmName = '?', StateValue = 'unknown' }) => ({
    name: AlarmName,
    state: StateValue,
  }));
  return judgeAlarms(prefix, alarms);
}

function sdkOptions({ region, credentials, endpointOf }: Caller) {
  const endpoint = endpointOf();
  return { region, credentials, ...(endpoint !== undefined && { endpoint }) };
}

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([key]) => key === name)?.[1];
}
