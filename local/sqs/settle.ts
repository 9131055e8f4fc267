import { type BatchOutcome, checkBatch, runBatch } from './batch.ts';
import type { Core } from './core.ts';
import { expire } from './expire.ts';
import { VISIBILITY_TIMEOUT_SECONDS_MAX } from './limits.ts';
import {
  forgetAttempt,
  messageBySequence,
  refreshGroup,
  removeMessage,
  type StoredMessage,
  setDeadline,
} from './messages.ts';
import type { Queue } from './queues.ts';
import { SqsError } from './sqs-error.ts';

/**
 * What a handle did: `done`; or nothing, because its message is `gone` (deleted, purged, moved),
 * its visibility timeout ran out (`expired`), or a later receive holds the message (`superseded`).
 */
export type SettleOutcome = 'done' | 'gone' | 'expired' | 'superseded';

export type VisibilityEntry = { id: string; receiptHandle: string; visibilityTimeoutMs: number };

type Settle = (message: StoredMessage, now: number) => void;

/**
 * Deletes the message a handle holds.
 *
 * @throws SqsError ReceiptHandleIsInvalid for a text this queue never gave out
 */
export function deleteMessage(core: Core, queue: Queue, receiptHandle: string): SettleOutcome {
  return settle(core, queue, receiptHandle, (message) => removeMessage(core.store, message));
}

/**
 * Starts the visibility timeout of a message anew from now; 0 gives it back at once.
 *
 * @throws SqsError when the handle is none of this queue's, or the flight would pass 12 hours
 */
export function changeVisibility(
  core: Core,
  queue: Queue,
  change: { receiptHandle: string; visibilityTimeoutMs: number },
): SettleOutcome {
  const { receiptHandle, visibilityTimeoutMs } = change;
  return settle(core, queue, receiptHandle, (message, now) => {
    const totalMs = now - (message.lastReceivedAt ?? now) + visibilityTimeoutMs;
    if (totalMs > VISIBILITY_TIMEOUT_SECONDS_MAX * 1000) {
      throw new SqsError(
        'InvalidParameterValue',
        'Total VisibilityTimeout for the message is beyond the limit' +
          ` [${VISIBILITY_TIMEOUT_SECONDS_MAX} seconds]`,
      );
    }
    setDeadline(
      core.store,
      message.sequence,
      visibilityTimeoutMs === 0 ? null : now + visibilityTimeoutMs,
    );
    forgetAttempt(core.store, message);
  });
}

/** Deletes up to ten messages, each on its own; a handle without effect is a failed entry. */
export function deleteMessages(
  core: Core,
  queue: Queue,
  entries: readonly { id: string; receiptHandle: string }[],
): BatchOutcome<object> {
  checkBatch(entries);
  return core.store.transaction(() =>
    runBatch(entries, ({ receiptHandle }) => {
      requireDeleted(receiptHandle, deleteMessage(core, queue, receiptHandle));
      return {};
    }),
  );
}

/**
 * Changes the visibility of up to ten messages, each on its own; a handle without effect is a
 * failed entry.
 */
export function changeVisibilities(
  core: Core,
  queue: Queue,
  entries: readonly VisibilityEntry[],
): BatchOutcome<object> {
  checkBatch(entries);
  return core.store.transaction(() =>
    runBatch(entries, (entry) => {
      requireChanged(entry.receiptHandle, changeVisibility(core, queue, entry));
      return {};
    }),
  );
}

/** Turns a delete without effect into the error of a FIFO queue; deleting what is gone succeeds. */
export function requireDeleted(receiptHandle: string, outcome: SettleOutcome): void {
  if (outcome === 'expired' || outcome === 'superseded') throw handleExpired(receiptHandle);
}

/** Turns a visibility change without effect into the error the service documents. */
export function requireChanged(receiptHandle: string, outcome: SettleOutcome): void {
  switch (outcome) {
    case 'done':
      return;
    case 'expired':
      throw new SqsError('MessageNotInflight', 'The specified message is not in flight.');
    case 'superseded':
      throw handleExpired(receiptHandle);
    case 'gone':
      throw handleError(
        receiptHandle,
        'Message does not exist or is not available for visibility timeout change.',
      );
  }
}

function settle(core: Core, queue: Queue, receiptHandle: string, work: Settle): SettleOutcome {
  const receipt = core.handles.read(receiptHandle);
  if (receipt?.queueId !== queue.id) {
    throw new SqsError(
      'ReceiptHandleIsInvalid',
      `The input receipt handle "${receiptHandle}" is not a valid receipt handle.`,
    );
  }
  const now = core.clock.now();
  const outcome = core.store.transaction((): SettleOutcome => {
    expire(core, queue, now);
    const message = messageBySequence(core.store, receipt.sequence);
    if (message === undefined) return 'gone';
    if (message.receiveCount !== receipt.receiveCount) return 'superseded';
    if (message.invisibleUntil === null) return 'expired';
    work(message, now);
    refreshGroup(core.store, queue.id, message.groupId);
    return 'done';
  });
  if (outcome === 'done') core.wake(queue);
  return outcome;
}

function handleExpired(receiptHandle: string): SqsError {
  return handleError(receiptHandle, 'The receipt handle has expired.');
}

function handleError(receiptHandle: string, reason: string): SqsError {
  return new SqsError(
    'InvalidParameterValue',
    `Value ${receiptHandle} for parameter ReceiptHandle is invalid. Reason: ${reason}`,
  );
}
