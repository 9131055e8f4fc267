import { chmodSync, closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import * as z from 'zod/mini';

/** Versions without a stage that are kept, newest first; Secrets Manager keeps about a hundred. */
const UNSTAGED_VERSIONS_MAX = 100;
/** Only the owner reads the file: it holds API keys. */
const FILE_MODE = 0o600;

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** One secret without its values. */
export interface Secret {
  readonly name: string;
  readonly arn: string;
  readonly description: string;
  readonly tags: readonly Tag[];
  readonly createdAtMs: number;
  readonly changedAtMs: number;
  /** When the secret was marked for deletion, and when it goes for good. */
  readonly deletion?: { readonly markedAtMs: number; readonly dueAtMs: number } | undefined;
}

/** The content of one version: exactly one of text and base64. */
export interface SecretValue {
  readonly text?: string | undefined;
  readonly base64?: string | undefined;
}

export interface SecretVersion extends SecretValue {
  readonly versionId: string;
  readonly createdAtMs: number;
  readonly stages: readonly string[];
}

/** Secrets, their versions and stages, durable. */
export interface SecretStore {
  get(nameOrArn: string): Secret | undefined;
  list(): Secret[];
  put(secret: Secret): void;
  remove(name: string): void;
  versions(name: string): SecretVersion[];
  addVersion(name: string, version: Omit<SecretVersion, 'stages'>): void;
  /** Moves a stage to a version, or takes it away. */
  setStage(name: string, stage: string, versionId: string | undefined): void;
  /** Runs several of these as one change. */
  atomically<T>(change: () => T): T;
  close(): void;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS secret (name TEXT PRIMARY KEY, arn TEXT NOT NULL UNIQUE, body TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS version (
    name TEXT NOT NULL, version_id TEXT NOT NULL, value TEXT NOT NULL, created_at_ms INTEGER NOT NULL,
    PRIMARY KEY (name, version_id)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS stage (
    name TEXT NOT NULL, stage TEXT NOT NULL, version_id TEXT NOT NULL, PRIMARY KEY (name, stage)
  ) STRICT, WITHOUT ROWID;
`;

const secretBody = z.object({
  name: z.string(),
  arn: z.string(),
  description: z.string(),
  tags: z.array(z.object({ Key: z.string(), Value: z.string() })),
  createdAtMs: z.number(),
  changedAtMs: z.number(),
  deletion: z.optional(z.object({ markedAtMs: z.number(), dueAtMs: z.number() })),
});
const valueBody = z.object({ text: z.optional(z.string()), base64: z.optional(z.string()) });
const secretRow = z.object({ body: z.string() });
const versionRow = z.object({
  version_id: z.string(),
  value: z.string(),
  created_at_ms: z.number(),
});
const stageRow = z.object({ stage: z.string(), version_id: z.string() });

/** Opens the secrets in a file that only its owner may read. */
export function openSecretStore(file: string): SecretStore {
  // SQLite gives its side files the mode of the main file, so that one must have it first.
  closeSync(openSync(file, 'a', FILE_MODE));
  chmodSync(file, FILE_MODE);
  const database = new DatabaseSync(file);
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; ${SCHEMA}`);

  const all = (sql: string, ...parameters: string[]) => database.prepare(sql).all(...parameters);
  const run = (sql: string, ...parameters: (string | number)[]) => {
    database.prepare(sql).run(...parameters);
  };
  const toSecret = (row: unknown) => secretBody.parse(JSON.parse(secretRow.parse(row).body));

  return {
    get(nameOrArn) {
      // A client may leave the suffix of six characters out of an ARN.
      const rows = all(
        `SELECT body FROM secret WHERE name = ?1 OR arn = ?1 OR substr(arn, 1, length(arn) - 7) = ?1`,
        nameOrArn,
      );
      return rows.map(toSecret)[0];
    },
    list: () => all('SELECT body FROM secret ORDER BY name').map(toSecret),
    put: (secret) =>
      run('REPLACE INTO secret VALUES (?, ?, ?)', secret.name, secret.arn, JSON.stringify(secret)),
    remove(name) {
      for (const table of ['secret', 'version', 'stage']) {
        run(`DELETE FROM ${table} WHERE name = ?`, name);
      }
    },
    versions(name) {
      const stages = all('SELECT * FROM stage WHERE name = ?', name).map((r) => stageRow.parse(r));
      const rows = all('SELECT * FROM version WHERE name = ? ORDER BY created_at_ms, rowid', name);
      return rows.map((row) => {
        const { version_id: versionId, value, created_at_ms: createdAtMs } = versionRow.parse(row);
        const own = stages.filter((one) => one.version_id === versionId).map((one) => one.stage);
        return { ...valueBody.parse(JSON.parse(value)), versionId, createdAtMs, stages: own };
      });
    },
    addVersion(name, { versionId, createdAtMs, text, base64 }) {
      const value = JSON.stringify({ text, base64 });
      run('INSERT INTO version VALUES (?, ?, ?, ?)', name, versionId, value, createdAtMs);
      run(
        `DELETE FROM version WHERE name = ?1 AND version_id IN (
          SELECT version_id FROM version WHERE name = ?1 AND version_id <> ?2
            AND version_id NOT IN (SELECT version_id FROM stage WHERE name = ?1)
          ORDER BY created_at_ms DESC, rowid DESC LIMIT -1 OFFSET ${UNSTAGED_VERSIONS_MAX})`,
        name,
        versionId,
      );
    },
    setStage(name, stage, versionId) {
      if (versionId === undefined)
        run('DELETE FROM stage WHERE name = ? AND stage = ?', name, stage);
      else run('REPLACE INTO stage VALUES (?, ?, ?)', name, stage, versionId);
    },
    atomically(change) {
      database.exec('BEGIN IMMEDIATE');
      try {
        const result = change();
        database.exec('COMMIT');
        return result;
      } catch (error) {
        database.exec('ROLLBACK');
        throw error;
      }
    },
    close: () => database.close(),
  };
}
