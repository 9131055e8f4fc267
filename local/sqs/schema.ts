import { DatabaseSync } from 'node:sqlite';

/** Changes whenever a table does: a file of another version is refused, never guessed at. */
const SCHEMA_VERSION = 1;

// message_group repeats what message says, so that a receive finds the next free group by index
// however long the backlog of a locked group is: head = its oldest message, locked = some message
// of it is in flight.
const SCHEMA = `
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE queue (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,
  attributes TEXT NOT NULL,
  tags TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  modified_at INTEGER NOT NULL,
  purged_at INTEGER
) STRICT;

CREATE TABLE message (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  queue_id INTEGER NOT NULL,
  group_id TEXT NOT NULL,
  message_id TEXT NOT NULL,
  deduplication_id TEXT NOT NULL,
  body TEXT NOT NULL,
  attributes TEXT NOT NULL,
  trace_header TEXT,
  sent_at INTEGER NOT NULL,
  receive_count INTEGER NOT NULL,
  first_received_at INTEGER,
  last_received_at INTEGER,
  invisible_until INTEGER,
  attempt_id TEXT,
  dead_letter_source TEXT
) STRICT;
CREATE INDEX message_by_group ON message (queue_id, group_id, sequence);
CREATE INDEX message_by_age ON message (queue_id, sent_at);
CREATE INDEX message_by_deadline ON message (queue_id, invisible_until)
  WHERE invisible_until IS NOT NULL;
CREATE INDEX message_lock ON message (queue_id, group_id) WHERE invisible_until IS NOT NULL;

CREATE TABLE message_group (
  queue_id INTEGER NOT NULL,
  group_id TEXT NOT NULL,
  head INTEGER NOT NULL,
  locked INTEGER NOT NULL,
  PRIMARY KEY (queue_id, group_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX message_group_free ON message_group (queue_id, head) WHERE locked = 0;

CREATE TABLE deduplication (
  queue_id INTEGER NOT NULL,
  scope TEXT NOT NULL,
  deduplication_id TEXT NOT NULL,
  message_id TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (queue_id, scope, deduplication_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX deduplication_by_expiry ON deduplication (expires_at);

CREATE TABLE receive_attempt (
  queue_id INTEGER NOT NULL,
  attempt_id TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (queue_id, attempt_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX receive_attempt_by_expiry ON receive_attempt (expires_at);
CREATE INDEX message_by_attempt ON message (queue_id, attempt_id) WHERE attempt_id IS NOT NULL;

CREATE TABLE move_task (
  id TEXT PRIMARY KEY,
  source_arn TEXT NOT NULL,
  destination_arn TEXT,
  rate INTEGER,
  status TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  until_sequence INTEGER NOT NULL,
  to_move INTEGER NOT NULL,
  moved INTEGER NOT NULL,
  failure TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX move_task_by_source ON move_task (source_arn, started_at);
`;

/**
 * Opens the queue file, making it when it is new.
 *
 * WAL with synchronous=NORMAL survives the death of the process at any moment (not the loss of
 * power). The exclusive lock keeps a second process out: waiters are woken inside this one only.
 *
 * @throws when another process holds the file, or it was written by another version
 */
export function openQueueFile(file: string): DatabaseSync {
  const db = new DatabaseSync(file);
  try {
    db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL;');
    db.exec('PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE; COMMIT;');
    prepareSchema(db, file);
  } catch (error) {
    db.close();
    throw new Error(
      `The queue file ${file} cannot be opened.` +
        ' If another process uses it, stop that process or name another file.',
      { cause: error },
    );
  }
  return db;
}

function prepareSchema(db: DatabaseSync, file: string): void {
  const version = db.prepare('PRAGMA user_version').get()?.user_version;
  if (version === SCHEMA_VERSION) return;
  if (version !== 0) {
    throw new Error(`${file} has schema version ${String(version)}, not ${SCHEMA_VERSION}.`);
  }
  db.exec(`BEGIN; ${SCHEMA} PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT;`);
}
