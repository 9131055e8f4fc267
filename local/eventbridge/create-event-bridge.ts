import { randomUUID } from 'node:crypto';
import type * as z from 'zod/mini';
import {
  AwsError,
  type AwsIdentity,
  type AwsService,
  errorAnswer,
  jsonAnswer,
  LOCAL_IDENTITY,
  parseBody,
  type WallClock,
} from '../aws-endpoint/aws-service.ts';
import {
  type BusParts,
  createBus,
  createBusRequest,
  describeBus,
  describeBusRequest,
  findBus,
  listBuses,
  listBusesRequest,
} from './event-bus-calls.ts';
import { type KeptEvent, openEventStore } from './event-store.ts';
import { putEvents, putEventsRequest } from './put-events.ts';

/** Events of one page when a person does not say how many. */
const PAGE_EVENTS = 100;

/** EventBridge for one machine: it keeps events and shows them; it has no rules and no targets. */
export interface LocalEventBridge extends AwsService {
  /** Makes sure that a bus exists. */
  createEventBus(name: string): void;
  /** The events of one bus after an id, oldest first; 0 reads from the oldest kept. */
  events(busName: string, afterId: number, limit: number): KeptEvent[];
  /** Calls back for each event once it is stored; what it returns ends that. */
  onEvent(listener: (event: KeptEvent) => void): () => void;
  /**
   * The page `/_local/events?bus=&after=&limit=`: all may be left out; `next` is the next `after`.
   * `newest=N` in place of `after` begins with the N newest events of all buses.
   */
  eventsPage(query: URLSearchParams): { readonly events: KeptEvent[]; readonly next: number };
  close(): void;
}

type Operation = (parts: BusParts, body: string) => unknown;

const OPERATIONS: ReadonlyMap<string, Operation> = new Map([
  ['CreateEventBus', operation(createBusRequest, createBus)],
  ['DescribeEventBus', operation(describeBusRequest, describeBus)],
  ['ListEventBuses', operation(listBusesRequest, listBuses)],
  ['PutEvents', operation(putEventsRequest, putEvents)],
]);

/** Opens the buses and events in a file. */
export function createEventBridge(options: {
  readonly file: string;
  readonly clock: WallClock;
  readonly identity?: AwsIdentity;
  /** Makes names that never repeat. */
  readonly newId?: () => string;
  /** Most events kept. */
  readonly eventsMax?: number;
  /** Told when a listener throws: the event is stored, and its sender is not to blame. */
  readonly onFault?: (error: unknown) => void;
}): LocalEventBridge {
  const { clock, identity = LOCAL_IDENTITY, newId = randomUUID } = options;
  const store = openEventStore(options.file, options.eventsMax);
  const listeners = new Set<(event: KeptEvent) => void>();

  const publish = (event: KeptEvent) => {
    for (const listener of listeners) {
      try {
        listener(event);
      } catch (error) {
        options.onFault?.(error);
      }
    }
  };
  const parts: BusParts = { store, clock, identity, newId, publish };

  return {
    async handle({ operation: name, body }) {
      try {
        const run = OPERATIONS.get(name) ?? unavailable(name);
        return jsonAnswer('1.1', run(parts, body));
      } catch (error) {
        return errorAnswer('1.1', error);
      }
    },
    createEventBus: (name) => {
      if (findBus(store, name) === undefined) createBus(parts, { Name: name });
    },
    events: (busName, afterId, limit) => store.read(busName, afterId, limit),
    onEvent(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    eventsPage(query) {
      const after = query.has('newest')
        ? store.idBefore(wholeNumber(query, 'newest', 0))
        : wholeNumber(query, 'after', 0);
      const limit = wholeNumber(query, 'limit', PAGE_EVENTS);
      const events = store.read(query.get('bus') ?? undefined, after, limit);
      return { events, next: events.at(-1)?.id ?? after };
    },
    close: () => store.close(),
  };
}

function operation<T>(
  schema: z.ZodMiniType<T>,
  run: (parts: BusParts, request: T) => unknown,
): Operation {
  return (parts, body) => run(parts, parseBody(schema, body, 'ValidationException'));
}

function unavailable(name: string): never {
  const known = [...OPERATIONS.keys()].join(', ');
  throw new AwsError(
    'UnknownOperationException',
    `The local EventBridge does not know ${name}: it knows ${known}. It keeps every event and has ` +
      'no rules or targets; read /_local/events.',
  );
}

function wholeNumber(query: URLSearchParams, name: string, absent: number): number {
  const text = query.get(name) ?? '';
  if (text === '') return absent;
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new AwsError('ValidationException', `${name} must be a whole number, not "${text}".`);
}
