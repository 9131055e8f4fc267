import { DatabaseSync } from 'node:sqlite';

/** Bump when a table below changes: a file of another version is refused, not guessed at. */
const SCHEMA_VERSION = 1;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS record (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    table_name TEXT NOT NULL,
    event_name TEXT NOT NULL,
    item_key TEXT NOT NULL,
    old_image TEXT,
    new_image TEXT,
    size_bytes INTEGER NOT NULL,
    created_at_ms INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS record_by_table ON record (table_name, sequence);
  CREATE TABLE IF NOT EXISTS pending_write (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    table_name TEXT NOT NULL,
    item_key TEXT NOT NULL,
    old_image TEXT,
    operation TEXT NOT NULL,
    request TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS checkpoint (
    consumer_id TEXT NOT NULL,
    table_name TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    PRIMARY KEY (consumer_id, table_name)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS table_setting (
    table_name TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    stream_view_type TEXT,
    stream_label TEXT NOT NULL,
    expiry_attribute TEXT,
    recovery_enabled INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
`;

/**
 * Opens the file beside the database that holds the streams and what dynalite cannot store.
 *
 * The file is locked for this process until it ends, killed or not: it guards the whole directory,
 * because a second dynalite on the same files would crash instead of refusing.
 */
export function openJournalFile(file: string): DatabaseSync {
  const journal = new DatabaseSync(file);
  try {
    // NORMAL survives a kill of the process; only a power cut may lose the last writes.
    journal.exec(
      'PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;',
    );
    const version = journal.prepare('PRAGMA user_version').get()?.user_version;
    if (version !== 0 && version !== SCHEMA_VERSION) {
      throw new Error(`it has format ${String(version)}, this program knows ${SCHEMA_VERSION}`);
    }
    journal.exec(`BEGIN IMMEDIATE; ${SCHEMA} PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT;`);
    return journal;
  } catch (error) {
    journal.close();
    const reason = error instanceof Error ? error.message : String(error);
    const advice = reason.includes('locked')
      ? 'another process uses this data directory; stop it or choose another --data-dir'
      : `${reason}; choose a new --data-dir`;
    throw new Error(`Cannot open the local DynamoDB's journal ${file}: ${advice}.`, {
      cause: error,
    });
  }
}
