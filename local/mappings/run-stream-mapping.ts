import type { Invoker } from '../lambda/invoke-outcome.ts';
import { systemTimers, type Timers, wait } from '../schedule/timers.ts';
import type { StreamMappingDescription } from '../template/description.ts';
import type { RunningMapping } from './run-sqs-mapping.ts';
import { afterInvocation, type StreamBatch, withoutTooOld } from './stream-batch.ts';
import type { StreamRecord, StreamSource } from './stream-source.ts';

export type StreamMappingOptions = {
  readonly mapping: StreamMappingDescription;
  readonly source: StreamSource;
  readonly invoker: Invoker;
  readonly log: (line: string) => void;
  /** Told of every record that the rules give up, with the reason. */
  readonly onDiscarded?: (records: readonly StreamRecord[], reason: string) => void;
  readonly timers?: Timers;
};

type Running = Required<StreamMappingOptions> & { readonly signal: AbortSignal };

/** Waits between failing invocations double from the first to the longest. */
const RETRY_WAIT_FIRST_MS = 200;
const RETRY_WAIT_MAX_MS = 30_000;

/** Before the first record there is. */
const BEFORE_ALL = '0';

/**
 * Feeds a function from a table's stream, in order and at least once.
 *
 * One batch at a time, whatever the parallelization factor: in the cloud it never changes the
 * order of one item's changes, so this is an order the cloud could have chosen as well. Progress is
 * kept under the mapping's logical id and survives a kill.
 */
export function runStreamMapping(options: StreamMappingOptions): RunningMapping {
  const stopping = new AbortController();
  const running = {
    timers: systemTimers,
    onDiscarded: () => {},
    ...options,
    signal: stopping.signal,
  };
  const following = follow(running);
  return {
    async stop() {
      stopping.abort();
      await following;
    },
  };
}

async function follow(running: Running): Promise<void> {
  const { mapping, source, timers, signal, log } = running;
  let position: string | undefined;
  let failures = 0;
  while (!signal.aborted) {
    try {
      position ??= startingPosition(running);
      const records = source.read(mapping.tableName, position, mapping.batchSize);
      if (records.length === 0) await source.waitForRecords(mapping.tableName, position, signal);
      else position = await processRecords(running, records, position);
      failures = 0;
    } catch (error) {
      log(`stream of ${mapping.tableName}: ${String(error)}`);
      await wait(timers, retryWaitMs(failures), signal);
      // What is stored tells where to go on, not what was reached before the fault.
      position = undefined;
      failures += 1;
    }
  }
}

function startingPosition({ mapping, source }: Running): string {
  const { logicalId, tableName, startingPosition: start } = mapping;
  const stored = source.checkpoint(logicalId, tableName);
  if (stored !== undefined) return stored;
  const position = start === 'LATEST' ? source.latestSequence(tableName) : BEFORE_ALL;
  // Stored at once: a kill before the first record must not move the start.
  source.saveCheckpoint(logicalId, tableName, position);
  return position;
}

/** Works until every record is done with, and answers the position reached. */
async function processRecords(
  running: Running,
  records: readonly StreamRecord[],
  from: string,
): Promise<string> {
  const { mapping, invoker, timers, signal, log } = running;
  const batches: StreamBatch[] = [{ records, failures: 0 }];
  let position = from;
  let failures = 0;
  while (!signal.aborted) {
    const next = batches.shift();
    if (next === undefined) break;
    const { tooOld, batch } = withoutTooOld(next, mapping, timers.now());
    discard(running, tooOld, `older than ${mapping.maximumRecordAgeMs} ms`);
    position = finish(running, tooOld, position);
    if (batch.records.length === 0) continue;

    const outcome = await invoker.invoke(mapping.functionName, { Records: batch.records });
    const step = afterInvocation(batch, outcome, mapping);
    discard(running, step.discarded, `failed ${batch.failures + 1} times: ${step.problem}`);
    position = finish(running, step.done, position);
    batches.unshift(...step.next);
    if (step.problem === undefined || step.next.length === 0) {
      failures = 0;
      continue;
    }
    failures = step.done.length > 0 ? 0 : failures;
    log(`stream of ${mapping.tableName} to ${mapping.functionName}: again: ${step.problem}`);
    await wait(timers, retryWaitMs(failures), signal);
    failures += 1;
  }
  return position;
}

function finish(
  { mapping, source }: Running,
  done: readonly StreamRecord[],
  position: string,
): string {
  const reached = done.at(-1)?.dynamodb.SequenceNumber;
  if (reached === undefined) return position;
  source.saveCheckpoint(mapping.logicalId, mapping.tableName, reached);
  return reached;
}

function discard(running: Running, records: readonly StreamRecord[], reason: string): void {
  const [first] = records;
  const last = records.at(-1);
  if (first === undefined || last === undefined) return;
  const { mapping, log, onDiscarded } = running;
  const where = `stream of ${mapping.tableName} to ${mapping.functionName}`;
  log(
    `${where}: ${records.length} records given up ` +
      `(${first.dynamodb.SequenceNumber} to ${last.dynamodb.SequenceNumber}), ${reason}`,
  );
  onDiscarded(records, reason);
}

function retryWaitMs(failures: number): number {
  return Math.min(RETRY_WAIT_FIRST_MS * 2 ** Math.min(failures, 20), RETRY_WAIT_MAX_MS);
}
