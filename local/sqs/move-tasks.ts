import type { Core } from './core.ts';
import { MOVE_RATE_MAX, MOVE_TASKS_LISTED_MAX } from './limits.ts';
import type { Queue } from './queues.ts';
import { integer, integerOrNull, type Row, text, textOrNull } from './row.ts';
import { invalidParameter, SqsError } from './sqs-error.ts';

const STATUSES = ['RUNNING', 'COMPLETED', 'CANCELLED', 'FAILED'] as const;

/** Tells how far a task is that moves the messages of a dead-letter queue. */
export type MoveTask = {
  id: string;
  sourceArn: string;
  /** Null: each message goes back to the queue it came from. */
  destinationArn: string | null;
  /** Messages per second; null leaves it to the engine. */
  rate: number | null;
  status: (typeof STATUSES)[number];
  startedAt: number;
  /** Only messages up to here are moved: those that arrive later belong to the next task. */
  untilSequence: number;
  toMove: number;
  moved: number;
  failure: string | null;
};

export type MoveRequest = {
  sourceArn: string;
  destinationArn?: string | undefined;
  messagesPerSecond?: number | undefined;
};

/** Records a task; the engine runs it in steps. */
export function startMoveTask(core: Core, request: MoveRequest): MoveTask {
  const source = checkMove(core, request);
  const backlog = core.store.get(
    'SELECT count(*) AS count, coalesce(max(sequence), 0) AS last FROM message WHERE queue_id = ?',
    source.id,
  );
  const task: MoveTask = {
    id: core.ids.next(),
    sourceArn: source.arn,
    destinationArn: request.destinationArn ?? null,
    rate: request.messagesPerSecond ?? null,
    status: 'RUNNING',
    startedAt: core.clock.now(),
    untilSequence: backlog === undefined ? 0 : integer(backlog, 'last'),
    toMove: backlog === undefined ? 0 : integer(backlog, 'count'),
    moved: 0,
    failure: null,
  };
  core.store.run(
    `INSERT INTO move_task (id, source_arn, destination_arn, rate, status, started_at,
       until_sequence, to_move, moved) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)`,
    ...[task.id, task.sourceArn, task.destinationArn, task.rate, task.status, task.startedAt],
    ...[task.untilSequence, task.toMove],
  );
  return task;
}

/** Lists the newest tasks of a dead-letter queue first. */
export function listMoveTasks(core: Core, sourceArn: string, resultsMax = 1): MoveTask[] {
  requireQueue(core, sourceArn);
  if (!(resultsMax >= 1 && resultsMax <= MOVE_TASKS_LISTED_MAX)) {
    const reason = `Must be between 1 and ${MOVE_TASKS_LISTED_MAX}, if provided.`;
    throw invalidParameter('MaxResults', resultsMax, reason);
  }
  const sql = 'SELECT * FROM move_task WHERE source_arn = ? ORDER BY started_at DESC LIMIT ?';
  return core.store.all(sql, sourceArn, resultsMax).map(taskOf);
}

/** Stops a running task; what it has moved stays moved. */
export function cancelMoveTask(core: Core, id: string): MoveTask {
  const task = findMoveTask(core, id);
  if (task?.status !== 'RUNNING') {
    throw new SqsError('ResourceNotFoundException', 'Task does not exist or is not running.');
  }
  saveMoveTask(core, { ...task, status: 'CANCELLED' });
  return task;
}

export function findMoveTask(core: Core, id: string): MoveTask | undefined {
  const row = core.store.get('SELECT * FROM move_task WHERE id = ?', id);
  return row && taskOf(row);
}

export function saveMoveTask(core: Core, { id, status, moved, failure }: MoveTask): void {
  const sql = 'UPDATE move_task SET status = ?, moved = ?, failure = ? WHERE id = ?';
  core.store.run(sql, status, moved, failure, id);
}

/** Lists the tasks a process that died has left running. */
export function runningMoveTasks(core: Core): MoveTask[] {
  return core.store.all("SELECT * FROM move_task WHERE status = 'RUNNING'").map(taskOf);
}

function checkMove(core: Core, request: MoveRequest): Queue {
  const source = requireQueue(core, request.sourceArn);
  if (request.destinationArn !== undefined) requireQueue(core, request.destinationArn);
  const isDeadLetterQueue = core.queues
    .list()
    .some(({ settings }) => settings.redrivePolicy?.deadLetterTargetArn === source.arn);
  if (!isDeadLetterQueue) {
    const reason = 'Source queue must be configured as a Dead Letter Queue.';
    throw invalidParameter('SourceArn', source.arn, reason);
  }
  const rate = request.messagesPerSecond;
  if (rate !== undefined && !(rate >= 1 && rate <= MOVE_RATE_MAX)) {
    const reason = `Must be between 1 and ${MOVE_RATE_MAX}, if provided.`;
    throw invalidParameter('MaxNumberOfMessagesPerSecond', rate, reason);
  }
  if (runningMoveTasks(core).some(({ sourceArn }) => sourceArn === source.arn)) {
    throw new SqsError(
      'UnsupportedOperation',
      'There is already a task running.' +
        ' Only one active task is allowed for a source queue arn at a given time.',
    );
  }
  return source;
}

function requireQueue(core: Core, arn: string): Queue {
  const queue = core.queues.findByArn(arn);
  if (queue !== undefined) return queue;
  throw new SqsError(
    'ResourceNotFoundException',
    `The resource that you specified for the ARN ${arn} does not exist.`,
  );
}

function taskOf(row: Row): MoveTask {
  const status = STATUSES.find((known) => known === text(row, 'status'));
  if (status === undefined) {
    throw new Error(`Move task ${text(row, 'id')} has the unknown status ${text(row, 'status')}.`);
  }
  return {
    id: text(row, 'id'),
    sourceArn: text(row, 'source_arn'),
    destinationArn: textOrNull(row, 'destination_arn'),
    rate: integerOrNull(row, 'rate'),
    status,
    startedAt: integer(row, 'started_at'),
    untilSequence: integer(row, 'until_sequence'),
    toMove: integer(row, 'to_move'),
    moved: integer(row, 'moved'),
    failure: textOrNull(row, 'failure'),
  };
}
