import * as z from 'zod/mini';
import { AwsError, type AwsIdentity, type WallClock } from '../aws-endpoint/aws-service.ts';
import type { EventBus, EventStore, KeptEvent } from './event-store.ts';

/** The bus that is always there. */
export const DEFAULT_BUS = 'default';
/** Buses of one page when the caller does not say; EventBridge's own limit. */
const PAGE_MAX = 100;

export interface BusParts {
  readonly store: EventStore;
  readonly clock: WallClock;
  readonly identity: AwsIdentity;
  readonly newId: () => string;
  readonly publish: (event: KeptEvent) => void;
}

export const createBusRequest = z.object({
  Name: z.string().check(z.regex(/^[/.\-_A-Za-z0-9]{1,256}$/)),
});
export const describeBusRequest = z.object({ Name: z.optional(z.string()) });
export const listBusesRequest = z.object({
  NamePrefix: z.optional(z.string()),
  Limit: z.optional(z.int().check(z.minimum(1), z.maximum(PAGE_MAX))),
  NextToken: z.optional(z.string()),
});

/** Creates a bus. */
export function createBus(parts: BusParts, { Name: name }: z.infer<typeof createBusRequest>) {
  if (findBus(parts.store, name) !== undefined) {
    throw new AwsError('ResourceAlreadyExistsException', `Event bus ${name} already exists.`);
  }
  parts.store.addBus({ name, createdAtMs: parts.clock.now() });
  return { EventBusArn: busArn(parts, name) };
}

/** Describes one bus, the default one unless the caller names another. */
export function describeBus(parts: BusParts, request: z.infer<typeof describeBusRequest>) {
  const name = busName(request.Name);
  const bus = findBus(parts.store, name);
  if (bus !== undefined) return describe(parts, bus);
  throw new AwsError('ResourceNotFoundException', `Event bus ${name} does not exist.`);
}

/** Lists buses by name, a page at a time. */
export function listBuses(parts: BusParts, request: z.infer<typeof listBusesRequest>) {
  const { NamePrefix: prefix = '', Limit: limit = PAGE_MAX, NextToken: after = '' } = request;
  const found = allBuses(parts.store).filter(({ name }) => name.startsWith(prefix) && name > after);
  const page = found.slice(0, limit);
  const next = page.length < found.length ? page.at(-1)?.name : undefined;
  return { EventBuses: page.map((bus) => describe(parts, bus)), NextToken: next };
}

export function findBus(store: EventStore, name: string): EventBus | undefined {
  return allBuses(store).find((bus) => bus.name === name);
}

/** The name in a name or an ARN of a bus. */
export function busName(nameOrArn: string | undefined): string {
  return nameOrArn?.replace(/^arn:[^/]*:event-bus\//, '') ?? DEFAULT_BUS;
}

function allBuses(store: EventStore): EventBus[] {
  const all = [{ name: DEFAULT_BUS, createdAtMs: 0 }, ...store.buses()];
  return all.sort((one, other) => (one.name < other.name ? -1 : 1));
}

function describe(parts: BusParts, { name, createdAtMs }: EventBus) {
  const created = createdAtMs / 1000;
  const Arn = busArn(parts, name);
  return { Name: name, Arn, CreationTime: created, LastModifiedTime: created };
}

function busArn({ identity: { region, accountId } }: BusParts, name: string): string {
  return `arn:aws:events:${region}:${accountId}:event-bus/${name}`;
}
