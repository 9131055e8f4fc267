import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Template } from 'aws-cdk-lib/assertions';
import { FUNCTIONS, type FunctionName } from '../../infra/functions.ts';
import { synthesized } from './synthesized.ts';

const READ_BUDGETS = 'dynamodb: BatchGetItem GetItem on RateBudgetsTable';
const WRITE_BUDGETS =
  'dynamodb: PutItem UpdateItem on RateBudgetsTable where id is like key#*, egress';
const WRITE_BUDGETS_AND_EXTERNAL = WRITE_BUDGETS.replace('egress', 'egress, external#*, stream#*');
const ACCOUNTS = 'secretsmanager: GetSecretValue on hashkey-orders/production/accounts/*';
const PRODUCERS = 'secretsmanager: GetSecretValue on hashkey-orders/production/producers/*';

/** What each function may do besides writing its own logs: all of it. */
const ALLOWED: Readonly<Record<FunctionName, readonly string[]>> = {
  'receive-order': [
    'dynamodb: BatchGetItem GetItem PutItem UpdateItem on OrdersTable',
    'sqs: SendMessage on OrdersQueue',
    'sqs: SendMessage on CancelsQueue',
    ACCOUNTS,
    PRODUCERS,
  ],
  'submit-order': [
    'dynamodb: BatchGetItem GetItem PutItem UpdateItem on OrdersTable',
    READ_BUDGETS,
    WRITE_BUDGETS,
    'sqs: ChangeMessageVisibility DeleteMessage GetQueueAttributes ReceiveMessage on OrdersQueue',
    'sqs: SendMessage on DeadLetterQueue',
    ACCOUNTS,
  ],
  'cancel-order': [
    'dynamodb: BatchGetItem GetItem UpdateItem on OrdersTable',
    READ_BUDGETS,
    WRITE_BUDGETS,
    'sqs: ChangeMessageVisibility DeleteMessage GetQueueAttributes ReceiveMessage on CancelsQueue',
    'sqs: SendMessage on DeadLetterQueue',
    ACCOUNTS,
  ],
  'reconcile-orders': [
    'dynamodb: BatchGetItem GetItem UpdateItem on OrdersTable',
    'dynamodb: Query on OrdersTable/index/due',
    READ_BUDGETS,
    WRITE_BUDGETS_AND_EXTERNAL,
    'sqs: SendMessage on OrdersQueue',
    'sqs: SendMessage on CancelsQueue',
    ACCOUNTS,
  ],
  'stream-orders': [
    'dynamodb: BatchGetItem GetItem UpdateItem on OrdersTable',
    'dynamodb: Query on OrdersTable/index/due',
    READ_BUDGETS,
    WRITE_BUDGETS_AND_EXTERNAL,
    'sqs: SendMessage on OrdersQueue',
    'sqs: SendMessage on CancelsQueue',
    ACCOUNTS,
    'secretsmanager: ListSecrets on *',
  ],
  'publish-events': [
    'dynamodb: DescribeStream GetRecords GetShardIterator on OrdersTableStream',
    'dynamodb: ListStreams on *',
    'events: PutEvents on OrdersBus',
    'sqs: SendMessage on ResultsQueue',
  ],
  'deliver-results': [
    'dynamodb: BatchGetItem DeleteItem GetItem PutItem Query on ResultsTable',
    'sqs: ChangeMessageVisibility DeleteMessage GetQueueAttributes ReceiveMessage on ResultsQueue',
    'sqs: SendMessage on ResultsDeadLetterQueue',
    PRODUCERS,
  ],
  'retry-results': [
    'dynamodb: UpdateItem on ResultsTable',
    'dynamodb: Query on ResultsTable/index/due',
    'sqs: SendMessage on ResultsQueue',
  ],
  'read-orders': [
    'dynamodb: BatchGetItem GetItem on OrdersTable',
    'dynamodb: Query on OrdersTable/index/by-time',
  ],
  'control-account': [
    READ_BUDGETS,
    'dynamodb: PutItem UpdateItem on RateBudgetsTable where id is like halt#*',
    ACCOUNTS,
  ],
  'check-egress': [],
};

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

let service: Template;
beforeAll(() => {
  service = synthesized('production').service;
});

describe('the role of a function', () => {
  it.each(FUNCTIONS.map(({ name, id }) => ({ name, id })))(
    '$name may do this only',
    ({ name, id }) => {
      const roles = service.findResources('AWS::IAM::Role');
      const [, role] = Object.entries(roles).find(([key]) => key.startsWith(`${id}Role`)) ?? [];
      const statements: readonly Statement[] =
        role?.Properties.Policies[0].PolicyDocument.Statement;
      expect(role?.Properties.ManagedPolicyArns).toBeUndefined();
      expect(statements.flatMap(inWords).toSorted()).toEqual(ALLOWED[name].toSorted());
    },
  );

  it('writes to the log group of its function and gets nothing else from elsewhere', () => {
    const policies = Object.entries(service.findResources('AWS::IAM::Policy'));
    expect(policies).toHaveLength(FUNCTIONS.length);
    for (const [key, { Properties }] of policies) {
      const stem = key.slice(0, key.indexOf('Role'));
      expect(Properties.PolicyDocument.Statement).toEqual([
        {
          Effect: 'Allow',
          Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          Resource: { 'Fn::GetAtt': [expect.stringMatching(`^${stem}Logs`), 'Arn'] },
        },
      ]);
    }
  });
});

/** One line for each resource of a statement. */
function inWords({ Effect, Action, Resource, Condition }: Statement): readonly string[] {
  const actions = [Action].flat().toSorted();
  const [service = ''] = (actions[0] ?? '').split(':');
  const verbs = actions.map((action) => action.replace(`${service}:`, ''));
  const keys = Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'];
  const where = keys === undefined ? '' : ` where id is like ${keys.join(', ')}`;
  const denied = Effect === 'Allow' ? '' : `${Effect}: `;
  return [Resource]
    .flat()
    .map((on) => `${denied}${service}: ${verbs.join(' ')} on ${resourceIn(on)}${where}`);
}

/** Names a resource by the export it is imported from, or by what follows in its ARN. */
function resourceIn(resource: unknown): string {
  const text = JSON.stringify(resource);
  if (text === '"*"') return '*';
  const secret = /:secret:([^"]+)"/.exec(text)?.[1];
  if (secret !== undefined) return secret;
  const exported = /ExportsOutputFnGetAtt([A-Za-z]+?)(?:Stream)?Arn[0-9A-F]{8}/.exec(text);
  const stream = text.includes('StreamArn') ? 'Stream' : '';
  const index = /\/index\/[a-z-]+/.exec(text)?.[0] ?? '';
  return `${exported?.[1] ?? text}${stream}${index}`;
}
