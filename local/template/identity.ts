import type { Resource } from './assembly.ts';

/** The fixed facts of the pretended account and region. */
export type Surroundings = {
  readonly region: string;
  readonly accountId: string;
  readonly partition: string;
  readonly queueUrl: (queueName: string) => string;
};

/** What `Ref` and `Fn::GetAtt` of one resource give. */
export type Identity = {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
};

type Subject = {
  readonly stackName: string;
  readonly logicalId: string;
  readonly resource: Resource;
  readonly surroundings: Surroundings;
  readonly property: (name: string) => unknown;
};

type Naming = {
  readonly name: string;
  readonly surroundings: Surroundings;
  readonly arn: (service: string, resource: string) => string;
  readonly property: (name: string) => string;
};

/** SQS refuses longer names; the limits of Lambda (64) do not matter to child processes. */
const NAME_LENGTH_MAX = 80;

/** The label of the one stream a table ever has here; the real service puts a time there. */
const STREAM_LABEL = '2020-01-01T00:00:00.000';

const nameProperties: Readonly<Record<string, string>> = {
  'AWS::SQS::Queue': 'QueueName',
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::DynamoDB::GlobalTable': 'TableName',
  'AWS::Events::EventBus': 'Name',
  'AWS::Events::Rule': 'Name',
  'AWS::Scheduler::Schedule': 'Name',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::IAM::Role': 'RoleName',
  'AWS::SNS::Topic': 'TopicName',
  'AWS::SecretsManager::Secret': 'Name',
};

const identities: Readonly<Record<string, (naming: Naming) => Identity>> = {
  'AWS::SQS::Queue': ({ name, surroundings, arn }) => {
    const url = surroundings.queueUrl(name);
    return { ref: url, attributes: { Arn: arn('sqs', name), QueueName: name, QueueUrl: url } };
  },
  'AWS::DynamoDB::Table': table,
  'AWS::DynamoDB::GlobalTable': table,
  'AWS::Events::EventBus': ({ name, arn }) => ({
    ref: name,
    attributes: { Arn: arn('events', `event-bus/${name}`), Name: name },
  }),
  'AWS::Events::Rule': ({ name, arn }) => withArn(name, arn('events', `rule/${name}`)),
  'AWS::Scheduler::Schedule': ({ name, arn }) =>
    withArn(name, arn('scheduler', `schedule/default/${name}`)),
  'AWS::Lambda::Function': ({ name, arn }) => withArn(name, arn('lambda', `function:${name}`)),
  'AWS::Lambda::Alias': ({ property }) => {
    const aliasArn = `${property('FunctionName')}:${property('Name')}`;
    return withArn(aliasArn, aliasArn);
  },
  'AWS::Lambda::Version': ({ property }) => {
    const versionArn = `${property('FunctionName')}:1`;
    return { ref: versionArn, attributes: { FunctionArn: versionArn, Version: '1' } };
  },
  'AWS::Logs::LogGroup': ({ name, arn }) => withArn(name, arn('logs', `log-group:${name}:*`)),
  'AWS::IAM::Role': ({ name, surroundings: { partition, accountId } }) => ({
    ref: name,
    attributes: { Arn: `arn:${partition}:iam::${accountId}:role/${name}` },
  }),
  'AWS::SNS::Topic': ({ name, arn }) => {
    const topicArn = arn('sns', name);
    return { ref: topicArn, attributes: { TopicArn: topicArn, TopicName: name } };
  },
  'AWS::SecretsManager::Secret': ({ name, arn }) => {
    const secretArn = arn('secretsmanager', `secret:${name}`);
    return { ref: secretArn, attributes: { Id: secretArn } };
  },
};

/** Answers what a resource is called here; types outside the table have no attributes. */
export function identify(subject: Subject): Identity {
  const { surroundings, resource } = subject;
  const property = (name: string) => nameText(subject.property(name));
  const nameProperty = nameProperties[resource.Type];
  const given = nameProperty === undefined ? undefined : subject.property(nameProperty);
  const name = given === undefined ? generatedName(subject) : nameText(given);

  const prefix = `arn:${surroundings.partition}`;
  const arn = (service: string, rest: string) =>
    `${prefix}:${service}:${surroundings.region}:${surroundings.accountId}:${rest}`;
  const identity = identities[resource.Type];
  return identity === undefined
    ? { ref: name, attributes: {} }
    : identity({ name, surroundings, arn, property });
}

function nameText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The end of a long name is kept: a logical id ends with the hash that makes it unique. */
function generatedName({ stackName, logicalId, resource }: Subject): string {
  const isFifo = resource.Type === 'AWS::SQS::Queue' && resource.Properties?.FifoQueue === true;
  const suffix = isFifo ? '.fifo' : '';
  const full = `${stackName}-${logicalId}`;
  return full.slice(-(NAME_LENGTH_MAX - suffix.length)) + suffix;
}

function table({ name, arn }: Naming): Identity {
  const tableArn = arn('dynamodb', `table/${name}`);
  const attributes = { Arn: tableArn, StreamArn: `${tableArn}/stream/${STREAM_LABEL}` };
  return { ref: name, attributes };
}

function withArn(ref: string, arn: string): Identity {
  return { ref, attributes: { Arn: arn } };
}
