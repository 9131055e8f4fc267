import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ACCOUNT_ID, type Emulator, REGION } from './emulator.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CDK = join(ROOT, 'node_modules', 'aws-cdk', 'bin', 'cdk');
const TIMEOUT_MS = 300_000;
const LINES_SHOWN = 30;

/** The stage that is deployed: one for real money but for the exchange behind it. */
export const STAGE = 'sandbox';

/** What a deployment made. */
export interface Deployed {
  /** Outputs of both stacks, by their names. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly resources: number;
  /** What the emulator could not do and was made simpler for it. */
  readonly simplified: readonly string[];
}

/** Settings of functions that differ from the stage's, so that doubt ends within the test. */
const QUICK = { ABSENCE_HORIZON_MS: '3000', ABSENCE_SPACING_MS: '1500' } as const;

/**
 * Synthesizes the stage, and deploys it with the CDK's own command line: bootstrap, assets, change
 * sets, stack after stack.
 *
 * @throws Error with the tool's last lines when it fails
 */
export async function deploy(
  emulator: Emulator,
  say: (line: string) => void,
  options: readonly string[] = [],
): Promise<Deployed> {
  const directory = mkdtempSync(join(tmpdir(), 'order-service-assembly-'));
  const context = { stage: STAGE, ...Object.fromEntries(options.map((one) => one.split('='))) };
  await node(['--disable-warning=ExperimentalWarning', 'infra/app.ts'], {
    CDK_OUTDIR: directory,
    CDK_CONTEXT_JSON: JSON.stringify(context),
  });
  const changed = adapt(directory);
  say(`synthesized ${changed.resources} resources of stage ${STAGE} ${options.join(' ')}`);

  const app = ['--app', directory];
  await node([CDK, 'bootstrap', `aws://${ACCOUNT_ID}/${REGION}`, ...app], emulator.environment);
  say('bootstrapped the account as `cdk bootstrap` does');
  const outputsFile = join(directory, 'outputs.json');
  await node(
    [CDK, 'deploy', '--all', '--require-approval', 'never', '--outputs-file', outputsFile, ...app],
    emulator.environment,
  );
  const written: Record<string, Record<string, string>> = JSON.parse(
    readFileSync(outputsFile, 'utf8'),
  );
  say('deployed both stacks through CloudFormation as `cdk deploy` does');
  return { outputs: Object.assign({}, ...Object.values(written)), ...changed };
}

interface Template {
  readonly Resources: Record<string, { readonly Type: string; readonly Properties: Properties }>;
}
type Properties = Record<string, unknown>;

function adapt(directory: string): Omit<Deployed, 'outputs'> {
  const simplified: string[] = [];
  let resources = 0;
  for (const name of ['State', 'Service']) {
    const file = join(directory, `${name}.template.json`);
    const template: Template = JSON.parse(readFileSync(file, 'utf8'));
    for (const [id, { Type, Properties }] of Object.entries(template.Resources)) {
      resources += 1;
      if (Type === 'AWS::CloudWatch::Alarm' && simplifyAlarm(Properties)) simplified.push(id);
      if (Type === 'AWS::Lambda::Function') quicken(Properties);
    }
    writeFileSync(file, JSON.stringify(template));
  }
  return { resources, simplified };
}

/** The emulator refuses metric mathematics: the alarm looks at the first of its metrics alone. */
function simplifyAlarm(properties: Properties): boolean {
  const { Metrics } = properties;
  if (!Array.isArray(Metrics)) return false;
  const stat = Metrics.find((one) => one.MetricStat !== undefined)?.MetricStat;
  delete properties.Metrics;
  const { Metric, Period, Stat } = stat;
  Object.assign(properties, { ...Metric, Period, Statistic: Stat });
  return true;
}

function quicken(properties: Properties): void {
  const { Environment } = properties;
  if (typeof Environment !== 'object' || Environment === null || !('Variables' in Environment))
    return;
  const { Variables } = Environment;
  if (typeof Variables === 'object' && Variables !== null && 'ABSENCE_HORIZON_MS' in Variables) {
    Object.assign(Variables, QUICK);
  }
}

async function node(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  const child = spawn(process.execPath, [...args], {
    cwd: ROOT,
    // No credentials and no settings of this machine: what is deployed must never leave it.
    env: { PATH: process.env.PATH, HOME: tmpdir(), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: TIMEOUT_MS,
  });
  let said = '';
  const listen = (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(-50_000);
  };
  child.stdout.on('data', listen);
  child.stderr.on('data', listen);
  const [code] = await once(child, 'close');
  if (code === 0) return;
  const lines = said
    .trim()
    .split('\n')
    .filter((line) => !line.includes('IN_PROGRESS'));
  throw new Error(`${args.join(' ')} failed:\n${lines.slice(-LINES_SHOWN).join('\n')}`);
}
