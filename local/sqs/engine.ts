import type { BatchOutcome } from './batch.ts';
import type { Core } from './core.ts';
import { IN_FLIGHT_MAX } from './limits.ts';
import { startMoveRunner } from './move-step.ts';
import {
  cancelMoveTask,
  listMoveTasks,
  type MoveRequest,
  type MoveTask,
  startMoveTask,
} from './move-tasks.ts';
import type { QueueAttributes } from './queue-attributes.ts';
import {
  type CreateOptions,
  countMessages,
  createQueue,
  deadLetterSources,
  deleteQueue,
  type MessageCounts,
  purge,
  setAttributes,
  setTags,
} from './queue-operations.ts';
import { openQueues, type Queue, type QueueTags } from './queues.ts';
import { receiptHandles } from './receipt-handle.ts';
import { type ReceivedMessage, type ReceiveRequest, receiveNow } from './receive.ts';
import { receiveWaiting } from './receive-waiting.ts';
import { type SendEntry, type SendOutcome, type SendRequest, send, sendBatch } from './send.ts';
import {
  changeVisibilities,
  changeVisibility,
  deleteMessage,
  deleteMessages,
  type SettleOutcome,
  type VisibilityEntry,
} from './settle.ts';
import { openStore } from './store.ts';
import { type Clock, type Ids, systemIds, systemTimer, type Timer } from './system.ts';
import { startWaiters } from './waiters.ts';

export type EngineOptions = {
  /** A path, or `:memory:`. One process at a time may have a file open. */
  file: string;
  clock: Clock;
  timer?: Timer | undefined;
  ids?: Ids | undefined;
  region?: string | undefined;
  accountId?: string | undefined;
  /** Lower than the service's own only to try the limit out. */
  inFlightMax?: number | undefined;
};

/**
 * Exact FIFO queues in one file. Queues go by name; every method but `receive` is done, and
 * durable, when it returns. Methods throw `SqsError`, with the code the SDK would show, for what
 * the service refuses.
 */
export type SqsEngine = {
  /** Idempotent: updates an existing queue to exactly these attributes, unless told to refuse. */
  createQueue(name: string, attributes: QueueAttributes, options?: CreateOptions): Queue;
  findQueue(name: string): Queue | undefined;
  findQueueByArn(arn: string): Queue | undefined;
  listQueues(): readonly Queue[];
  setAttributes(queueName: string, changes: QueueAttributes): Queue;
  setTags(queueName: string, tags: QueueTags): Queue;
  purge(queueName: string): void;
  deleteQueue(queueName: string): void;
  deadLetterSources(queueName: string): Queue[];
  countMessages(queueName: string): MessageCounts;

  send(queueName: string, request: SendRequest): SendOutcome;
  sendBatch(queueName: string, entries: readonly SendEntry[]): BatchOutcome<SendOutcome>;
  /**
   * Waits for messages as long as asked; answers `[]` when time is up, at an abort, and at close.
   */
  receive(
    queueName: string,
    request: ReceiveRequest,
    signal?: AbortSignal,
  ): Promise<ReceivedMessage[]>;
  receiveNow(queueName: string, request: ReceiveRequest): ReceivedMessage[];
  deleteMessage(queueName: string, receiptHandle: string): SettleOutcome;
  deleteMessages(
    queueName: string,
    entries: readonly { id: string; receiptHandle: string }[],
  ): BatchOutcome<object>;
  changeVisibility(
    queueName: string,
    change: { receiptHandle: string; visibilityTimeoutMs: number },
  ): SettleOutcome;
  changeVisibilities(queueName: string, entries: readonly VisibilityEntry[]): BatchOutcome<object>;

  startMoveTask(request: MoveRequest): MoveTask;
  listMoveTasks(sourceArn: string, resultsMax?: number): MoveTask[];
  cancelMoveTask(id: string): MoveTask;

  /** Releases waiting receives and closes the file. */
  close(): void;
};

/** Opens the queues of a file; whatever the process before it did is as it was answered. */
export function openEngine(options: EngineOptions): SqsEngine {
  const { clock, timer = systemTimer, ids = systemIds, inFlightMax = IN_FLIGHT_MAX } = options;
  const { region = 'us-east-1', accountId = '000000000000' } = options;
  const store = openStore(options.file, ids);
  const queues = openQueues(store, (name) => `arn:aws:sqs:${region}:${accountId}:${name}`);
  const waiters = startWaiters(timer);
  const handles = receiptHandles(store.secret);
  const core: Core = {
    store,
    queues,
    clock,
    ids,
    handles,
    inFlightMax,
    wake: (queue) => waiters.wake(queue),
  };
  const mover = startMoveRunner(core, timer);

  return {
    createQueue: (name, attributes, create) => createQueue(core, name, attributes, create),
    findQueue: (name) => queues.find(name),
    findQueueByArn: (arn) => queues.findByArn(arn),
    listQueues: () => queues.list(),
    setAttributes: (name, changes) => setAttributes(core, queues.get(name), changes),
    setTags: (name, tags) => setTags(core, queues.get(name), tags),
    purge: (name) => purge(core, queues.get(name)),
    deleteQueue: (name) => deleteQueue(core, queues.get(name)),
    deadLetterSources: (name) => deadLetterSources(core, queues.get(name)),
    countMessages: (name) => countMessages(core, queues.get(name)),
    send: (name, request) => send(core, queues.get(name), request),
    sendBatch: (name, entries) => sendBatch(core, queues.get(name), entries),
    receive: (queueName, request, signal) =>
      receiveWaiting(core, waiters, { ...request, queueName, signal }),
    receiveNow: (name, request) => receiveNow(core, queues.get(name), request),
    deleteMessage: (name, handle) => deleteMessage(core, queues.get(name), handle),
    deleteMessages: (name, entries) => deleteMessages(core, queues.get(name), entries),
    changeVisibility: (name, change) => changeVisibility(core, queues.get(name), change),
    changeVisibilities: (name, entries) => changeVisibilities(core, queues.get(name), entries),
    startMoveTask: (request) => {
      const task = startMoveTask(core, request);
      mover.run(task.id);
      return task;
    },
    listMoveTasks: (sourceArn, resultsMax) => listMoveTasks(core, sourceArn, resultsMax),
    cancelMoveTask: (id) => cancelMoveTask(core, id),
    close: () => {
      if (waiters.ended()) return;
      mover.stop();
      waiters.end();
      store.close();
    },
  };
}
