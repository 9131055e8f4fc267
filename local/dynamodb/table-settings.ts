import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod/mini';

export const STREAM_VIEW_TYPES = [
  'KEYS_ONLY',
  'NEW_IMAGE',
  'OLD_IMAGE',
  'NEW_AND_OLD_IMAGES',
] as const;
export type StreamViewType = (typeof STREAM_VIEW_TYPES)[number];

/** What a table has beyond its items: dynalite has no place for it. */
export interface TableSettings {
  /** `creating` and `deleting` mean that a kill may have left the table half done. */
  readonly state: 'creating' | 'active' | 'deleting';
  readonly streamViewType?: StreamViewType | undefined;
  /** The time the table was created; part of the stream's ARN. */
  readonly streamLabel: string;
  /** The attribute that names an item's expiry; stored and shown, but nothing is ever removed by it. */
  readonly expiryAttribute?: string | undefined;
  /** Point-in-time recovery; stored and shown only. */
  readonly recoveryEnabled: boolean;
}

/** The settings of every table, durable. */
export interface TableSettingsStore {
  get(table: string): TableSettings | undefined;
  put(table: string, settings: TableSettings): void;
  remove(table: string): void;
  /** Tables that a kill left half created or half deleted. */
  halfDone(): string[];
}

const settingsRow = z.object({
  table_name: z.string(),
  state: z.enum(['creating', 'active', 'deleting']),
  stream_view_type: z.nullable(z.enum(STREAM_VIEW_TYPES)),
  stream_label: z.string(),
  expiry_attribute: z.nullable(z.string()),
  recovery_enabled: z.number(),
});

/** Keeps table settings in an open journal file. */
export function createTableSettingsStore(file: DatabaseSync): TableSettingsStore {
  const select = file.prepare('SELECT * FROM table_setting WHERE table_name = ?');
  const selectHalfDone = file.prepare(`SELECT * FROM table_setting WHERE state <> 'active'`);
  const replace = file.prepare('REPLACE INTO table_setting VALUES (?, ?, ?, ?, ?, ?)');
  const remove = file.prepare('DELETE FROM table_setting WHERE table_name = ?');

  return {
    get(table) {
      const row = select.get(table);
      if (row === undefined) return undefined;
      const parsed = settingsRow.parse(row);
      return {
        state: parsed.state,
        streamViewType: parsed.stream_view_type ?? undefined,
        streamLabel: parsed.stream_label,
        expiryAttribute: parsed.expiry_attribute ?? undefined,
        recoveryEnabled: parsed.recovery_enabled === 1,
      };
    },
    put(table, settings) {
      replace.run(
        table,
        settings.state,
        settings.streamViewType ?? null,
        settings.streamLabel,
        settings.expiryAttribute ?? null,
        settings.recoveryEnabled ? 1 : 0,
      );
    },
    remove: (table) => {
      remove.run(table);
    },
    halfDone: () => selectHalfDone.all().map((row) => settingsRow.parse(row).table_name),
  };
}
