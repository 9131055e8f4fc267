import type { Core } from './core.ts';
import { forgetAttempt, refreshGroup } from './messages.ts';
import type { Queue } from './queues.ts';
import { integer, text, textOrNull } from './row.ts';

/**
 * Brings a queue up to the present: drops messages past their retention, ends the flight of
 * messages past their visibility deadline, and unlocks the groups this frees.
 *
 * Every operation that looks at a queue's messages runs it first, so no timer is needed for
 * correctness.
 */
export function expire(core: Core, queue: Queue, now: number): void {
  const { store } = core;
  const oldestSentAt = now - queue.settings.retentionMs;
  const rows = store.all(
    `SELECT sequence, group_id, attempt_id FROM message WHERE queue_id = ?1 AND sent_at <= ?2
     UNION SELECT sequence, group_id, attempt_id FROM message
     WHERE queue_id = ?1 AND invisible_until IS NOT NULL AND invisible_until <= ?3`,
    ...[queue.id, oldestSentAt, now],
  );
  if (rows.length === 0) return;

  store.transaction(() => {
    store.run('DELETE FROM message WHERE queue_id = ? AND sent_at <= ?', queue.id, oldestSentAt);
    for (const row of rows) {
      forgetAttempt(store, { queueId: queue.id, attemptId: textOrNull(row, 'attempt_id') });
      store.run(
        'UPDATE message SET invisible_until = NULL WHERE sequence = ?',
        integer(row, 'sequence'),
      );
    }
    for (const groupId of new Set(rows.map((row) => text(row, 'group_id')))) {
      refreshGroup(store, queue.id, groupId);
    }
  });
  core.wake(queue);
}

/**
 * Tells when a queue may next have something to give without anybody acting: a visibility deadline
 * passes, a delay ends, or a message in flight outlives its retention.
 */
export function nextChangeAt(core: Core, queue: Queue, now: number): number {
  const { delayMs, retentionMs } = queue.settings;
  const row = core.store.get(
    `SELECT
       (SELECT min(invisible_until) FROM message
        WHERE queue_id = ?1 AND invisible_until IS NOT NULL) AS deadline,
       (SELECT min(sent_at) FROM message WHERE queue_id = ?1) AS oldest,
       (SELECT min(sent_at) FROM message
        WHERE queue_id = ?1 AND sent_at > ?2 AND receive_count = 0) AS delayed`,
    ...[queue.id, now - delayMs],
  );
  const at = (column: string, afterMs: number) => {
    const value = row?.[column];
    return typeof value === 'number' ? value + afterMs : Number.POSITIVE_INFINITY;
  };
  return Math.min(
    at('deadline', 0),
    at('oldest', retentionMs),
    delayMs === 0 ? Number.POSITIVE_INFINITY : at('delayed', delayMs),
  );
}
