import * as z from 'zod/mini';
import { type QueueAttributes, type QueueSettings, settingsOf } from './queue-attributes.ts';
import { integer, integerOrNull, type Row, text } from './row.ts';
import { SqsError } from './sqs-error.ts';
import type { Store } from './store.ts';

export type QueueTags = Readonly<Record<string, string>>;

/** One queue with its attributes as given and as understood. */
export type Queue = {
  readonly id: number;
  readonly name: string;
  readonly arn: string;
  readonly attributes: QueueAttributes;
  readonly settings: QueueSettings;
  readonly tags: QueueTags;
  readonly createdAt: number;
  readonly modifiedAt: number;
  readonly purgedAt: number | null;
};

/** Keeps the queues: read from the file once, written through at each change. */
export type Queues = {
  find(name: string): Queue | undefined;
  findByArn(arn: string): Queue | undefined;
  /** @throws SqsError QueueDoesNotExist */
  get(name: string): Queue;
  list(): readonly Queue[];
  insert(name: string, attributes: QueueAttributes, tags: QueueTags, now: number): Queue;
  update(queue: Queue, change: QueueChange): Queue;
  remove(queue: Queue): void;
};

export type QueueChange = Partial<Pick<Queue, 'attributes' | 'tags' | 'modifiedAt' | 'purgedAt'>>;

const texts = z.record(z.string(), z.string());

export function openQueues(store: Store, arnOf: (name: string) => string): Queues {
  const byName = new Map<string, Queue>();
  const remember = (queue: Queue): Queue => {
    byName.set(queue.name, queue);
    return queue;
  };
  for (const row of store.all('SELECT * FROM queue ORDER BY name')) {
    remember(queueOf(row, arnOf));
  }

  const get = (name: string): Queue => {
    const queue = byName.get(name);
    if (queue !== undefined) return queue;
    throw new SqsError('QueueDoesNotExist', 'The specified queue does not exist.');
  };

  return {
    find: (name) => byName.get(name),
    findByArn: (arn) => {
      const queue = byName.get(arn.slice(arn.lastIndexOf(':') + 1));
      return queue?.arn === arn ? queue : undefined;
    },
    get,
    list: () => [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    insert: (name, attributes, tags, now) => {
      const id = store.insert(
        `INSERT INTO queue (name, attributes, tags, created_at, modified_at)
         VALUES (?, ?, ?, ?, ?)`,
        ...[name, JSON.stringify(attributes), JSON.stringify(tags), now, now],
      );
      const settings = settingsOf(attributes);
      const times = { createdAt: now, modifiedAt: now, purgedAt: null };
      return remember({ id, name, arn: arnOf(name), attributes, settings, tags, ...times });
    },
    update: (queue, change) => {
      const changed = { ...queue, ...change };
      store.run(
        'UPDATE queue SET attributes = ?, tags = ?, modified_at = ?, purged_at = ? WHERE id = ?',
        ...[JSON.stringify(changed.attributes), JSON.stringify(changed.tags)],
        ...[changed.modifiedAt, changed.purgedAt, changed.id],
      );
      return remember({ ...changed, settings: settingsOf(changed.attributes) });
    },
    remove: (queue) => {
      store.transaction(() => {
        for (const table of ['message', 'message_group', 'deduplication', 'receive_attempt']) {
          store.run(`DELETE FROM ${table} WHERE queue_id = ?`, queue.id);
        }
        store.run('DELETE FROM queue WHERE id = ?', queue.id);
      });
      byName.delete(queue.name);
    },
  };
}

function queueOf(row: Row, arnOf: (name: string) => string): Queue {
  const name = text(row, 'name');
  const attributes = texts.parse(JSON.parse(text(row, 'attributes')));
  return {
    id: integer(row, 'id'),
    name,
    arn: arnOf(name),
    attributes,
    settings: settingsOf(attributes),
    tags: texts.parse(JSON.parse(text(row, 'tags'))),
    createdAt: integer(row, 'created_at'),
    modifiedAt: integer(row, 'modified_at'),
    purgedAt: integerOrNull(row, 'purged_at'),
  };
}
