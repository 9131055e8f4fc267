import type { Core } from './core.ts';
import { expire } from './expire.ts';
import { MOVE_STEP_INTERVAL_MS, MOVE_STEP_MESSAGES_MAX } from './limits.ts';
import {
  insertMessage,
  messageOf,
  refreshGroup,
  removeMessage,
  type StoredMessage,
} from './messages.ts';
import { findMoveTask, type MoveTask, runningMoveTasks, saveMoveTask } from './move-tasks.ts';
import type { Queue } from './queues.ts';
import type { Timer } from './system.ts';

/** Runs move tasks in the background, also those a process that died has left behind. */
export function startMoveRunner(core: Core, timer: Timer): { run(id: string): void; stop(): void } {
  const cancels = new Map<string, () => void>();

  const schedule = (id: string, delayMs: number) => {
    const step = () => {
      cancels.delete(id);
      if (stepMoveTask(core, id) === 'RUNNING') schedule(id, MOVE_STEP_INTERVAL_MS);
    };
    cancels.set(id, timer(delayMs, step));
  };

  for (const { id } of runningMoveTasks(core)) schedule(id, 0);
  return {
    run: (id) => schedule(id, 0),
    stop: () => {
      for (const cancel of cancels.values()) cancel();
    },
  };
}

/** Moves as many messages of a task as one second allows, in one transaction. */
function stepMoveTask(core: Core, id: string): MoveTask['status'] | undefined {
  return core.store.transaction(() => {
    const task = findMoveTask(core, id);
    if (task?.status !== 'RUNNING') return task?.status;
    const stepped = moveSome(core, task);
    saveMoveTask(core, stepped);
    return stepped.status;
  });
}

function moveSome(core: Core, task: MoveTask): MoveTask {
  const source = core.queues.findByArn(task.sourceArn);
  if (source === undefined) return { ...task, status: 'FAILED', failure: 'SourceQueueDeleted' };

  const messagesMax = Math.min(task.rate ?? MOVE_STEP_MESSAGES_MAX, MOVE_STEP_MESSAGES_MAX);
  const messages = movable(core, source, { ...task, messagesMax });
  let { moved } = task;
  for (const message of messages) {
    const to = core.queues.findByArn(task.destinationArn ?? message.deadLetterSource ?? '');
    if (to === undefined) {
      return { ...task, moved, status: 'FAILED', failure: 'CouldNotDetermineMessageSource' };
    }
    moveOne(core, message, to);
    moved += 1;
  }
  return { ...task, moved, status: messages.length < messagesMax ? 'COMPLETED' : 'RUNNING' };
}

/**
 * Finds the oldest messages to move; a group with one in flight waits whole, or its order would be
 * lost.
 */
function movable(
  core: Core,
  source: Queue,
  task: { untilSequence: number; messagesMax: number },
): StoredMessage[] {
  expire(core, source, core.clock.now());
  return core.store
    .all(
      `SELECT m.* FROM message m JOIN message_group g
         ON g.queue_id = m.queue_id AND g.group_id = m.group_id
       WHERE m.queue_id = ? AND g.locked = 0 AND m.sequence <= ? ORDER BY m.sequence LIMIT ?`,
      ...[source.id, task.untilSequence, task.messagesMax],
    )
    .map(messageOf);
}

/** A moved message is a new one to its queue: new id, new retention, no receives. */
function moveOne(core: Core, message: StoredMessage, to: Queue): void {
  removeMessage(core.store, message);
  refreshGroup(core.store, message.queueId, message.groupId);
  insertMessage(core.store, {
    ...message,
    queueId: to.id,
    messageId: core.ids.next(),
    sentAt: core.clock.now(),
    receiveCount: 0,
    firstReceivedAt: null,
    deadLetterSource: null,
  });
  core.wake(to);
}
