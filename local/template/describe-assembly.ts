import { readAssembly } from './assembly.ts';
import type { StackDescription } from './description.ts';
import type { Surroundings } from './identity.ts';
import { readFunctions } from './read-functions.ts';
import { readMappings } from './read-mappings.ts';
import { readEventBuses, readQueues, readTables } from './read-storage.ts';
import { readHttpApis, readSchedules } from './read-triggers.ts';
import { Resolver } from './resolver.ts';

export type DescribeOptions = Surroundings & {
  /** The directory of a CDK synthesis: the one with `manifest.json`. */
  readonly directory: string;
  /** Which CDK stage, where the assembly holds several. */
  readonly stage?: string;
};

/**
 * Answers what the synthesized templates of all stacks together ask to run.
 *
 * @throws TemplateError naming the resource and the property that cannot be understood
 */
export function describeAssembly(options: DescribeOptions): StackDescription {
  const stacks = readAssembly(options.directory, options.stage);
  const source = { stacks, resolver: new Resolver(stacks, options) };
  const functions = readFunctions(source);
  const queues = readQueues(source);
  const tables = readTables(source);
  const mappings = readMappings({ ...source, functions, queues, tables });
  return {
    queues,
    tables,
    eventBuses: readEventBuses(source),
    functions,
    sqsMappings: mappings.sqs,
    streamMappings: mappings.streams,
    httpApis: readHttpApis({ ...source, functions }),
    schedules: readSchedules({ ...source, functions }),
  };
}
