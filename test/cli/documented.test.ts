import { execFileSync } from 'node:child_process';
import * as cloudFormation from '@aws-sdk/client-cloudformation';
import * as dynamoDb from '@aws-sdk/client-dynamodb';
import * as eventBridge from '@aws-sdk/client-eventbridge';
import * as lambda from '@aws-sdk/client-lambda';
import * as secretsManager from '@aws-sdk/client-secrets-manager';
import * as sqs from '@aws-sdk/client-sqs';
import { describe, expect, it } from '@jest/globals';
import { readOptions } from '../../console/options.ts';
import { NOT_RUN } from '../support/commands-not-run.ts';
import { commandsIn, readDocument } from '../support/documented-commands.ts';
import { sourceFiles } from '../support/source-files.ts';

/** Which test types the commands of a document. */
const TYPED_BY: Readonly<Record<string, string>> = {
  'CONTRIBUTING.md': 'none: all are listed',
  'README.md': 'test/stack/readme.long.ts',
  'docs/cli.md': 'test/stack/readme.long.ts',
  'docs/console.md': 'none: all are listed',
  'docs/explanation.md': 'none: all are listed',
  'docs/how-to.md': 'test/stack/how-to.long.ts',
  'docs/how-to-tradingview.md': 'test/stack/runbook.long.ts',
  'docs/runbook.md': 'test/stack/runbook.long.ts',
  'simulator/README.md': 'test/simulator/readme.test.ts',
  // From beginning to end, by what the text says.
  'docs/tutorial.md': 'test/console/walk.browser.ts',
};

const CODE = new Map(
  sourceFiles('.long.ts', '.browser.ts', 'readme.test.ts').map(({ path, text }) => [path, text]),
);
const DOCUMENTS = sourceFiles('.md')
  .filter(({ path }) => path !== 'CHANGELOG.md' && !path.includes('decisions/'))
  .map(({ path }) => [path, commandsIn(readDocument(path))] as const)
  .filter(([, commands]) => commands.size > 0);
const LISTED = Object.entries(NOT_RUN).flatMap(([path, listed]) =>
  Object.keys(listed).map((name) => [path, name] as const),
);
const scriptOf = (path: string, name: string) => commandsIn(readDocument(path)).get(name) ?? '';
const ALL_LISTED = LISTED.map(([path, name]) => scriptOf(path, name)).join('\n');

/** Services of which no client is among the dependencies: nothing here knows their operations. */
const UNCHECKED = ['ec2', 'kms', 'logs', 'sns', 'sts'];
const CLIENTS: Readonly<Record<string, object>> = {
  cloudformation: cloudFormation,
  dynamodb: dynamoDb,
  events: eventBridge,
  lambda,
  secretsmanager: secretsManager,
  sqs,
};

describe('every command of the documents', () => {
  it.each(DOCUMENTS)('of %s is typed by a test, or listed with a reason', (path, commands) => {
    const typedBy = TYPED_BY[path];
    expect(typedBy).toBeDefined();
    if (path === 'docs/tutorial.md') return;
    const code = CODE.get(typedBy ?? '') ?? '';
    const listed = NOT_RUN[path] ?? {};
    const neither = [...commands.keys()].filter(
      (name) => !(name in listed) && !code.includes(`'${name}'`),
    );
    expect(neither).toEqual([]);
  });

  it('is listed only where it stands', () => {
    expect(LISTED.filter(([path, name]) => scriptOf(path, name) === '')).toEqual([]);
  });
});

describe('commands that are not typed', () => {
  it.each(LISTED)('are understood by a shell: %s, %s', (path, name) => {
    expect(() => execFileSync('bash', ['-n', '-c', scriptOf(path, name)])).not.toThrow();
  });

  it('name operations that AWS has', () => {
    const asked = [...ALL_LISTED.matchAll(/\baws ([a-z0-9]+) ([a-z0-9-]+)/g)];
    expect(asked.length).toBeGreaterThan(15);
    const unknown = asked
      .filter(([, service = '']) => !UNCHECKED.includes(service))
      .filter(([, service = '', operation = '']) => {
        const words = operation
          .split('-')
          .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1));
        return !(`${words.join('')}Command` in (CLIENTS[service] ?? {}));
      })
      .map(([command]) => command);
    expect(unknown).toEqual([]);
  });

  it('give the console options that it has', () => {
    const [, words = ''] =
      /npm run console -- (.*)/.exec(scriptOf('docs/console.md', 'Console')) ?? [];
    const typed = words.replace('"$API"', 'https://api.example').split(' ');
    expect(readOptions(typed)).toMatchObject({ stage: 'sandbox', region: 'eu-central-1' });
  });
});
