import { ConfigurationError } from '../lib/application/configuration-error.ts';
import { DEMO_ENVIRONMENT, demonstrate, placeSome } from './demo/demonstrate.ts';
import { assertPortFree } from './stack/assert-port-free.ts';
import { demoConfiguration, readConfiguration } from './stack/configuration.ts';
import { type ConsoleProcess, startConsoleProcess } from './stack/console-process.ts';
import { HELP, OptionError, readOptions, type StackOptions } from './stack/options.ts';
import { type LocalStack, startStack } from './stack/start-stack.ts';

/** Ends with one line for a person: what is wrong and what to do. A stack trace only for bugs. */
async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) {
    process.stdout.write(`${HELP}\n`);
    return;
  }
  await run(options);
}

async function run(options: StackOptions): Promise<void> {
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const { configuration, file } = configured(options);
  let isStopping = false;
  // It is served last; that its port is taken should be said at once.
  if (options.consolePort !== undefined)
    await assertPortFree(options.consolePort, '--console-port');
  say('Preparing: templates and bundled handlers, about ten seconds the first time …');
  const stack = await startStack({
    ...options,
    configuration,
    ...(options.once ? { environment: DEMO_ENVIRONMENT } : {}),
    // What is cut off by stopping is no fault to tell of.
    log: (line) => isStopping || process.stderr.write(`${line}\n`),
  });
  let page: ConsoleProcess | undefined;
  try {
    say(`API       ${stack.apiUrl}`);
    say(`AWS       ${stack.awsUrl}`);
    say(`exchange  ${options.exchangeUrl ?? stack.exchangeUrls.join('  ')}`);
    say(`accounts  ${file}`);
    page = await startConsoleProcess(stack, options.consolePort);
    if (page !== undefined) say(`console   ${page.url}`);
    say('ready');
    if (options.once) {
      process.exitCode = (await demonstrate(stack, configuration, say)) ? 0 : 1;
    } else {
      if (placesSome(options, stack)) {
        say('A few orders are placed for you to look at (--no-demo places none):');
        for (const url of await placeSome(stack, configuration)) say(`  curl ${url}`);
      }
      await ended();
    }
  } finally {
    isStopping = true;
    await page?.stop();
    await stack.stop();
  }
}

/** Only where nothing but the simulator can be meant. */
function placesSome({ noDemo, accountsFile }: StackOptions, { exchanges }: LocalStack): boolean {
  return !noDemo && accountsFile === undefined && exchanges !== undefined;
}

function configured(options: StackOptions) {
  if (options.accountsFile === undefined) return demoConfiguration(options.dataDirectory);
  const configuration = readConfiguration(options.accountsFile);
  return { configuration, file: options.accountsFile };
}

/** Resolves when a person or the system asks the process to stop. */
function ended(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  return promise;
}

try {
  await main();
} catch (error) {
  const isForPeople = error instanceof OptionError || error instanceof ConfigurationError;
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${isForPeople || !(error instanceof Error) ? message : error.message}\n`);
  process.exitCode = 1;
}
