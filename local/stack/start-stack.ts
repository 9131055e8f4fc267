import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseAccount } from '../../lib/adapters/secrets-manager/parse-account.ts';
import { startHttpApi } from '../http-api/start-http-api.ts';
import { createFunctionHost, type FunctionHost } from '../lambda/function-host.ts';
import { runSqsMapping } from '../mappings/run-sqs-mapping.ts';
import { runStreamMapping } from '../mappings/run-stream-mapping.ts';
import { runSchedule } from '../schedule/run-schedule.ts';
import { describeAssembly } from '../template/describe-assembly.ts';
import type { StackDescription } from '../template/description.ts';
import { assertPortFree } from './assert-port-free.ts';
import { type LocalAws, openAws } from './aws.ts';
import type { Configuration } from './configuration.ts';
import { type LocalExchanges, startExchanges } from './exchange.ts';
import { synthesizedAssembly } from './synthesize.ts';

/** What the stack is started with. Ports of 0 take any free one. */
export interface StartOptions {
  readonly port: number;
  readonly awsPort: number;
  readonly exchangePort: number;
  readonly dataDirectory: string;
  readonly configuration: Configuration;
  /** Reconcilers that share the accounts out; one without it. */
  readonly shards?: string | undefined;
  /** Instead of simulators. */
  readonly exchangeUrl?: string | undefined;
  /** Settings of functions that go before those of the templates. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly log: (line: string) => void;
}

/** What ends the parts that feed functions, together, and then the services, last one first. */
interface Stops {
  readonly sources: (() => Promise<void>)[];
  readonly services: (() => Promise<void>)[];
}

/** The running stack. */
export interface LocalStack {
  readonly apiUrl: string;
  readonly awsUrl: string;
  readonly exchangeUrls: readonly string[];
  readonly aws: LocalAws;
  readonly exchanges: LocalExchanges | undefined;
  stop(): Promise<void>;
}

const REGION = 'us-east-1';
const ACCOUNT_ID = '000000000000';
const SECRETS_PREFIX = 'hashkey-orders/local';
/** An order's way begins and goes on without waiting for a process to start. */
const ALWAYS_WARM = ['receive-order', 'submit-order', 'cancel-order'];
/** The other functions' processes end when nothing has asked for them so long. */
const IDLE_STOP_MS = 30_000;
/** Processes of a function whose mapping names no limit. */
const INSTANCES_MAX = 10;

/**
 * Starts everything: AWS services, exchange, functions, mappings, schedules and the API, as the
 * synthesized templates describe them.
 *
 * @throws Error with one line for a terminal when a port is taken or a file is damaged
 */
export async function startStack(options: StartOptions): Promise<LocalStack> {
  const stops: Stops = { sources: [], services: [] };
  const stop = async () => {
    // What feeds functions stops together with them: each waits for what the others still run.
    await Promise.all(stops.sources.splice(0).map((end) => end()));
    for (const end of stops.services.splice(0).reverse()) await end();
  };
  try {
    return { ...(await startParts(options, stops)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startParts(options: StartOptions, stops: Stops): Promise<Omit<LocalStack, 'stop'>> {
  const dataDirectory = resolve(options.dataDirectory);
  mkdirSync(dataDirectory, { recursive: true });
  // The API is served last; that its port is taken should be said at once.
  await assertPortFree(options.port, '--port');
  const aws = await openAws({ dataDirectory, port: options.awsPort, log: options.log });
  stops.services.push(() => aws.close());

  const exchanges =
    options.exchangeUrl === undefined
      ? await startExchanges(options.configuration, { port: options.exchangePort, dataDirectory })
      : undefined;
  if (exchanges !== undefined) stops.services.push(() => exchanges.stop());

  const directory = await synthesizedAssembly(
    options.shards === undefined ? {} : { shards: options.shards },
  );
  const description = describeAssembly({
    directory,
    region: REGION,
    accountId: ACCOUNT_ID,
    partition: 'aws',
    queueUrl: (name) => `${aws.url}/${ACCOUNT_ID}/${name}`,
  });
  await aws.provide(description);
  putSecrets(aws, options, exchanges);

  const host = hostFunctions(description, { ...options, dataDirectory, endpointUrl: aws.url });
  stops.sources.push(() => host.close());
  await host.warm();
  const apiUrl = await connect(description, { aws, host, options, stops: stops.sources });
  const exchangeUrls = exchanges === undefined ? [] : [...exchanges.urls.values()];
  return { apiUrl, awsUrl: aws.url, exchangeUrls, aws, exchanges };
}

/** Accounts without an address of their own trade on the given exchange or on the simulator. */
function putSecrets(
  { secretsManager }: LocalAws,
  { configuration, exchangeUrl }: StartOptions,
  exchanges: LocalExchanges | undefined,
): void {
  for (const [accountId, value] of Object.entries(configuration.accounts)) {
    const { site } = parseAccount(accountId, value);
    const baseUrl = exchangeUrl ?? exchanges?.urls.get(site);
    const account = value.baseUrl === undefined ? { ...value, baseUrl } : value;
    secretsManager.putSecret(`${SECRETS_PREFIX}/accounts/${accountId}`, JSON.stringify(account));
  }
  for (const [producerId, value] of Object.entries(configuration.producers)) {
    secretsManager.putSecret(`${SECRETS_PREFIX}/producers/${producerId}`, JSON.stringify(value));
  }
}

function hostFunctions(
  description: StackDescription,
  options: StartOptions & { readonly endpointUrl: string },
): FunctionHost {
  const functions = description.functions.map((one) => ({
    ...one,
    environment: { ...one.environment, ...options.environment },
  }));
  const warm = functions.filter(({ name }) => ALWAYS_WARM.some((end) => name.endsWith(end)));
  return createFunctionHost({
    functions,
    region: REGION,
    endpointUrl: options.endpointUrl,
    logDirectory: join(options.dataDirectory, 'logs'),
    instancesMax: instancesFor(description),
    minimumWarm: Object.fromEntries(warm.map(({ name }) => [name, 1])),
    idleStopMs: IDLE_STOP_MS,
  });
}

async function connect(
  description: StackDescription,
  parts: {
    readonly aws: LocalAws;
    readonly host: FunctionHost;
    readonly options: StartOptions;
    readonly stops: Stops['sources'];
  },
): Promise<string> {
  const { aws, host, options, stops } = parts;
  const common = { invoker: host, region: REGION, accountId: ACCOUNT_ID, log: options.log };
  for (const mapping of description.streamMappings.filter(isEnabled)) {
    const running = runStreamMapping({ ...common, mapping, source: aws.dynamoDb.streams });
    stops.push(() => running.stop());
  }
  for (const mapping of description.sqsMappings.filter(isEnabled)) {
    const running = runSqsMapping({ ...common, mapping, queue: aws.sqs.engine });
    stops.push(() => running.stop());
  }
  for (const schedule of description.schedules.filter(isEnabled)) {
    const running = runSchedule({ ...common, schedule });
    stops.push(() => running.stop());
  }
  const [api] = description.httpApis;
  if (api === undefined) throw new Error('The templates have no HTTP API.');
  const served = await startHttpApi({ ...common, api, port: options.port, portOption: '--port' });
  stops.push(() => served.close());
  return served.url;
}

/** A mapping's function gets as many processes as the mapping starts batches at once. */
function instancesFor({ sqsMappings }: StackDescription): Readonly<Record<string, number>> {
  return Object.fromEntries(
    sqsMappings.map(({ functionName, maximumConcurrency }) => [
      functionName,
      maximumConcurrency ?? INSTANCES_MAX,
    ]),
  );
}

function isEnabled({ enabled }: { readonly enabled: boolean }): boolean {
  return enabled;
}
