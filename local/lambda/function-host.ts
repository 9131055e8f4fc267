import { systemTimers, type Timers } from '../schedule/timers.ts';
import { FunctionPool } from './function-pool.ts';
import { Instance } from './instance.ts';
import {
  type HostedFunction,
  instanceEnvironment,
  type Surroundings,
} from './instance-environment.ts';
import type { Invoker } from './invoke-outcome.ts';
import { createLogFiles, type LineSink } from './log-files.ts';

export type FunctionHostOptions = Omit<Surroundings, 'path'> & {
  readonly functions: readonly HostedFunction[];
  /** Where each function's lines go, unless `lineSink` takes them. */
  readonly logDirectory: string;
  readonly lineSink?: LineSink;
  /** The most processes of one function; an entry by function name wins over the default. */
  readonly instancesMax?: Readonly<Record<string, number>>;
  /** Instances to hold ready, by function name. Default none. */
  readonly minimumWarm?: Readonly<Record<string, number>>;
  readonly idleStopMs?: number;
  readonly timers?: Timers;
};

export type FunctionHost = Invoker & {
  /** Starts the minimum of warm instances of every function. */
  warm(): Promise<void>;
  /** How many processes a function has now. */
  instances(functionName: string): number;
  /** Takes nothing more, waits so long for what runs, ends every process. */
  close(options?: { readonly graceMs?: number }): Promise<void>;
};

/** Some 60 MB each: enough for what waits on the network, bearable on a small machine. */
const INSTANCES_MAX_DEFAULT = 8;

/** Lambda keeps an instance some minutes, too. */
const IDLE_STOP_DEFAULT_MS = 5 * 60_000;

/** A person who stops the stack does not want to wait for a function's whole timeout. */
const CLOSE_GRACE_DEFAULT_MS = 3_000;

/** Hosts bundled Lambda functions in child processes of this one. */
export function createFunctionHost(options: FunctionHostOptions): FunctionHost {
  const timers = options.timers ?? systemTimers;
  const logFiles =
    options.lineSink === undefined ? createLogFiles(options.logDirectory) : undefined;
  const lineSink = options.lineSink ?? logFiles?.write ?? (() => {});
  const surroundings = { ...options, path: process.env.PATH ?? '' };

  const pools = new Map<string, FunctionPool>(
    options.functions.map((hosted) => {
      const environment = instanceEnvironment(hosted, surroundings);
      const pool = new FunctionPool({
        functionName: hosted.name,
        reservedConcurrency: hosted.reservedConcurrency ?? Number.POSITIVE_INFINITY,
        instancesMax: options.instancesMax?.[hosted.name] ?? INSTANCES_MAX_DEFAULT,
        minimumWarm: options.minimumWarm?.[hosted.name] ?? 0,
        idleStopMs: options.idleStopMs ?? IDLE_STOP_DEFAULT_MS,
        timers,
        start: () => new Instance({ hosted, environment, lineSink, timers }),
      });
      return [hosted.name, pool];
    }),
  );

  const find = (functionName: string): FunctionPool => {
    const pool = pools.get(functionName);
    if (pool !== undefined) return pool;
    const known = [...pools.keys()].join(', ');
    throw new Error(`There is no function ${functionName} here. There are: ${known || 'none'}.`);
  };

  return {
    async invoke(functionName, event, invokeOptions) {
      return find(functionName).invoke(event, invokeOptions);
    },
    async warm() {
      await Promise.all(Array.from(pools.values(), (pool) => pool.warm()));
    },
    instances: (functionName) => find(functionName).instances,
    async close({ graceMs = CLOSE_GRACE_DEFAULT_MS } = {}) {
      await Promise.all(Array.from(pools.values(), (pool) => pool.close(graceMs)));
      logFiles?.close();
    },
  };
}
