import { DatabaseSync } from 'node:sqlite';
import * as z from 'zod/mini';

/** Events kept over all buses; the oldest go first. */
const EVENTS_MAX = 100_000;
/** Most events of one read. */
const READ_MAX = 1_000;

const event = z.object({
  version: z.literal('0'),
  id: z.string(),
  'detail-type': z.string(),
  source: z.string(),
  account: z.string(),
  /** ISO 8601, to the second. */
  time: z.string(),
  region: z.string(),
  resources: z.array(z.string()),
  detail: z.unknown(),
});

/** An event as a target of a rule receives it. */
export type BusEvent = z.infer<typeof event>;

/** An event with its place on its bus. */
export interface KeptEvent {
  /** Bigger is later, over all buses. */
  readonly id: number;
  readonly busName: string;
  readonly event: BusEvent;
}

export interface EventBus {
  readonly name: string;
  readonly createdAtMs: number;
}

/** Buses and their newest events, durable. */
export interface EventStore {
  addBus(bus: EventBus): void;
  buses(): EventBus[];
  append(busName: string, event: BusEvent): KeptEvent;
  /** The events after an id, oldest first; of all buses without a name. */
  read(busName: string | undefined, afterId: number, limit: number): KeptEvent[];
  /** The id after which so many events follow, over all buses. */
  idBefore(newest: number): number;
  close(): void;
}

const busRow = z.object({ name: z.string(), created_at_ms: z.number() });
const idRow = z.object({ id: z.nullable(z.number()) });
const eventRow = z.object({ id: z.number(), bus_name: z.string(), body: z.string() });

/** Opens the events in a file. */
export function openEventStore(file: string, eventsMax = EVENTS_MAX): EventStore {
  const database = new DatabaseSync(file);
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    CREATE TABLE IF NOT EXISTS bus (name TEXT PRIMARY KEY, created_at_ms INTEGER NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS event (
      id INTEGER PRIMARY KEY AUTOINCREMENT, bus_name TEXT NOT NULL, body TEXT NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS event_by_bus ON event (bus_name, id);
  `);
  const addBus = database.prepare('INSERT INTO bus VALUES (?, ?)');
  const append = database.prepare('INSERT INTO event (bus_name, body) VALUES (?, ?)');
  const drop = database.prepare('DELETE FROM event WHERE id <= ?');
  const last = database.prepare('SELECT max(id) AS id FROM event');
  const readAll = database.prepare('SELECT * FROM event WHERE id > ? ORDER BY id LIMIT ?');
  const readBus = database.prepare(
    'SELECT * FROM event WHERE bus_name = ? AND id > ? ORDER BY id LIMIT ?',
  );

  return {
    addBus: ({ name, createdAtMs }) => {
      addBus.run(name, createdAtMs);
    },
    buses() {
      const rows = database.prepare('SELECT * FROM bus ORDER BY name').all();
      return rows
        .map((row) => busRow.parse(row))
        .map(({ name, created_at_ms: createdAtMs }) => ({ name, createdAtMs }));
    },
    append(busName, added) {
      const id = Number(append.run(busName, JSON.stringify(added)).lastInsertRowid);
      drop.run(id - eventsMax);
      return { id, busName, event: added };
    },
    read(busName, afterId, limit) {
      const most = Math.max(1, Math.min(limit, READ_MAX));
      const rows =
        busName === undefined ? readAll.all(afterId, most) : readBus.all(busName, afterId, most);
      return rows.map((row) => {
        const { id, bus_name, body } = eventRow.parse(row);
        return { id, busName: bus_name, event: event.parse(JSON.parse(body)) };
      });
    },
    idBefore(newest) {
      const { id } = idRow.parse(last.get());
      return Math.max(0, (id ?? 0) - Math.min(newest, READ_MAX));
    },
    close: () => database.close(),
  };
}
