import type { Core } from './core.ts';
import { DEDUPLICATION_WINDOW_MS } from './limits.ts';
import { messageOf, refreshGroup, type StoredMessage } from './messages.ts';
import type { Queue } from './queues.ts';

/**
 * One use of a ReceiveRequestAttemptId; `deadline` is null when the receive leaves its messages
 * visible.
 */
export type Attempt = { queue: Queue; id: string; now: number; deadline: number | null };

/**
 * Makes a receive repeatable for five minutes; ends when one of its messages is touched or becomes
 * visible.
 */
export function rememberAttempt(core: Core, { queue, id, now }: Attempt): void {
  core.store.run(
    `INSERT INTO receive_attempt (queue_id, attempt_id, expires_at) VALUES (?1, ?2, ?3)
     ON CONFLICT DO UPDATE SET expires_at = ?3`,
    ...[queue.id, id, now + DEDUPLICATION_WINDOW_MS],
  );
}

/**
 * Gives the messages of an earlier receive under the same attempt id again, in the same order,
 * with the same handles and with their visibility timeout started anew; undefined when there is
 * nothing to repeat.
 */
export function repeatAttempt(core: Core, attempt: Attempt): StoredMessage[] | undefined {
  const { store } = core;
  const key = [attempt.queue.id, attempt.id];
  store.run('DELETE FROM receive_attempt WHERE expires_at <= ?', attempt.now);
  if (!isKnown(core, key)) {
    // What an older use of the id left on messages must not come back with this one.
    store.run('UPDATE message SET attempt_id = NULL WHERE queue_id = ? AND attempt_id = ?', ...key);
    return undefined;
  }

  const messages = store
    .all('SELECT * FROM message WHERE queue_id = ? AND attempt_id = ? ORDER BY sequence', ...key)
    .map(messageOf);
  store.run(
    `UPDATE message SET invisible_until = ?, last_received_at = ?
     WHERE queue_id = ? AND attempt_id = ?`,
    ...[attempt.deadline, attempt.now, ...key],
  );
  if (attempt.deadline === null) {
    store.run('DELETE FROM receive_attempt WHERE queue_id = ? AND attempt_id = ?', ...key);
  }
  const byGroup = Map.groupBy(messages, (message) => message.groupId);
  for (const groupId of byGroup.keys()) refreshGroup(store, attempt.queue.id, groupId);
  return [...byGroup.values()].flat();
}

function isKnown(core: Core, key: (number | string)[]): boolean {
  const sql = 'SELECT 1 FROM receive_attempt WHERE queue_id = ? AND attempt_id = ?';
  return core.store.get(sql, ...key) !== undefined;
}
