import type { Core } from './core.ts';
import { expire } from './expire.ts';
import { PURGE_INTERVAL_MS, QUEUE_TAGS_MAX } from './limits.ts';
import {
  changeAttributes,
  checkQueueName,
  initialAttributes,
  type QueueAttributes,
} from './queue-attributes.ts';
import type { Queue, QueueTags } from './queues.ts';
import { allowsRedriveFrom, parseRedrivePolicy } from './redrive-policy.ts';
import { integer } from './row.ts';
import { invalidParameter, SqsError } from './sqs-error.ts';

export type CreateOptions = {
  tags?: QueueTags | undefined;
  /**
   * What to do when the queue exists with other attributes; default: update it to exactly the
   * given ones.
   */
  whenDifferent?: 'update' | 'refuse' | undefined;
};

/** How many messages a queue holds, by what may happen to them now. */
export type MessageCounts = { visible: number; inFlight: number; delayed: number };

/**
 * Makes a queue, or answers with the one of that name.
 *
 * @throws SqsError QueueNameExists when attributes differ and `refuse` is chosen
 */
export function createQueue(
  core: Core,
  name: string,
  attributes: QueueAttributes,
  options: CreateOptions = {},
): Queue {
  checkQueueName(name, attributes);
  const wanted = initialAttributes(attributes);
  checkRedrive(core, name, wanted);
  const now = core.clock.now();
  const existing = core.queues.find(name);
  if (existing === undefined) return core.queues.insert(name, wanted, options.tags ?? {}, now);

  if (options.whenDifferent === 'refuse') {
    const differs = Object.entries(attributes).find(
      ([key, value]) => existing.attributes[key] !== value,
    );
    if (differs === undefined) return existing;
    throw new SqsError(
      'QueueNameExists',
      `A queue already exists with the same name and a different value for attribute ${differs[0]}`,
    );
  }
  const tags = options.tags ?? existing.tags;
  if (sameTexts(existing.attributes, wanted) && sameTexts(existing.tags, tags)) return existing;
  return change(core, existing, { attributes: wanted, tags, modifiedAt: now });
}

/** Changes some attributes of a queue; they hold at once, also for the messages it has. */
export function setAttributes(core: Core, queue: Queue, changes: QueueAttributes): Queue {
  const attributes = changeAttributes(queue.attributes, changes);
  checkRedrive(core, queue.name, attributes);
  return change(core, queue, { attributes, modifiedAt: core.clock.now() });
}

export function setTags(core: Core, queue: Queue, tags: QueueTags): Queue {
  if (Object.keys(tags).length > QUEUE_TAGS_MAX) {
    const reason = `A queue has at most ${QUEUE_TAGS_MAX} tags.`;
    throw invalidParameter('Tags', Object.keys(tags).length, reason);
  }
  return core.queues.update(queue, { tags });
}

/** Drops every message, in flight or not; what was sent stays remembered for deduplication. */
export function purge(core: Core, queue: Queue): void {
  const now = core.clock.now();
  if (queue.purgedAt !== null && now - queue.purgedAt < PURGE_INTERVAL_MS) {
    throw new SqsError(
      'PurgeQueueInProgress',
      `Only one PurgeQueue operation on ${queue.name} is allowed every` +
        ` ${PURGE_INTERVAL_MS / 1000} seconds.`,
    );
  }
  core.store.transaction(() => {
    for (const table of ['message', 'message_group', 'receive_attempt']) {
      core.store.run(`DELETE FROM ${table} WHERE queue_id = ?`, queue.id);
    }
    core.queues.update(queue, { purgedAt: now });
  });
}

export function deleteQueue(core: Core, queue: Queue): void {
  core.queues.remove(queue);
  core.wake(queue);
}

/** Lists the queues that send their dead letters to a queue. */
export function deadLetterSources(core: Core, queue: Queue): Queue[] {
  return core.queues
    .list()
    .filter(({ settings }) => settings.redrivePolicy?.deadLetterTargetArn === queue.arn);
}

/** Counts exactly, though the service calls its counts approximate. */
export function countMessages(core: Core, queue: Queue): MessageCounts {
  const now = core.clock.now();
  expire(core, queue, now);
  const count = (sql: string, ...values: number[]) => {
    const row = core.store.get(`SELECT count(*) AS count FROM message WHERE ${sql}`, ...values);
    return row === undefined ? 0 : integer(row, 'count');
  };
  const all = count('queue_id = ?', queue.id);
  const inFlight = count('queue_id = ? AND invisible_until IS NOT NULL', queue.id);
  const delayed = count(
    'queue_id = ? AND sent_at > ? AND receive_count = 0',
    ...[queue.id, now - queue.settings.delayMs],
  );
  return { visible: all - inFlight - delayed, inFlight, delayed };
}

function change(core: Core, queue: Queue, to: Parameters<Core['queues']['update']>[1]): Queue {
  const changed = core.queues.update(queue, to);
  // A shorter delay or another limit may let a waiting receive go on.
  core.wake(changed);
  return changed;
}

function checkRedrive(core: Core, name: string, attributes: QueueAttributes): void {
  const value = attributes.RedrivePolicy;
  if (value === undefined) return;
  const target = core.queues.findByArn(parseRedrivePolicy(value).deadLetterTargetArn);
  if (target === undefined) {
    throw invalidParameter('RedrivePolicy', value, 'Dead letter target does not exist.');
  }
  if (target.name === name) {
    throw invalidParameter('RedrivePolicy', value, 'A queue cannot be its own dead letter target.');
  }
  const sourceArn = target.arn.slice(0, -target.name.length) + name;
  if (!allowsRedriveFrom(target.settings.redriveAllowPolicy, sourceArn)) {
    const reason = `The RedriveAllowPolicy of ${target.name} does not allow this source queue.`;
    throw invalidParameter('RedrivePolicy', value, reason);
  }
}

function sameTexts(a: QueueAttributes, b: QueueAttributes): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => a[name] === b[name]);
}
