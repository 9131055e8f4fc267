import { parseArgs } from 'node:util';

/** What a person asked of the local stack. */
export interface StackOptions {
  readonly port: number;
  readonly awsPort: number;
  readonly exchangePort: number;
  readonly dataDirectory: string;
  readonly accountsFile: string | undefined;
  readonly exchangeUrl: string | undefined;
  readonly shards: string | undefined;
  /** Run the demonstration and end. */
  readonly once: boolean;
  /** Only serve. */
  readonly noDemo: boolean;
  /** Where the console is served; undefined where none is wanted. */
  readonly consolePort: number | undefined;
}

/** A wrong command line. The message is one line for a terminal. */
export class OptionError extends Error {
  override readonly name = 'OptionError';
}

/** What `--help` prints. */
export const HELP = `Runs the whole order service on this machine, with a simulated exchange.

Usage: npm start -- [options]

  --port N            the API                                  (default 8080)
  --aws-port N        SQS, DynamoDB, Secrets Manager, EventBridge (default 4566)
  --exchange-port N   the exchange simulator                   (default 8090)
  --console-port N    the page to look at orders with          (default 8085)
  --data-dir DIR      where state is kept; survives a kill     (default .data)
  --accounts FILE     accounts, keys and producers as JSON     (default: demonstration accounts)
  --exchange-url URL  use this exchange instead of the simulator
  --shards N          reconcilers that share the accounts out: 1, 2, 4 or 8 (default 1)
  --once              run the demonstration, print what happened, exit 0 when all went as expected
  --no-demo           only serve
  --no-console        do not serve the page
  --help              this text

A port of 0 takes any free one. Ctrl-C stops it; the next start goes on where it stopped.`;

/**
 * Reads the command line.
 *
 * @throws OptionError naming the option that is wrong; undefined when help is asked for
 */
export function readOptions(args: readonly string[]): StackOptions | undefined {
  const { values } = parsed(args);
  if (values.help) return undefined;
  if (values.once && values['no-demo']) {
    throw new OptionError('--once runs the demonstration: it does not go with --no-demo.');
  }
  const exchangeUrl = values['exchange-url'];
  if (values.once && (exchangeUrl !== undefined || values.accounts !== undefined)) {
    throw new OptionError(
      '--once makes the simulator misbehave for its own accounts: leave out --exchange-url and --accounts.',
    );
  }
  return {
    port: port('--port', values.port),
    awsPort: port('--aws-port', values['aws-port']),
    exchangePort: port('--exchange-port', values['exchange-port']),
    dataDirectory: values['data-dir'],
    accountsFile: values.accounts,
    shards: shards(values.shards),
    exchangeUrl: exchangeUrl === undefined ? undefined : httpUrl(exchangeUrl),
    once: values.once,
    noDemo: values['no-demo'],
    consolePort:
      values.once || values['no-console']
        ? undefined
        : port('--console-port', values['console-port']),
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: { type: 'string', default: '8080' },
        'aws-port': { type: 'string', default: '4566' },
        'exchange-port': { type: 'string', default: '8090' },
        'console-port': { type: 'string', default: '8085' },
        'no-console': { type: 'boolean', default: false },
        'data-dir': { type: 'string', default: '.data' },
        accounts: { type: 'string' },
        'exchange-url': { type: 'string' },
        shards: { type: 'string' },
        once: { type: 'boolean', default: false },
        'no-demo': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    const what = error instanceof Error ? error.message : 'the command line is wrong';
    throw new OptionError(`${what.split('. ')[0]}. See npm start -- --help.`);
  }
}

function port(option: string, text: string): number {
  const value = Number(text);
  if (/^\d{1,5}$/.test(text) && value <= 65_535) return value;
  throw new OptionError(`${option} takes a port from 0 to 65535, not "${text}".`);
}

function shards(text: string | undefined): string | undefined {
  if (text === undefined || /^[1248]$/.test(text)) return text;
  throw new OptionError(`--shards takes 1, 2, 4 or 8, not "${text}".`);
}

function httpUrl(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol))
    return text.replace(/\/$/, '');
  throw new OptionError(`--exchange-url takes an http or https address, not "${text}".`);
}
