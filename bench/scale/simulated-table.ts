import { AwsError } from '../../lib/adapters/aws/aws-client.ts';
import { type Attributes, attributesIn } from '../../lib/adapters/dynamodb/attributes.ts';
import { type Counts, countCall } from './counts.ts';
import { itemBytes } from './item-bytes.ts';

/** Tables in memory that answer what our adapters ask, and count units by DynamoDB's rules. */
export interface SimulatedTables {
  /** Answers one call of DynamoDB's API. */
  answer(operation: string, input: unknown, counts: Counts): Record<string, unknown>;
  /** Told whenever the time of an order's next look moves, with the time that stood before. */
  onMoved: ((before: number) => void) | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

interface DueEntry {
  readonly dueAt: number;
  readonly item: Attributes;
}

const NOTHING_DUE: ReadonlyMap<string, DueEntry> = new Map();
const READ_BYTES = 4_096;
const WRITE_BYTES = 1_024;
/** A query of an index is eventually consistent: half a unit at least. */
const QUERY_UNITS = 0.5;

/** Makes empty tables. */
export function createSimulatedTables(): SimulatedTables {
  const tables = new Map<string, Map<string, Attributes>>();
  /** The index of due orders: by shard the keys of orders with their times. */
  const due = new Map<string, Map<string, DueEntry>>();
  const tableOf = (name: string) => {
    const table = tables.get(name) ?? new Map<string, Attributes>();
    tables.set(name, table);
    return table;
  };

  const put = (name: string, id: string, item: Attributes, counts: Counts) => {
    const before = tableOf(name).get(id);
    tableOf(name).set(id, item);
    const units = Math.ceil(itemBytes(item) / WRITE_BYTES);
    counts.writeUnits += units;
    if (item.accountId === undefined) {
      counts.budgetUnits += units;
      return;
    }
    const [was, is] = [textOf(before?.dueShard), textOf(item.dueShard)];
    const [wasAt, isAt] = [textOf(before?.dueAt), textOf(item.dueAt)];
    if (was !== is || wasAt !== isAt) {
      // An entry of an index whose key changes is taken away and put in anew.
      const entries = Number(was !== undefined) + Number(is !== undefined);
      counts.writeUnits += entries;
      counts.dueUnits += entries;
      if (was !== undefined) due.get(was)?.delete(id);
      if (is !== undefined) {
        const shard = due.get(is) ?? new Map<string, DueEntry>();
        due.set(is, shard);
        shard.set(id, { dueAt: Number(isAt), item });
      }
      if (wasAt !== undefined) simulated.onMoved?.(Number(wasAt));
    }
    // The index by time has the status beside its keys.
    if (textOf(before?.status) !== textOf(item.status)) counts.writeUnits += 1;
  };

  const simulated: SimulatedTables = {
    onMoved: undefined,
    answer(operation, input, counts) {
      countCall(counts, operation);
      const call = fieldsOf(input);
      switch (operation) {
        case 'GetItem': {
          const item = read(tableOf(String(call.TableName)), call.Key, counts);
          return item === undefined ? {} : { Item: item };
        }
        case 'BatchGetItem': {
          const asked = Object.entries(fieldsOf(call.RequestItems));
          const Responses = Object.fromEntries(
            asked.map(([name, asking]) => [
              name,
              listOf(fieldsOf(asking).Keys).flatMap((key) =>
                [read(tableOf(name), key, counts)].filter((item) => item !== undefined),
              ),
            ]),
          );
          return { Responses };
        }
        case 'PutItem': {
          const name = String(call.TableName);
          const item = attributesIn(call.Item);
          check(call, tableOf(name).get(idOf(item)));
          put(name, idOf(item), item, counts);
          return {};
        }
        case 'UpdateItem': {
          const name = String(call.TableName);
          const key = attributesIn(call.Key);
          const before = tableOf(name).get(idOf(key));
          check(call, before);
          put(name, idOf(key), updated(call, { ...key, ...before }), counts);
          return {};
        }
        case 'Query': {
          const values = attributesIn(call.ExpressionAttributeValues);
          const now = Number(textOf(values[':now']));
          const listed = [...(due.get(textOf(values[':shard']) ?? '') ?? NOTHING_DUE).values()]
            .filter(({ dueAt }) => dueAt <= now)
            .sort((one, other) => one.dueAt - other.dueAt)
            .slice(0, Number(call.Limit))
            .map(({ item }) => keysOf(item));
          const bytes = listed.reduce((sum, item) => sum + itemBytes(item), 0);
          counts.readUnits += Math.max(QUERY_UNITS, Math.ceil(bytes / READ_BYTES) / 2);
          return { Items: listed };
        }
        default:
          throw new Error(`The simulated tables do not know ${operation}: teach them.`);
      }
    },
  };
  return simulated;
}

function read(
  table: ReadonlyMap<string, Attributes>,
  key: unknown,
  counts: Counts,
): Attributes | undefined {
  const id = idOf(attributesIn(key));
  if (id === 'egress') counts.gateReads += 1;
  const item = table.get(id);
  counts.readUnits += Math.max(1, Math.ceil(itemBytes(item ?? {}) / READ_BYTES));
  return item;
}

/** The two conditions that our writes have. */
function check(call: Fields, before: Attributes | undefined): void {
  const condition = String(call.ConditionExpression ?? '');
  const expected = textOf(attributesIn(call.ExpressionAttributeValues ?? {})[':expected']);
  const holds = condition.startsWith('attribute_not_exists')
    ? before === undefined
    : condition === '' || textOf(before?.version) === expected;
  if (!holds) throw new AwsError('ConditionalCheckFailedException', 400, {});
}

function updated(call: Fields, item: Attributes): Attributes {
  const names = fieldsOf(call.ExpressionAttributeNames);
  const values = attributesIn(call.ExpressionAttributeValues);
  const [sets = '', removes = ''] = String(call.UpdateExpression)
    .replace(/^SET /, '')
    .split(/ ?REMOVE /);
  const after: Record<string, Attributes[string]> = { ...item };
  for (const [, name = '', value = ''] of sets.matchAll(/(#\w+) = (:\w+)/g)) {
    const set = values[value];
    if (set !== undefined) after[String(names[name])] = set;
  }
  for (const [name] of removes.matchAll(/#\w+/g)) delete after[String(names[name])];
  return after;
}

function idOf(key: Attributes): string {
  if (key.id !== undefined) return textOf(key.id) ?? '';
  return `${textOf(key.accountId)}/${textOf(key.clientOrderId)}`;
}

/** What the index of due orders holds: keys alone. */
function keysOf(item: Attributes): Attributes {
  const names = ['accountId', 'clientOrderId', 'dueShard', 'dueAt'];
  return Object.fromEntries(Object.entries(item).filter(([name]) => names.includes(name)));
}

function textOf(value: Attributes[string] | undefined): string | undefined {
  return value?.S ?? value?.N;
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
