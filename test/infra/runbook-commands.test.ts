import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { idleContext } from '../../cli/idle-context.ts';
import { buildProgram } from '../../cli/program.ts';
import { withOptions } from '../../infra/stage-options.ts';
import { STAGES } from '../../infra/stages.ts';
import { NOT_RUN } from '../support/commands-not-run.ts';
import { commandsIn, readDocument } from '../support/documented-commands.ts';
import { synthesized } from './synthesized.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const RUNBOOK = read('docs/runbook.md');
const { scripts }: { readonly scripts: Readonly<Record<string, string>> } = JSON.parse(
  read('package.json'),
);
/** Everything that the runbook lets a person type. */
const CODE = [...RUNBOOK.matchAll(/```sh\n([\s\S]*?)```|`([^`\n]+)`/g)]
  .map(([, block, line]) => block ?? line ?? '')
  .join('\n');
/** Everything in the documents that only an AWS account can run. */
const AT_AWS = Object.entries(NOT_RUN)
  .flatMap(([path, listed]) => {
    const commands = commandsIn(readDocument(path));
    return Object.keys(listed).map((name) => commands.get(name) ?? '');
  })
  .join('\n')
  .replaceAll('$STAGE', 'production');
const BUILT = synthesized('production', { shards: '2', egress: 'static' });
const all = (pattern: RegExp) => [...CODE.matchAll(pattern)].map(([, found = '']) => found);

describe('what the runbook lets a person type', () => {
  it.each([...new Set(all(/npm run ([a-z:-]+)/g))])('npm run %s is a script', (name) => {
    expect(Object.keys(scripts)).toContain(name);
  });

  it.each([...new Set(all(/hashkey-orders(?: --\w+ \S+)* ([a-z][a-z-]*)/g))])(
    'hashkey-orders %s is a command',
    (name) => {
      expect(buildProgram(idleContext()).commands.map((command) => command.name())).toContain(name);
    },
  );

  it.each(['halt', 'resume', 'stop', 'start', 'open-gate', 'redrive', 'redeliver', 'restore'])(
    'tells when to type %s',
    (name) => {
      expect(all(/hashkey-orders(?: --\w+ \S+)* ([a-z][a-z-]*)/g)).toContain(name);
    },
  );

  it('gives options that there are, with values that they have', () => {
    const options = [...CODE.matchAll(/-c ([a-z]+)=([\w-]+)/g)].filter(
      ([, name]) => name !== 'stage',
    );
    expect(options.length).toBeGreaterThan(3);
    for (const [, name = '', value = ''] of options) {
      expect(() => withOptions(STAGES.production, { [name]: value })).not.toThrow();
    }
  });

  it('names functions, tables, queues and rules as a deployment does', () => {
    const { service, state } = BUILT;
    const { prefix } = STAGES.production;
    const built = [service, state].map((template) => JSON.stringify(template.toJSON())).join();
    const typed = new Set(all(/\$\{P\}([a-z][a-z0-9.-]*[a-z0-9])/g));
    expect(typed.size).toBeGreaterThan(5);
    const missing = [...typed].filter(
      // Names may end in what the reader fills in; a restored table is made by the reader.
      (name) => !built.includes(`${prefix}${name}`) && name !== 'orders-restored',
    );
    expect(missing).toEqual([]);
  });

  it('and the other documents name topics, stacks, outputs and secrets as a deployment does', () => {
    const { service, state } = BUILT;
    const built = [service, state].map((template) => JSON.stringify(template.toJSON())).join();
    const resources = [...AT_AWS.matchAll(/hashkey-orders-production-([a-z-]*[a-z])/g)];
    expect(resources.length).toBeGreaterThan(1);
    const missing = resources
      .map(([, name = '']) => name)
      .filter((name) => name !== 'service' && name !== 'state')
      .filter((name) => !built.includes(STAGES.production.prefix + name));
    expect(missing).toEqual([]);

    const outputs = [...AT_AWS.matchAll(/OutputKey=='(\w+)'/g)].map(([, output = '']) => output);
    expect(Object.keys(service.toJSON().Outputs)).toEqual(expect.arrayContaining(outputs));
    const secrets = [...AT_AWS.matchAll(/hashkey-orders\/production\/[a-z]+\//g)];
    expect(secrets.length).toBeGreaterThan(1);
    for (const [secret] of secrets) expect(built).toContain(secret);
  });

  it('tells how to get rid of everything that a stack keeps', () => {
    const [, away = ''] = RUNBOOK.split('### Take a stage away');
    const { state } = synthesized('production', {
      ...{ egress: 'static', encryption: 'customer', retention: '365', archive: 'monthly' },
    });
    const kept = Object.values<{ readonly Type: string; readonly DeletionPolicy?: string }>(
      state.toJSON().Resources,
    ).filter(({ DeletionPolicy }) => DeletionPolicy?.startsWith('Retain'));
    const ways: Readonly<Record<string, string>> = {
      'AWS::DynamoDB::Table': 'aws dynamodb delete-table',
      'AWS::SQS::Queue': 'aws sqs delete-queue',
      'AWS::Events::EventBus': 'aws events delete-event-bus',
      'AWS::EC2::EIP': 'aws ec2 release-address',
      'AWS::KMS::Key': 'aws kms schedule-key-deletion',
      'AWS::S3::Bucket': 'aws s3 rb',
    };
    expect(kept.length).toBeGreaterThan(6);
    for (const { Type } of kept) expect(away).toContain(ways[Type] ?? `no way for ${Type}`);
    for (const { Properties } of kept as readonly {
      readonly Properties?: { QueueName?: string; TableName?: string };
    }[]) {
      const { QueueName, TableName } = Properties ?? {};
      const name = (QueueName ?? TableName)?.replace(STAGES.production.prefix, '');
      if (name !== undefined) expect(away).toContain(name);
    }
  });
});
