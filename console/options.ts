import { parseArgs } from 'node:util';
import { STAGES } from '../infra/stages.ts';

/** What a person asked of the console. */
export interface ConsoleOptions {
  /** Address of the service's API, without a slash at its end. */
  readonly apiUrl: string;
  /** Undefined where the API is on this machine and asks for no signature. */
  readonly region: string | undefined;
  /** 0 takes any free one. */
  readonly port: number;
  /** Where the AWS services are, when not at AWS: the local stack's. */
  readonly awsEndpoint: string | undefined;
  readonly stage: keyof typeof STAGES;
  /** How long silence has to last after the fence in this stage. */
  readonly horizonMs: number;
  /** Shown besides those that have a secret in the stage. */
  readonly accounts: readonly string[];
}

/** A wrong command line. The message is one line for a terminal. */
export class OptionError extends Error {
  override readonly name = 'OptionError';
}

/** What `--help` prints. */
export const HELP = `Serves a page that shows orders, doubt, budgets and gates, on this machine only.

Usage: node console/main.ts --url API [options]

  --url URL           the service's API                  (default http://127.0.0.1:8080)
  --region R          signs calls for this AWS region; needed unless the API is on this machine
  --stage NAME        local, development, sandbox or production      (default local)
  --aws-endpoint URL  AWS services elsewhere than at AWS: the local stack's address
  --account ID        show this account; may be given several times
  --port N            where the page is served; 0 takes any free port      (default 8085)
  --help              this text

Calls are signed here with the AWS credentials that the SDK finds; the page never sees them.
The page answers only this machine. Ctrl-C stops it.`;

const OPTIONS = {
  url: { type: 'string', default: 'http://127.0.0.1:8080' },
  region: { type: 'string' },
  stage: { type: 'string', default: 'local' },
  'aws-endpoint': { type: 'string' },
  account: { type: 'string', multiple: true },
  port: { type: 'string', default: '8085' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/**
 * Reads the command line.
 *
 * @returns undefined when help is asked for
 * @throws OptionError naming the option that is wrong
 */
export function readOptions(args: readonly string[]): ConsoleOptions | undefined {
  const values = parsed(args);
  if (values.help) return undefined;
  const apiUrl = address('--url', values.url);
  const { region, account: accounts = [] } = values;
  if (region === undefined && !isLoopback(apiUrl)) {
    throw new OptionError(`--region is missing: calls to ${apiUrl} have to be signed for one.`);
  }
  if (region !== undefined && !/^[a-z]{2}(?:-[a-z]+)+-\d$/.test(region)) {
    throw new OptionError(`--region takes a name such as eu-central-1, not "${region}".`);
  }
  const wrong = accounts.find((id) => !/^[a-z0-9-]{1,32}$/.test(id));
  if (wrong !== undefined) {
    throw new OptionError(`--account takes an account id such as desk-1, not "${wrong}".`);
  }
  const endpoint = values['aws-endpoint'];
  const stage = stageOf(values.stage);
  return {
    apiUrl,
    // A region alone, as a shell may always have it, does not make the local API ask for anything.
    region: isLoopback(apiUrl) ? undefined : region,
    port: portOf(values.port),
    awsEndpoint: endpoint === undefined ? undefined : address('--aws-endpoint', endpoint),
    stage,
    horizonMs: STAGES[stage].absenceHorizonMs,
    accounts,
  };
}

/** Says whether an address is on this machine. */
export function isLoopback(url: string): boolean {
  return ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname);
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (error) {
    // `TypeError [CODE]: what is wrong. What to do`
    const what = String(error).replace(/^[^:]*: /, '');
    throw new OptionError(`${what.split('. ')[0]}. See --help.`);
  }
}

function address(option: string, text: string): string {
  const isHttp = URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
  if (!isHttp) throw new OptionError(`${option} takes an http or https address, not "${text}".`);
  const { protocol, username, password } = new URL(text);
  if (username !== '' || password !== '') {
    throw new OptionError(`${option} takes an address without a name or a password in it.`);
  }
  if (protocol === 'http:' && !isLoopback(text)) {
    throw new OptionError(`${option} outside this machine has to be https: ${text}.`);
  }
  return text.replace(/\/+$/, '');
}

function portOf(text: string): number {
  const value = Number(text);
  if (/^\d{1,5}$/.test(text) && value <= 65_535) return value;
  throw new OptionError(`--port takes a port from 0 to 65535, not "${text}".`);
}

function stageOf(text: string): keyof typeof STAGES {
  const stage = Object.values(STAGES).find(({ name }) => name === text);
  if (stage !== undefined) return stage.name;
  throw new OptionError(`--stage takes ${Object.keys(STAGES).join(', ')}, not "${text}".`);
}
