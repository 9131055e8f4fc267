import type { SQLInputValue, StatementSync } from 'node:sqlite';
import type { Row } from './row.ts';
import { openQueueFile } from './schema.ts';
import type { Ids } from './system.ts';

/** Runs SQL on the queue file; each text is prepared once. */
export type Store = {
  all(sql: string, ...values: SQLInputValue[]): Row[];
  get(sql: string, ...values: SQLInputValue[]): Row | undefined;
  /** Answers the number of changed rows. */
  run(sql: string, ...values: SQLInputValue[]): number;
  /** Answers the row id of the inserted row. */
  insert(sql: string, ...values: SQLInputValue[]): number;
  /** Makes all changes of the work, or none; inside another transaction it joins that one. */
  transaction<T>(work: () => T): T;
  /** Seals receipt handles; made with the file and kept in it. */
  readonly secret: string;
  close(): void;
};

export function openStore(file: string, ids: Ids): Store {
  const db = openQueueFile(file);
  const prepared = new Map<string, StatementSync>();
  let open = false;

  const statement = (sql: string): StatementSync => {
    const known = prepared.get(sql);
    if (known !== undefined) return known;
    const fresh = db.prepare(sql);
    prepared.set(sql, fresh);
    return fresh;
  };

  const transaction = <T>(work: () => T): T => {
    if (open) return work();
    statement('BEGIN IMMEDIATE').run();
    open = true;
    try {
      const outcome = work();
      statement('COMMIT').run();
      return outcome;
    } catch (error) {
      if (db.isTransaction) statement('ROLLBACK').run();
      throw error;
    } finally {
      open = false;
    }
  };

  statement("INSERT OR IGNORE INTO meta (name, value) VALUES ('secret', ?)").run(ids.next());
  const secret = statement("SELECT value FROM meta WHERE name = 'secret'").get()?.value;

  return {
    all: (sql, ...values) => statement(sql).all(...values),
    get: (sql, ...values) => statement(sql).get(...values),
    run: (sql, ...values) => Number(statement(sql).run(...values).changes),
    insert: (sql, ...values) => Number(statement(sql).run(...values).lastInsertRowid),
    transaction,
    secret: String(secret),
    close: () => db.close(),
  };
}
